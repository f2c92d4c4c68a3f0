"""What settings say, as values that the parts of the program know. Pure."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from camera_registry.config import Settings
from camera_registry.school_days import Break, SchoolDays
from camera_registry.services.signing_in import Terms as SigningIn
from camera_registry.sweep.budget import Budget
from camera_registry.sweep.schedule import Window


def budget(settings: Settings) -> Budget:
    """What samples may use of lines by these settings."""
    sweep, zone, night = settings.sweep, ZoneInfo(settings.zone), Window.parse(settings.sweep.night)
    return Budget(
        sweep.mbps,
        sweep.uplink_mbps,
        sweep.share_night,
        sweep.share_day,
        lambda now: night.around(now, zone) is not None,
    )


def school_days(settings: Settings) -> SchoolDays:
    """The days of lessons by these settings."""
    calendar = settings.calendar
    return SchoolDays(frozenset(calendar.weekdays), tuple(map(Break.parse, calendar.breaks)))


def signing_in(settings: Settings) -> SigningIn:
    """How long a person stays signed in, and who needs a second factor, by these settings."""
    access = settings.access
    return SigningIn(
        timedelta(minutes=access.idle_minutes), timedelta(hours=access.longest_hours), frozenset(access.second_factor)
    )
