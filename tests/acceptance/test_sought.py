"""The search for secrets finds each form in which one could be written down, and nothing else."""

import base64
import hashlib
import json
import zlib
from html import escape
from urllib.parse import quote

import pytest

from tests.acceptance.sought import Sought

MARK = "c0ffee0123456789abcdef42"
PASSWORD = f'{MARK}:pä@"<1'
WRITTEN = {
    "plain": PASSWORD.encode(),
    "HTML": escape(PASSWORD).encode(),
    "JSON": json.dumps(PASSWORD).encode(),
    "address": quote(PASSWORD, safe="").encode(),
    "hex": PASSWORD.encode().hex().encode(),
    "HEX": PASSWORD.encode().hex().upper().encode(),
    "base64": base64.b64encode(PASSWORD.encode()),
    "Basic": base64.b64encode(f"admin:{PASSWORD}".encode()),
    "base64 in the middle": base64.urlsafe_b64encode(f"root:{PASSWORD}".encode()),
    "UTF-16": PASSWORD.encode("utf-16"),
    "UTF-16, other order": PASSWORD.encode("utf-16-be"),
    "HA1": hashlib.md5(f"admin:SIM:{PASSWORD}".encode()).hexdigest().encode(),
    "HA1 in bytes": hashlib.md5(f"admin:SIM:{PASSWORD}".encode()).digest(),
}


@pytest.fixture(scope="module")
def sought():
    """A password that carries a mark."""
    made = Sought()
    made.add("password", MARK.encode())
    made.add_digests("password", "admin", ["SIM"], PASSWORD)
    return made


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", WRITTEN)
def test_a_secret_is_found_however_it_is_written(sought, form, packed):
    """In the middle of other bytes, and in what is packed as a whole."""
    data = b"before " + WRITTEN[form] + b" after"
    assert sought.found(zlib.compress(data) if packed else data)


def test_what_is_no_secret_is_not_found(sought):
    """Neither the user's name nor another password."""
    assert sought.found(b"admin:SIM:another " + MARK[:-1].encode()) == []
