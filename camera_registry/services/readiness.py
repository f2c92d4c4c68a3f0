"""Readiness of a school, of a unit, of all: two percentages with what they are of, and what stands beside them.

Reading only. The numbers are those of the overview, so that ready means one thing everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.services.manual_answers import questions
from camera_registry.services.overview import Numbers, SchoolRow, school_rows, summed
from camera_registry.services.places import check_place
from standards import Editions
from standards.readiness import Document, Share, document


@dataclass(frozen=True)
class Ready:
    """Cameras of a place, each counted once. `slow_line`: compliant, and the line of their site is too slow; of
    `line_not_known` ready cameras nobody knows whether the line is enough.
    """

    compliant_of_checked: Share
    ready_of_offered: Share
    not_checked: int
    slow_line: int
    line_not_known: int


@dataclass(frozen=True)
class OfSchool:
    """One school."""

    code: str
    name: str
    district: str
    ready: Ready


@dataclass(frozen=True)
class Readiness:
    """The place that was asked for as a whole, its schools, and how much of the document is known: of one school (`of`
    more than one nobody is asked anything).
    """

    edition: str
    ready: Ready
    document: Document | None
    schools: tuple[OfSchool, ...]


def readiness(
    session: Session, editions: Editions, now: datetime, district: str | None = None, school: str | None = None
) -> Readiness:
    """The readiness of a school, of the schools of a unit, or of all. Raises ListingError for a place there is not."""
    check_place(session, district, school)
    rows = [row for row in school_rows(session) if _wanted(row, district, school)]
    known = None
    if school is not None:
        still_open = {q.rule for q in questions(session, school, editions, now) if q.state != "given"}
        known = document(editions.decides, still_open)
    schools = tuple(OfSchool(row.code, row.name, row.district, ready_of(row.numbers)) for row in rows)
    return Readiness(editions.decides.name, ready_of(summed(rows)), known, schools)


def ready_of(numbers: Numbers) -> Ready:
    """The percentages of these numbers."""
    return Ready(
        compliant_of_checked=Share(numbers.verdicts["compliant"], numbers.checked),
        ready_of_offered=Share(numbers.ready, numbers.offered),
        not_checked=numbers.verdicts["unverified"],
        slow_line=numbers.slow_line,
        line_not_known=numbers.line_not_known,
    )


def _wanted(row: SchoolRow, district: str | None, school: str | None) -> bool:
    return (district is None or row.district_code == district) and (school is None or row.code == school)
