"""What settings say, as values that the parts of the program know. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from camera_registry.config import Settings
from camera_registry.school_days import Break, SchoolDays
from camera_registry.services.signing_in import Terms as SigningIn
from camera_registry.services.sweeps import Terms
from camera_registry.sweep.budget import Budget
from camera_registry.sweep.schedule import Timetable, Window
from probes.target import Limits
from standards import Edition, shortest_age

RENEWED_BEFORE = timedelta(days=4)
"""What a look in light has decided is seen in light again so long before it is too old: a few windows may fail."""


def limits(settings: Settings, sample_s: float | None = None) -> Limits:
    """What one probe may cost that leaves nothing out; `sample_s` overrides the longest sample, and the deadline grows
    with it.
    """
    probe = settings.probe
    known = Limits(
        connect_s=probe.connect_s,
        read_s=probe.read_s,
        sample_s=probe.sample_s,
        deadline_s=probe.deadline_s,
        channel_s=settings.sweep.channel_s,
        picture=probe.picture,
        open_ports=probe.open_ports,
    )
    if sample_s is None:
        return known
    longer = max(0.0, sample_s - known.sample_s)
    return replace(known, sample_s=sample_s, deadline_s=known.deadline_s + longer)


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


def planning(settings: Settings, edition: Edition) -> tuple[Timetable, Terms]:
    """When sweeps are due by these settings, and how they are planned, for facts that `edition` judges."""
    sweep, zone = settings.sweep, ZoneInfo(settings.zone)
    night = Window.parse(sweep.night) if sweep.nightly else None
    light, day = (tuple(map(Window.parse, texts)) for texts in (sweep.light, sweep.day))
    silent = sweep.silent_nights if day else None
    table = Timetable(zone, night, light, day, school_days(settings))
    oldest = shortest_age(edition)
    light_lasts = oldest and max(oldest - RENEWED_BEFORE, oldest / 2)
    return table, Terms(silent, timedelta(seconds=sweep.spread_s), zone, light_lasts)
