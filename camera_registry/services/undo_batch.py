"""Undo of a batch: what an import changed is as it stood before, as far as nobody has changed it since.

Strategy: what would become of each row is found out first, which a page shows, and is done then. A changed row gets the
values back that stood before while it still holds what the batch wrote, and what it then points at is there. A row that
the batch made goes, unless it was changed since, or something hangs on it (a look, a login, a row that others made). A
row that only has the id of one that is gone is none of them. What is left is named, with why. The edge commits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlmodel import Session

from camera_registry.models import Batch, Channel, Edit
from camera_registry.store import edits, hanging

Fate = Literal["restore", "remove", "changed_since", "in_use", "target_gone", "gone"]
Rows = Mapping[tuple[str, int], Any]
_LEVELS = ("channel", "device", "site", "school")
"""Children first."""
_TARGETS: Mapping[str, str] = {"recorded_as": "channel", "site_id": "site", "managed_by": "district"}
"""Columns that point at rows of other tables."""
_LEFT: tuple[Fate, ...] = ("changed_since", "in_use", "target_gone")


class UndoError(Exception):
    """The batch cannot be undone (`kind`): it is not there (no_such), was undone before (undone), has changed
    something in a school that is not seen (not_all), or is not this person's to undo (not_yours).
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Undoing:
    """What becomes of each change of a batch when it is undone."""

    batch: Batch
    edits: Sequence[Edit]
    fates: Mapping[int, Fate]

    def count(self, *fates: Fate) -> int:
        """How many rows have one of these fates."""
        return sum(1 for fate in self.fates.values() if fate in fates)

    @property
    def left(self) -> list[tuple[Edit, Fate]]:
        """The rows that stay as they are, with why."""
        return [(e, f) for e in self.edits if (f := self.fates[e.id or 0]) in _LEFT]


def undoing(session: Session, batch_id: int) -> Undoing:
    """What undoing the batch of this number comes to now. Raises UndoError."""
    batch = edits.batch(session, batch_id)
    if batch is None:
        raise UndoError("no_such")
    if batch.undone_at is not None:
        raise UndoError("undone")
    found = edits.of_batch(session, batch_id)
    if len(found) != edits.whole_batch(session, batch_id):
        raise UndoError("not_all")
    for each in found:
        session.expunge(each)  # what a school leaves goes with it, and is told all the same
    last = max((each.id or 0 for each in found), default=0)
    newer = edits.newer_rows(session, last, {each.school_id for each in found})
    anew = edits.given_anew(session, last)
    rows = {key: row for key, row in _rows(session, found).items() if key not in anew}
    changed = [each for each in found if each.what == "changed"]
    targets = _targets(session, changed) - anew
    fates = {e.id or 0: _of_changed(e, rows.get((e.kind, e.row_id)), targets) for e in changed}
    fates |= _of_new(session, [each for each in found if each.what == "new"], newer, rows)
    return Undoing(batch, found, fates)


def undo(session: Session, batch_id: int, now: datetime, by: str) -> Undoing:
    """The batch is undone as `undoing` says. Raises UndoError."""
    found = undoing(session, batch_id)
    rows = _rows(session, found.edits)
    for each in found.edits:
        if found.fates[each.id or 0] == "restore":
            _restore(session, each, rows[each.kind, each.row_id], now, by)
    session.flush()
    _remove(session, [each for each in found.edits if found.fates[each.id or 0] == "remove"], rows)
    found.batch.undone_at, found.batch.undone_by = now, by
    session.add(found.batch)
    session.flush()
    return found


def _rows(session: Session, found: Sequence[Edit]) -> Rows:
    """What is there still of the rows that were changed, by kind and id."""
    return {
        (kind, row_id): row
        for kind in _LEVELS
        for row_id, row in edits.rows_of(session, kind, {e.row_id for e in found if e.kind == kind}).items()
    }


def _targets(session: Session, changed: Sequence[Edit]) -> set[tuple[str, int]]:
    """Table and id of what these rows pointed at and is there."""
    wanted: dict[str, set[int]] = {}
    for each in changed:
        for table, row_id in _pointed(each):
            wanted.setdefault(table, set()).add(row_id)
    return {(table, row_id) for table, ids in wanted.items() for row_id in edits.present(session, table, ids)}


def _pointed(edit: Edit) -> list[tuple[str, int]]:
    before = json.loads(edit.before)
    return [(table, before[name]) for name, table in _TARGETS.items() if before.get(name) is not None]


def _of_changed(edit: Edit, row: Any, targets: Collection[tuple[str, int]]) -> Fate:
    if row is None:
        return "gone"
    if any(_plain(getattr(row, name)) != value for name, value in json.loads(edit.after).items()):
        return "changed_since"
    return "restore" if all(target in targets for target in _pointed(edit)) else "target_gone"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _restore(session: Session, edit: Edit, row: Any, now: datetime, by: str) -> None:
    before = json.loads(edit.before)
    for name, value in before.items():
        setattr(row, name, _typed(type(row), name, value))
    if "scope" in before:
        row.scope_at, row.scope_by = now, by
    session.add(row)


def _typed(table: Any, name: str, value: Any) -> Any:
    """A value of JSON as the column holds it."""
    kinds = get_args(table.model_fields[name].annotation) or (table.model_fields[name].annotation,)
    return date.fromisoformat(value) if date in kinds and isinstance(value, str) else value


def _of_new(session: Session, made: Sequence[Edit], newer: set[tuple[str, int]], rows_now: Rows) -> dict[int, Fate]:
    fates: dict[int, Fate] = {}
    going: dict[str, set[int]] = {}
    for kind in _LEVELS:
        of_kind = [each for each in made if each.kind == kind]
        rows = {each.row_id for each in of_kind}
        fresh = {row_id for row_id in rows if (kind, row_id) not in newer}
        going[kind] = _free(session, kind, fresh, going)
        for each in of_kind:
            fates[each.id or 0] = (
                "gone" if (kind, each.row_id) not in rows_now else "remove" if each.row_id in going[kind]
                else "in_use" if each.row_id in fresh else "changed_since"
            )  # fmt: skip
    return fates


def _free(session: Session, kind: str, rows: set[int], going: Mapping[str, set[int]]) -> set[int]:
    """Those of the rows that only rows which go themselves point at."""
    free = rows
    while held := hanging.hung(session, kind, free, {**going, kind: free}):
        free = free - held
    return free


def _remove(session: Session, made: Sequence[Edit], rows_now: Rows) -> None:
    """New schools go with all that was made in them and without a history, of which there is nobody to show it; other
    rows leave theirs.
    """
    schools = {each.row_id for each in made if each.kind == "school"}
    whole: dict[str, set[int]] = {kind: set() for kind in _LEVELS}
    for each in made:
        if each.school_id in schools:
            whole[each.kind].add(each.row_id)
    for kind in _LEVELS:
        rows = [rows_now[kind, e.row_id] for e in made if e.kind == kind and e.school_id not in schools]
        for row in rows:
            if isinstance(row, Channel):
                row.recorded_as = None  # of two that go, one goes first
        session.flush()
        for row in rows:
            session.delete(row)
        session.flush()
    if schools:
        hanging.drop(session, schools, whole)
