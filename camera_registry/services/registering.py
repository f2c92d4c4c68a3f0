"""Registering: what people say of schools, devices and channels stands in the registry, whoever says it where.

Strategy: files, pages, the wizard and the API all say it in rows of the same columns (`importing.columns`), and `take`
is the one way in: read what is registered, check everything by pure calls, and write only when nothing is wrong. A
change of one row (`put`) is a row as it stands with what is said put over it. What changes is kept with what stood
before (`store.edits`). The edge commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.importing.check import Case, check, notices
from camera_registry.importing.check_channels import check_channels
from camera_registry.importing.columns import FILES
from camera_registry.importing.issue import issue_codes
from camera_registry.importing.known import Known
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.permit import EVERYTHING, Permit, permitted
from camera_registry.importing.plan import Counts, plan
from camera_registry.importing.table import Row, read_form
from camera_registry.importing.write import write
from camera_registry.services.as_cells import Key, standing
from camera_registry.services.known_rows import known_of, named_schools
from camera_registry.store import districts, schools
from probes.outgoing import PRIVATE_ONLY, Networks

Rows = Mapping[str, Sequence[Row]]
"""Rows by the name of their file: schools.csv, devices.csv, channels.csv."""


class ImportRefusedError(Exception):
    """Something in the rows is wrong, and nothing was written; `mistakes` are all there are, in the order of files."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(mistakes)


class StaleError(Exception):
    """Somebody has changed the row since it was read; `key` says which, `version` which one stands now."""

    def __init__(self, key: Key, version: int) -> None:
        super().__init__(f"{'/'.join(map(str, key[1:]))}: version {version} stands now")
        self.key, self.version = key, version


@dataclass(frozen=True)
class Terms:
    """When it is registered, where devices may be connected to whatever the site, who stands beside each decision on a
    scope, and what they may register.
    """

    now: datetime
    outgoing: Networks = PRIVATE_ONLY
    by: str = "import"
    permit: Permit = EVERYTHING


@dataclass(frozen=True)
class Imported:
    """What was taken: per kind how many are new, changed and the same; what is worth a look; which schools (by code)
    the rows spoke of.
    """

    counts: Counts
    notices: tuple[Mistake, ...]
    schools: frozenset[str]

    @property
    def changed_nothing(self) -> bool:
        """True when everything stood in the registry already."""
        return not any(count["new"] or count["changed"] for count in self.counts.values())


@dataclass(frozen=True)
class Said:
    """What a person says of one row of `file`, by field: a field with an empty text is emptied, one that is not named
    stays. `key` names the row as `as_cells.standing` does; None: a new one. `version`: the one the person saw.
    """

    file: str
    cells: Mapping[str, str]
    key: Key | None = None
    version: int | None = None


def permit_of(session: Session, viewer: Viewer) -> Permit:
    """What this person may register: who sees all anything, an officer of a unit its schools, others none new."""
    if viewer.sees_all:
        return EVERYTHING
    if viewer.role != "district":
        return Permit(new_schools=False, units=frozenset())
    own = (unit.code for unit in districts.every(session) if unit.id == viewer.district_id)
    return Permit(new_schools=True, units=frozenset(own))


def judged(session: Session, rows: Rows, known: Known, terms: Terms) -> tuple[Case, list[Mistake]]:
    """The rows beside what is known, and everything that is wrong between them. Rows of devices and schools without a
    code have the one that was given to them after the call.
    """
    issue_codes(rows["schools.csv"], rows["devices.csv"], known)
    case = Case(rows["schools.csv"], rows["devices.csv"], rows["channels.csv"], known, terms.outgoing)
    return case, [*check(case), *check_channels(case), *permitted(case, terms.permit), *_taken(session, case)]


def take(session: Session, rows: Rows, terms: Terms, wrong: Sequence[Mistake] = ()) -> Imported:
    """The registry holds what `rows` say; `wrong` is what was found in them before. Rows of devices and schools without
    a code have the one that was given to them after the call.

    Raises ImportRefusedError with every mistake, before anything is written.
    """
    every = {name: rows.get(name, ()) for name in FILES}
    case, found = judged(session, every, known_of(session, every), terms)
    if wrong or found:
        raise ImportRefusedError(in_order([*wrong, *found]))
    made = plan(case, terms.now, terms.by)
    write(session, made)
    return Imported(made.counts, tuple(notices(case)), frozenset(named_schools(every)))


def in_order(found: Sequence[Mistake]) -> list[Mistake]:
    """Mistakes as they stand in the files: schools, devices, channels, each from the top."""
    order = {name.removesuffix(".csv"): place for place, name in enumerate(FILES)}
    return sorted(
        found, key=lambda m: (order.get(m.table or m.file.removesuffix(".csv"), -1), m.row, len(m.letter), m.letter)
    )


def put(session: Session, said: Sequence[Said], terms: Terms) -> tuple[Imported, tuple[Row, ...]]:
    """The registry holds what a person says of these rows, each as it stood with what is said put over it; and the
    rows, in the order in which they were said, with the codes that were given.

    Raises StaleError, ImportRefusedError, and NoSuchRowError for a key that there is not.
    """
    rows: dict[str, list[Row]] = {name: [] for name in FILES}
    wrong: list[Mistake] = []
    made = []
    for number, each in enumerate(said, start=1):
        row, mistakes = read_form(each.file, number, _cells(session, each), FILES[each.file])
        rows[each.file].append(row)
        made.append(row)
        wrong += mistakes
    return take(session, rows, terms, wrong), tuple(made)


def _cells(session: Session, said: Said) -> Mapping[str, str]:
    if said.key is None:
        return said.cells
    before = standing(session, said.key)
    if said.version is not None and said.version != before.version:
        raise StaleError(said.key, before.version)
    return {**before.cells, **said.cells}


def _taken(session: Session, case: Case) -> list[Mistake]:
    """New schools whose code a school has that this viewer does not see."""
    new = {row.get("school.code"): row for row in case.schools if row.get("school.code") not in case.known.schools}
    return [new[code].mistake("school.code", "code_taken") for code in schools.taken(session, new.keys() - {None})]
