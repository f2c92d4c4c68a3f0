"""The UsernameToken, against the formula of the profile."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone

from probes.onvif.soap import text
from probes.onvif.token import security_header

MOMENT = datetime(2026, 11, 23, 8, 2, 3, 45_000, tzinfo=timezone(timedelta(hours=7)))


def test_the_digest_is_over_nonce_date_and_password() -> None:
    """Base64(SHA-1(nonce + created + password)), with the date in UTC."""
    header = security_header("admin", "pä:ss", MOMENT, b"0123456789abcdef")
    created = text(header, "UsernameToken", "Created")
    assert created == "2026-11-23T01:02:03.045Z"
    nonce = b64decode(text(header, "UsernameToken", "Nonce") or "")
    made = hashlib.sha1(nonce + created.encode() + "pä:ss".encode()).digest()
    assert text(header, "UsernameToken", "Password") == b64encode(made).decode()
    assert text(header, "UsernameToken", "Username") == "admin"


def test_the_password_itself_is_not_in_the_header() -> None:
    """Only its digest."""
    header = security_header("admin", "sesame", MOMENT.astimezone(UTC), b"n")
    assert "sesame" not in "".join(str(part) for part in header.itertext())
