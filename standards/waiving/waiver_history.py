"""What became of a waiver until a moment: who said what, when and why, and what came of itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from standards.waiving.waivers import Level, Terms, Waiver, levels_of, phase

EventName = Literal["asked", "went_up", "approved", "refused", "withdrawn", "lapsed"]


@dataclass(frozen=True)
class Event:
    """One thing that happened; without `by` it came of itself. `level` is where it is from then on, or who decided."""

    at: datetime
    name: EventName
    by: str = ""
    level: Level | None = None
    note: str = ""


def history(waiver: Waiver, now: datetime, terms: Terms) -> tuple[Event, ...]:
    """Everything that happened until `now`, the oldest first."""
    return tuple(event for event in _events(waiver, now, terms) if event.at <= now)


def _events(waiver: Waiver, now: datetime, terms: Terms) -> Iterator[Event]:
    decided, withdrawn = waiver.decision, waiver.withdrawal
    yield Event(waiver.asked_at, "asked", waiver.asked_by, waiver.level, waiver.reason)
    settled = min(one.at for one in (decided, withdrawn, Event(now, "asked")) if one is not None)
    for (_, last), (above, _) in pairwise(levels_of(waiver, terms)):
        if last is not None and (gone_up := _after(last, waiver.zone)) <= settled:
            yield Event(gone_up, "went_up", level=above)
    if decided is not None:
        yield Event(decided.at, "approved" if decided.approved else "refused", decided.by, decided.level, decided.note)
    if withdrawn is not None:
        yield Event(withdrawn.at, "withdrawn", withdrawn.by, note=withdrawn.note)
    if phase(waiver, now) == "lapsed":
        yield Event(_after(waiver.ends, waiver.zone), "lapsed")


def _after(day: date, zone: str) -> datetime:
    """When this day is over."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
