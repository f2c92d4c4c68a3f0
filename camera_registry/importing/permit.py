"""Who may register what: schools of which units, and whether new ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from camera_registry.importing.check import Case
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.plan import SCHOOL, differs, said_of
from camera_registry.importing.table import Row


@dataclass(frozen=True)
class Permit:
    """`new_schools`: schools may be made, change hands, and become others in what is not of one site. `units`: the
    codes of the units whose schools these may be; None: any, and new units too.
    """

    new_schools: bool = True
    units: frozenset[str] | None = None


EVERYTHING = Permit()


def permitted(case: Case, permit: Permit) -> list[Mistake]:
    """What the rows of schools ask for and whoever sends them may not do."""
    return [mistake for row in case.schools for mistake in _of_school(case, permit, row)]


def _of_school(case: Case, permit: Permit, row: Row) -> Iterator[Mistake]:
    before = case.known.schools.get(row.get("school.code"))
    if before is None and not permit.new_schools:
        yield row.mistake("school.code", "not_your_school")
        return
    if not permit.new_schools:
        yield from _of_whole_school(case, row)
    named = case.known.units_named(row.get("managed_by") or "")
    if not row.get("managed_by") or len(named) > 1 or (before is not None and named == [before[1]]):
        return
    if not permit.new_schools or (permit.units is not None and not set(named or [""]) <= permit.units):
        yield row.mistake("managed_by", "other_unit")


def _of_whole_school(case: Case, row: Row) -> Iterator[Mistake]:
    """What the row says of the school as a whole and is not what stands; who manages it is told apart."""
    stands = case.known.row("school", (row.get("school.code"),)) or {}
    for field, column in SCHOOL.items():
        told = said_of(row, {field: column})
        if field != "managed_by" and column in told and differs(stands.get(column), told[column]):
            yield row.mistake(field, "not_your_field")
