"""The second factor: a code of six digits that a phone makes anew every 30 s (TOTP, RFC 6238).

Strategy: the code of the step before and of the one after are taken too, because clocks differ. The step of a code that
was taken is kept: no code is taken twice.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

STEP_S = 30
ISSUER = "Camera trường học"
_EITHER_SIDE = 1
_SECRET = re.compile(r"[A-Z2-7]{32}")


@dataclass(frozen=True)
class TotpPlace:
    """Where the sealed secret of an account stands."""

    account_id: int

    def bound(self) -> bytes:
        """What the seal is bound to."""
        return f"camera-registry/totp/{self.account_id}".encode()


def new_secret() -> str:
    """A secret of 160 bits in base32, to be shown once and sealed."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """True for a secret as `new_secret` makes them."""
    return _SECRET.fullmatch(text) is not None


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The time step of this code, when it is right and newer than the step `last`; else None."""
    typed = "".join(code.split())
    made, here = pyotp.TOTP(secret, interval=STEP_S), int(now.timestamp()) // STEP_S
    for step in range(here - _EITHER_SIDE, here + _EITHER_SIDE + 1):
        right = made.at(step * STEP_S)
        if step > last and hmac.compare_digest(right.encode(), typed.encode("utf-8", "replace")):
            return step
    return None


def address_of(secret: str, login: str) -> str:
    """What a phone reads from the picture."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=ISSUER)


def picture_of(secret: str, login: str) -> str:
    """The QR picture of it as a data address (SVG)."""
    return segno.make(address_of(secret, login), error="m").svg_data_uri(scale=5, border=2)
