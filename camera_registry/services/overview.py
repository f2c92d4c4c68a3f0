"""The overview: numbers of the whole registry and of each school. Reading only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from camera_registry.lists import folded
from camera_registry.services.listed import Page
from camera_registry.store import school_numbers
from camera_registry.store.totals import WORTH
from standards.model import VerdictName

SCHOOLS_A_PAGE = 50


@dataclass(frozen=True)
class Numbers:
    """Cameras by verdict; `offered` are those offered for connection, `ready` those of them that are ready
    (`standards.readiness`). `slow_line`: offered and compliant, and the line of the site is too slow; of
    `line_not_known` ready ones nobody knows the line.
    """

    verdicts: Mapping[VerdictName, int]
    offered: int
    ready: int
    slow_line: int = 0
    line_not_known: int = 0

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
class Overview:
    """The numbers of all schools, and one page of the schools that are wanted."""

    numbers: Numbers
    schools: int
    devices: int
    page: Page[SchoolRow]


ORDERS: dict[str, Callable[[SchoolRow], Any]] = {
    "school": lambda row: (row.district_code, row.code),
    "failing": lambda row: -row.numbers.failing,
    "unverified": lambda row: -row.numbers.verdicts["unverified"],
    "cameras": lambda row: -row.numbers.cameras,
}
"""What schools may be sorted by; where that is equal, by unit and code."""
NONE = Numbers(dict.fromkeys(WORTH, 0), 0, 0)
_COUNTED = ("offered", "ready", "slow_line", "line_not_known")


def overview(session: Session, q: str = "", order: str = "school", page: int = 1) -> Overview:
    """The overview, with the page of those schools whose unit, code or name has every word of `q`."""
    rows = school_rows(session)
    words = folded(q).split()
    wanted = [row for row in rows if all(word in folded(f"{row.code} {row.name} {row.district}") for word in words)]
    wanted.sort(key=ORDERS[order])
    start = (page - 1) * SCHOOLS_A_PAGE
    shown = tuple(wanted[start : start + SCHOOLS_A_PAGE])
    listed = Page(shown, len(wanted), len(wanted), page, SCHOOLS_A_PAGE)
    return Overview(summed(rows), len(rows), sum(row.devices for row in rows), listed)


def of_school(session: Session, code: str) -> SchoolRow | None:
    """One school and its numbers; None when there is no such school."""
    found = school_numbers.schools(session, code)
    return next((_row(row, school_numbers.cameras(session, row.id)) for row in found), None)


def school_rows(session: Session) -> list[SchoolRow]:
    """Every school and its numbers, by unit and code."""
    counted = school_numbers.cameras(session)
    return [_row(row, counted) for row in school_numbers.schools(session)]


def _row(row: Any, counted: Mapping[int, Any]) -> SchoolRow:
    numbers = _numbers(counted.get(row.id))
    return SchoolRow(row.code, row.name, row.district_code, row.district, row.devices, numbers)


def _numbers(row: Any) -> Numbers:
    if row is None:
        return NONE
    return Numbers({name: getattr(row, name) for name in WORTH}, *(getattr(row, name) for name in _COUNTED))


def summed(rows: Sequence[SchoolRow]) -> Numbers:
    """The numbers of these schools together."""
    each = [row.numbers for row in rows]
    verdicts = {name: sum(numbers.verdicts[name] for numbers in each) for name in WORTH}
    return Numbers(verdicts, *(sum(getattr(numbers, name) for numbers in each) for name in _COUNTED))
