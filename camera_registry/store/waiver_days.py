"""What a waiver is today, in SQL: lists are filtered and counted by it. Of one, `waivers.standing` says it.

Strategy: what a waiver is depends on the day in its zone, so the day of every zone is handed in. A test holds this and
`standards.waiving.waivers` together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Date, case, literal
from sqlmodel import col

from camera_registry.models import WaiverRecord
from camera_registry.store.places import Sql, Today


def standing(today: Today) -> Sql:
    """What a row is today."""
    now = _by_zone(today.days)
    warned = _by_zone({zone: day + timedelta(days=today.warn_days) for zone, day in today.days.items()})
    return case(
        (col(WaiverRecord.state) != "approved", col(WaiverRecord.state)),
        (col(WaiverRecord.begins) > now, "not_begun"),
        (col(WaiverRecord.ends) < now, "lapsed"),
        (col(WaiverRecord.ends) < warned, "lapsing"),
        else_="in_force",
    )


def _by_zone(days: Mapping[str, date]) -> Sql:
    if not days:  # no zone, no row
        return literal(None, Date)
    return case({zone: literal(day, Date) for zone, day in days.items()}, value=col(WaiverRecord.zone))
