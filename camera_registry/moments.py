"""Moments and days that people may name: those that can be told in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

FIRST = date(1970, 1, 1)
LAST = date(9000, 1, 1)
OUT_OF_REACH = f"write a day from {FIRST} to {LAST}"


def day_in_reach(day: date) -> date:
    """`day`. Raises ValueError when it is too far away to be a day of this registry."""
    if not FIRST <= day <= LAST:
        raise ValueError(OUT_OF_REACH)
    return day


def moment_in_reach(at: datetime) -> datetime:
    """`at`, which has a zone. Raises ValueError when it is too far away to be a moment of this registry."""
    first, last = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (FIRST, LAST))
    if not first <= at <= last:
        raise ValueError(OUT_OF_REACH)
    return at
