"""What a page says of the sweeps that go on: how far each is, over what, and what can be done about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.models import Sweep
from camera_registry.services.sweeps import Progress, progress
from camera_registry.store import acceptances, districts, schools, sweeps

PATIENCE = timedelta(seconds=30)
"""A sweep that nobody has begun for so long has nobody to do it."""


@dataclass(frozen=True)
class Running:
    """One sweep. `over` is what it is over, by name: empty for all. `lonely`: nobody has taken it up yet. `own`:
    all it looks at is seen by who looks at the page, so that they may pause it.
    """

    progress: Progress
    over: str
    lonely: bool
    own: bool

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes until it is over, rounded up; None when that cannot be said."""
        seconds = self.progress.seconds_left
        return None if seconds is None else math.ceil(seconds / 60)


@dataclass(frozen=True)
class Panel:
    """The sweeps that go on, the newest first, and the last one when there is none; of a school those that look at it,
    and nothing of the last one.
    """

    running: tuple[Running, ...]
    last: Running | None
    school: str

    @property
    def ids(self) -> str:
        """Which sweeps are shown as going on, for the next question."""
        return ",".join(str(each.progress.sweep_id) for each in self.running)


def panel(session: Session, now: datetime, school: str = "") -> Panel:
    """The panel of a page at `now`: of all sweeps, or of those that may look at the school with this code."""
    found = [sweep for sweep in sweeps.unfinished(session) if not school or _looks_at(sweep.scope, school)]
    running = tuple(_running(session, sweep, now) for sweep in found)
    last = None if running or school else sweeps.latest(session)
    return Panel(running, _running(session, last, now) if last else None, school)


def _looks_at(scope: str, school: str) -> bool:
    kind, _, code = scope.partition(":")
    return kind in ("all", "district", "chosen") or code.partition("/")[0] == school


def _running(session: Session, sweep: Sweep, now: datetime) -> Running:
    found = progress(session, sweep, now)
    waits = found.state == "planned" and now - found.planned_at > PATIENCE
    return Running(found, over(session, sweep.scope), lonely=waits, own=sweeps.whole(session, found.sweep_id))


def over(session: Session, scope: str) -> str:
    """The name of what a scope (all, district:CODE, school:CODE, device:SCHOOL/CODE) stands for; empty for all, and for
    devices that were chosen one by one.
    """
    kind, _, code = scope.partition(":")
    if kind == "chosen":
        return ""
    if kind == "acceptance":
        of_others = acceptances.by_code(session, code) is None and acceptances.is_used(session, code)
        return "" if of_others else code
    if kind == "district":
        district = districts.by_code(session, code)
        return district.name if district else code
    school_code, _, device = code.partition("/")
    school = schools.by_code(session, school_code) if school_code else None
    return ", ".join(part for part in (device, school.name if school else school_code) if part)
