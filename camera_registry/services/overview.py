"""The overview: numbers of the whole registry, of each unit and of each school, from their sums. Reading only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from camera_registry.services.listed import Page
from camera_registry.store import sums
from camera_registry.store.totals import WORTH
from standards.model import VerdictName

SCHOOLS_A_PAGE = 50
DAYS = 366
"""The share over time goes back so far: a school year, and the same day of the one before."""
ORDERS = tuple(sums.ORDERS)
"""What schools may be sorted by; where that is equal, by unit and code."""


@dataclass(frozen=True)
class Numbers:
    """Cameras by verdict; `offered` are those offered for connection, `ready` those of them that are ready
    (`standards.readiness`). `slow_line`: offered and compliant, and the line of the site is too slow; of
    `line_not_known` ready ones nobody knows the line. `free`: offered, not ready, and made ready for nothing, in public
    schools.
    """

    verdicts: Mapping[VerdictName, int]
    offered: int
    ready: int
    slow_line: int = 0
    line_not_known: int = 0
    free: int = 0

    @property
    def cameras(self) -> int:
        """All cameras."""
        return sum(self.verdicts.values())

    @property
    def checked(self) -> int:
        """Those of which it is known whether they are compliant."""
        return self.cameras - self.verdicts["unverified"]

    @property
    def failing(self) -> int:
        """Those that are not compliant."""
        return self.checked - self.verdicts["compliant"]


@dataclass(frozen=True)
class SchoolRow:
    """One school and its numbers."""

    code: str
    name: str
    district_code: str
    district: str
    devices: int
    numbers: Numbers


@dataclass(frozen=True)
class UnitRow:
    """One unit that manages schools, how many it has, and the numbers of these together."""

    code: str
    name: str
    schools: int
    devices: int
    numbers: Numbers


@dataclass(frozen=True)
class Day:
    """The numbers of one day, as they stood in its morning."""

    day: date
    cameras: int
    checked: int
    compliant: int
    offered: int
    ready: int
    unverified: int


@dataclass(frozen=True)
class Overview:
    """The numbers of all schools, of each unit that manages any, and one page of the schools that are wanted."""

    numbers: Numbers
    schools: int
    devices: int
    units: tuple[UnitRow, ...]
    page: Page[SchoolRow]


NONE = Numbers(dict.fromkeys(WORTH, 0), 0, 0)
_COUNTED = ("offered", "ready", "slow_line", "line_not_known", "free")


def overview(session: Session, q: str = "", order: str = "school", page: int = 1) -> Overview:
    """The overview, with the page of those schools that have every word of `q` in code, name, tags or unit."""
    units = tuple(
        UnitRow(row.code, row.name, row.schools, row.devices, _numbers(row)) for row in sums.by_district(session)
    )
    schools = sum(unit.schools for unit in units)
    total = sums.count(session, q) if q.strip() else schools
    found = sums.page(session, q, order, (page - 1) * SCHOOLS_A_PAGE, SCHOOLS_A_PAGE)
    listed = Page(tuple(_row(row) for row in found), total, total, page, SCHOOLS_A_PAGE)
    return Overview(summed(units), schools, sum(unit.devices for unit in units), units, listed)


def over_time(session: Session, district_id: int | None, now: datetime) -> tuple[Day, ...]:
    """The numbers of a unit (its id), or of all units, by day."""
    since = (now - timedelta(days=DAYS)).date()
    return tuple(Day(**row._asdict()) for row in sums.days(session, district_id, since))


def of_school(session: Session, code: str) -> SchoolRow | None:
    """One school and its numbers; None when there is no such school."""
    return next((_row(row) for row in sums.schools(session, code)), None)


def school_rows(session: Session) -> list[SchoolRow]:
    """Every school and its numbers, by unit and code."""
    return [_row(row) for row in sums.schools(session)]


def _row(row: Any) -> SchoolRow:
    return SchoolRow(row.code, row.name, row.district_code, row.district, row.devices, _numbers(row))


def _numbers(row: Any) -> Numbers:
    return Numbers({name: getattr(row, name) for name in WORTH}, *(getattr(row, name) for name in _COUNTED))


def summed(rows: Iterable[SchoolRow | UnitRow]) -> Numbers:
    """The numbers of these schools or units together."""
    each: Sequence[Numbers] = [row.numbers for row in rows]
    verdicts = {name: sum(numbers.verdicts[name] for numbers in each) for name in WORTH}
    return Numbers(verdicts, *(sum(getattr(numbers, name) for numbers in each) for name in _COUNTED))
