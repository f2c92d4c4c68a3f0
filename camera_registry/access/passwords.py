"""Passwords of people: kept as Argon2id hashes (RFC 9106), and what a password must be.

Strategy: checking a password of somebody who is not there takes as long as of somebody who is. At most `AT_ONCE` are
checked at a time, because each takes 64 MiB.
"""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from standards.model import Text

SHORTEST = 12
LONGEST = 256
AT_ONCE = 2
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of passwords that are read from a paper: no letter that looks like another."""
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""The second of the two that RFC 9106 recommends (section 4): three passes over 64 MiB in four lanes."""
_turns = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """The hash that is kept of a password."""
    with _turns:
        return _hasher.hash(password)


def is_password(kept: str | None, typed: str) -> bool:
    """True when `kept` is the hash of what was typed; None: there is nobody, and it takes as long to say no."""
    with _turns:
        try:
            return _hasher.verify(kept or _of_nobody(_hasher), typed[:LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash that no typed password has; checking one against it takes as long as any."""
    return hasher.hash(secrets.token_urlsafe(32))


def made_up() -> str:
    """A password for the first time, which a person types from a paper: 16 signs, 80 bits."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def why_not(password: str, login: str) -> Text | None:
    """Why this cannot be the password of `login`, and what to choose; None when it can. Length counts, and nothing is
    asked of the kinds of letters (NIST SP 800-63B, 5.1.1.2).
    """
    if not SHORTEST <= len(password) <= LONGEST or not password.isprintable():
        return {
            "vi": f"mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự, trên một dòng.",
            "en": f"a password has {SHORTEST} to {LONGEST} characters, on one line.",
        }
    plain = password.casefold()
    if len(set(plain)) < 5 or login.casefold() in plain or _is_row(plain):
        return {
            "vi": "mật khẩu này quá dễ đoán: đừng dùng tên đăng nhập, một phím lặp lại hay dãy số liên tiếp.",
            "en": "this is too easy to guess: not the login, one key again and again, or a row of the keyboard.",
        }
    return None


def _is_row(text: str) -> bool:
    """True for what runs along the keyboard or the alphabet, there and back, again and again."""
    rows = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
    pairs = {row[at : at + 2] for row in rows for at in range(len(row) - 1)}
    pairs |= {pair[::-1] for pair in pairs}
    runs = sum(text[at : at + 2] in pairs for at in range(len(text) - 1))
    return runs >= 0.75 * (len(text) - 1)
