"""Nights: is it the turn of what is done every few nights only. Pure.

Strategy: what was last done so many nights ago is due. So that not all of a fleet is due in one night, each thing has a
night of its own among them, by a hash of its name: there it is due a first time sooner, and from then on keeps to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

HALF = timedelta(hours=12)
"""Looks of two nights are at least so far apart: a sweep does not take devices at the same minute each night."""
NIGHT = timedelta(days=1)


def is_due(name: str, last: datetime | None, now: datetime, nights: int) -> bool:
    """True when `name`, which was last done at `last` (UTC; None: never), is due at `now`: every `nights` nights at the
    latest, and a first time sooner. A time to come is a clock that was wrong, and counts as never.
    """
    if last is None or nights <= 1 or last > now:
        return True
    age = now - last
    own_night = (now.toordinal() + crc32(name.encode("utf-8", "replace"))) % nights == 0
    return age >= nights * NIGHT - HALF or (own_night and age >= HALF)
