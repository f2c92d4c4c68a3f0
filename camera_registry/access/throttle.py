"""The throttle of signing in: how long to wait after so many failures. Pure.

Strategy: failures are counted for the login that was typed, whether somebody has it or not, and for the address they
came from. The first few cost nothing; then each doubles the wait, up to `LONGEST`. After a quiet `FORGOTTEN_AFTER` they
are forgotten.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FREE = {"login": 4, "address": 20}
"""Failures without a wait: a school has many people behind one address."""
FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=30)
FORGOTTEN_AFTER = timedelta(hours=2)


def key_of(kind: str, value: str) -> str:
    """The name under which failures are counted: a digest, because what is typed as a login may be a password."""
    return f"{kind}:{hashlib.sha256(value.casefold().encode('utf-8', 'replace')).hexdigest()}"


def failures_now(failures: int, last: datetime, now: datetime) -> int:
    """How many failures still count at `now`."""
    return 0 if now - last > FORGOTTEN_AFTER else failures


def waits(until: datetime, now: datetime) -> bool:
    """True while nothing is taken. A wait that is longer than any is of a clock that was wrong."""
    return now < until <= now + LONGEST


def wait_until(kind: str, failures: int, now: datetime) -> datetime | None:
    """Until when nothing more is taken, after the failure that makes them `failures`; None: at once."""
    over = failures - FREE[kind]
    if over <= 0:
        return None
    doubled: int = 2 ** min(over - 1, 16)
    return now + min(FIRST * doubled, LONGEST)
