"""The pages of accounts, as an administrator has them."""

import html
import re

import pytest

from camera_registry.access.passwords import is_password
from camera_registry.database import reading
from camera_registry.store import accounts
from tests.camera_registry.web.served import client

SHOWN = re.compile(r'<code class="fs-3 user-select-all">([^<]+)</code>')
"""Where a first password stands."""
WANTED = {"name": "Lê Thị Mới", "login": "moi", "role": "city"}


@pytest.fixture
def admin(engine):
    """A browser of an administrator."""
    with client(engine, role="admin", name="Hồ Thị Quản Trị") as browser:
        yield browser


def test_no_first_password_is_shown_before_one_was_made(admin):
    """The list alone says nothing of passwords."""
    assert SHOWN.findall(admin.get("/accounts").text) == []


def test_a_first_password_is_shown_once_and_opens(admin, engine):
    """Whoever makes an account sees its first password on the answer, and it is the one that is kept; a new one is
    shown on the page of the account.
    """
    answer = admin.post("/accounts", data=WANTED)
    (first,) = map(html.unescape, SHOWN.findall(answer.text))
    assert _opens(engine, first)
    assert SHOWN.findall(admin.get("/accounts").text) == []
    number = re.search(r'href="/accounts/(\d+)">Lê Thị Mới', answer.text)[1]
    (second,) = map(html.unescape, SHOWN.findall(admin.post(f"/accounts/{number}/reset").text))
    assert (_opens(engine, first), _opens(engine, second)) == (False, True)


def _opens(engine, password):
    with reading(engine) as session:
        return is_password(accounts.by_login(session, "moi").password, password)
