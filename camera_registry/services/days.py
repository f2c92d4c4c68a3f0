"""Days: which day or night a moment belongs to, where the cameras are. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone of days and nights, where the settings are not at hand."""
_HALF_A_DAY = timedelta(hours=12)


def day_of(at: datetime, zone: tzinfo) -> date:
    """The day of a moment, as the people of the zone count it: on it a warranty holds or has ended."""
    return at.astimezone(zone).date()


def night_of(at: datetime, zone: tzinfo) -> date:
    """The night of a moment: it belongs to the date of its evening."""
    return day_of(at.astimezone(zone) - _HALF_A_DAY, zone)
