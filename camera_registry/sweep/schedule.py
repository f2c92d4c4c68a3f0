"""Schedule: which sweeps are due. Pure but for `Planner`, which writes them down.

Strategy: a window is a time of day from which and until which, in the zone of the settings. The windows that hold now
are known from the clock alone, so a program that was down at ten in the evening plans the night at eleven: catching up
is the same insert. That a night is planned once is the business of the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from camera_registry.database import DatabaseUnusableError, writing
from camera_registry.models import Sweep
from camera_registry.school_days import SchoolDays
from camera_registry.services import sweeps
from camera_registry.services.acceptance_looks import plan_looks

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Window:
    """A time of day from which, and one until which; over midnight when the second is not later."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> Window:
        """The window of `HH:MM-HH:MM`. Raises ValueError for another text."""
        begins, _, ends = text.partition("-")
        return cls(time.fromisoformat(begins), time.fromisoformat(ends))

    def around(self, now: datetime, zone: ZoneInfo) -> tuple[date, datetime] | None:
        """The day on which the window that holds `now` began, and when it ends; None outside."""
        here = now.astimezone(zone)
        for day in (here.date(), here.date() - timedelta(days=1)):
            last = day if self.ends > self.begins else day + timedelta(days=1)
            begins, ends = (_moment(d, t, zone) for d, t in ((day, self.begins), (last, self.ends)))
            if begins <= now < ends:
                return day, ends
        return None


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of day in UTC: clocks that are put back or forward make no window hold twice, or end before it began."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@dataclass(frozen=True)
class Due:
    """A sweep that should be there now: its name in the database, its kind, when it ends, and whether it begins on a
    day of lessons.
    """

    name: str
    kind: sweeps.Kind
    ends_by: datetime
    school_day: bool = True


@dataclass(frozen=True)
class Timetable:
    """When what is due. `night` None: there is no nightly sweep. `day`: the windows of what is not looked at by night;
    in them nobody is disturbed, and nothing is found, on days without lessons.
    """

    zone: ZoneInfo
    night: Window | None
    light: Sequence[Window]
    day: Sequence[Window] = ()
    school_days: SchoolDays = field(default_factory=SchoolDays)

    def due(self, now: datetime) -> Iterator[Due]:
        """The sweeps whose windows hold `now` (UTC)."""
        for kind, window in self._windows():
            found = window.around(now, self.zone)
            if found is None:
                continue
            day, ends = found
            lessons = self.school_days.has(day)
            if kind == "night":
                yield Due(day.isoformat(), kind, ends, lessons)
            elif kind == "light" or lessons:
                yield Due(f"{day.isoformat()} {kind} {window.begins:%H:%M}", kind, ends, lessons)

    def _windows(self) -> Iterator[tuple[sweeps.Kind, Window]]:
        if self.night is not None:
            yield "night", self.night
        yield from (("day", window) for window in self.day)
        yield from (("light", window) for window in self.light)


@dataclass(frozen=True)
class Planner:
    """Plans what is due, on these `terms`. `in_light`: the rules that a picture by day may decide."""

    engine: Engine
    timetable: Timetable
    in_light: Collection[str]
    now: Callable[[], datetime]
    terms: sweeps.Terms = field(default_factory=sweeps.Terms)

    def plan(self) -> None:
        """What is due now is planned, once, and the looks that acceptances want; what cannot be planned now is tried
        again at the next call.
        """
        now = self.now()
        for due in self.timetable.due(now):
            try:
                with writing(self.engine) as session:
                    made = self._make(session, due, now)
            except IntegrityError:  # another process was faster
                continue
            except DatabaseUnusableError as error:
                _log.error("The sweep %s cannot be planned yet: %s", due.name, error)
                continue
            if made is not None:
                _log.info("Planned the sweep %s", due.name)
        try:
            with writing(self.engine) as session:
                plan_looks(session, now)
        except DatabaseUnusableError as error:
            _log.error("Looks for acceptances cannot be planned yet: %s", error)

    def _make(self, session: Session, due: Due, now: datetime) -> Sweep | None:
        match due.kind:
            case "night":
                return sweeps.nightly(session, due.name, now, due.ends_by, self.terms, school_day=due.school_day)
            case "day":
                return sweeps.by_day(session, due.name, now, due.ends_by, self.terms)
        return sweeps.by_light(session, due.name, now, due.ends_by, self.in_light, self.terms)
