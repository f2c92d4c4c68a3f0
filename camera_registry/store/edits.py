"""The history of what is registered: every change of a school, a site, a device or a channel, with what stood before.

Strategy: every session that writes is followed (as by `store.kept`). What it flushes is compared with what was loaded;
the columns that people fill in are kept of it, and nothing else: a night of probes leaves no line here. Who did it is
who the audit log names; a session without one is a probe's. The version of a row goes up with each change.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import event, func, insert, inspect
from sqlmodel import Session, col, select

from camera_registry.models import Batch, Channel, Device, Edit, School, Site, Table
from camera_registry.store.schools import chunks

_OF_DEVICE = ("site_id", "code", "kind", "make", "model", "serial", "mac", "host", "onvif_port", "rtsp_port",
              "stream_path", "username", "onvif_account", "basic_in_clear", "owner", "maintainer", "in_use_since",
              "warranty_until", "funding", "price", "tags")  # fmt: skip
_OF_CHANNEL = ("index", "name", "area", "scope", "scope_why", "recorded_as", "signal", "outdoor", "heading", "height_m",
               "scene_width_m", "latitude", "longitude", "note", "tags")  # fmt: skip
COLUMNS: Mapping[type[Table], tuple[str, ...]] = {
    School: ("code", "name", "levels", "kind", "private", "managed_by", "located_in", "former_district", "contact_name",
             "contact_phone", "contact_email", "tags"),
    Site: ("name", "address", "latitude", "longitude", "networks", "uplink_mbps", "day_window"),
    Device: _OF_DEVICE,
    Channel: _OF_CHANNEL,
}  # fmt: skip
"""What people fill in, by table."""
KINDS: Mapping[str, type[Table]] = {table.__name__.lower(): table for table in COLUMNS}
_MADE, _BATCH = "edits", "batch"


@dataclass
class Changed:
    """A change that is not committed yet: see `models.Edit`."""

    row: Table
    what: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """school, site, device or channel."""
        return type(self.row).__name__.lower()


@dataclass
class _Made:
    """What this session has changed so far, and whose schools these are."""

    changes: list[Changed] = field(default_factory=list)


def follow(session: Session) -> None:
    """From now on what this session changes in the register is written down when it commits."""
    event.listen(session, "before_flush", _number)
    event.listen(session, "after_flush", _note)
    event.listen(session, "before_commit", _keep)


def begin_batch(session: Session, batch: Batch) -> Batch:
    """What this session changes from now on belongs together as `batch`, which has its id after the call."""
    session.add(batch)
    session.flush()
    session.info[_BATCH] = batch.id
    return batch


def pending(session: Session) -> Sequence[Changed]:
    """What this session has flushed and not committed, one entry a row; nothing of what came and went."""
    merged: dict[int, Changed] = {}
    for each in session.info.get(_MADE, _Made()).changes:
        before = merged.get(id(each.row))
        merged[id(each.row)] = each if before is None else _joined(before, each)
    return [each for each in merged.values() if each.what == "new" or each.before != each.after]


def of_batch(session: Session, batch_id: int) -> list[Edit]:
    """The changes of a batch, in the order in which they were made."""
    return list(session.exec(select(Edit).where(Edit.batch_id == batch_id).order_by(col(Edit.id))).all())


def page_of_batch(session: Session, batch_id: int, skip: int, most: int) -> list[Edit]:
    """Some of the changes of a batch, in the order in which they were made."""
    wanted = select(Edit).where(Edit.batch_id == batch_id).order_by(col(Edit.id))
    return list(session.exec(wanted.offset(skip).limit(most)).all())


def count_of_batch(session: Session, batch_id: int) -> int:
    """How many changes of the batch are seen."""
    return session.exec(select(func.count()).select_from(Edit).where(Edit.batch_id == batch_id)).one()


def whole_batch(session: Session, batch_id: int) -> int:
    """How many changes the batch has, seen or not: over the bare table, and nothing but how many."""
    edit = Table.metadata.tables["edit"]
    wanted = edit.select().with_only_columns(func.count()).where(edit.c.batch_id == batch_id)
    return session.connection().execute(wanted).scalar() or 0


def changes_schools(session: Session, batch_id: int) -> bool:
    """True where the batch made a school, or changed what is of a school as a whole. Over the bare table."""
    edit = Table.metadata.tables["edit"]
    some = edit.select().with_only_columns(edit.c.id).where(edit.c.batch_id == batch_id, edit.c.kind == "school")
    return session.connection().execute(some.limit(1)).first() is not None


def made_by_role(session: Session, batch: Batch) -> str:
    """The role of whoever made the batch; empty for who has no account (a command). Over the bare table."""
    account = Table.metadata.tables["account"]
    chosen = account.select().with_only_columns(account.c.role).where(account.c.id == batch.account_id)
    return session.connection().execute(chosen).scalar() or ""


def newer_rows(session: Session, edit_id: int, school_ids: Collection[int]) -> set[tuple[str, int]]:
    """Kind and id of the rows of these schools that were changed after that edit."""
    found: set[tuple[str, int]] = set()
    for chunk in chunks(school_ids):
        wanted = select(Edit.kind, Edit.row_id).where(col(Edit.id) > edit_id, col(Edit.school_id).in_(chunk))
        found |= set(session.exec(wanted).all())
    return found


def given_anew(session: Session, edit_id: int) -> set[tuple[str, int]]:
    """Kind and id of the rows that were deleted or made after that edit: whatever has the id now is another row, since
    SQLite gives the id of the newest row again when that is gone. Over the bare table, seen or not, and only ids.
    """
    edit = Table.metadata.tables["edit"]
    later = (edit.c.id > edit_id) & edit.c.what.in_(("new", "gone"))
    chosen = edit.select().with_only_columns(edit.c.kind, edit.c.row_id).where(later)
    return {(row.kind, row.row_id) for row in session.connection().execute(chosen)}


def present(session: Session, name: str, ids: Collection[int]) -> set[int]:
    """Those of these ids of a table that a row has, seen or not."""
    table, found = Table.metadata.tables[name], set[int]()
    for chunk in chunks(ids):
        chosen = table.select().with_only_columns(table.c.id).where(table.c.id.in_(chunk))
        found |= set(session.connection().execute(chosen).scalars())
    return found


def rows_of(session: Session, kind: str, ids: Collection[int]) -> dict[int, Any]:
    """The rows of this kind, by their ids, that are there still and seen."""
    table: Any = KINDS[kind]
    found: dict[int, Any] = {}
    for chunk in chunks(ids):
        found |= {row.id: row for row in session.exec(select(table).where(col(table.id).in_(chunk))).all()}
    return found


def mark(session: Session) -> tuple[int, int]:
    """What is another one after any change of the register, by whomever: the newest edit, and the newest unit."""
    edit, unit = Table.metadata.tables["edit"], Table.metadata.tables["district"]
    connection = session.connection()
    newest = (connection.execute(table.select().with_only_columns(func.max(table.c.id))) for table in (edit, unit))
    last_edit, last_unit = (found.scalar() or 0 for found in newest)
    return last_edit, last_unit


def batches(session: Session, kind: str, skip: int, most: int) -> tuple[int, list[Batch]]:
    """How many batches of this kind there are, and some of them, the newest first."""
    total = session.exec(select(func.count()).select_from(Batch).where(Batch.kind == kind)).one()
    wanted = select(Batch).where(Batch.kind == kind).order_by(col(Batch.id).desc())
    return total, list(session.exec(wanted.offset(skip).limit(most)).all())


def batch(session: Session, batch_id: int) -> Batch | None:
    """The batch of this number."""
    return session.exec(select(Batch).where(Batch.id == batch_id)).first()


def of_school(session: Session, school_id: int, most: int, before: int | None = None) -> list[Edit]:
    """The newest changes of a school and of all that is in it, the newest first; older than the one of id `before`."""
    return _newest(session, [Edit.school_id == school_id], most, before)


def of_device(session: Session, device_id: int, most: int, before: int | None = None) -> list[Edit]:
    """The same of a device and its channels; not of one that had this id before and is gone."""
    first = _first(session, "device", device_id)
    return _newest(session, [Edit.device_id == device_id, col(Edit.id) >= first], most, before)


def of_row(session: Session, kind: str, row_id: int, most: int) -> list[Edit]:
    """The newest changes of one row, the newest first; not of one that had this id before and is gone."""
    first = _first(session, kind, row_id)
    return _newest(session, [Edit.kind == kind, Edit.row_id == row_id, col(Edit.id) >= first], most, None)


def batch_kinds(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Of which kind (import, bulk, entry) these batches are. Over the bare table: a batch that changed other schools
    too is not seen, and its kind says nothing of them.
    """
    table = Table.metadata.tables["batch"]
    chosen = table.select().with_only_columns(table.c.id, table.c.kind).where(table.c.id.in_(sorted(ids)))
    return {row.id: row.kind for row in session.connection().execute(chosen)}


def seen_batches(session: Session, ids: Collection[int]) -> dict[int, Batch]:
    """Those of these batches that the viewer sees."""
    return {batch.id or 0: batch for batch in session.exec(select(Batch).where(col(Batch.id).in_(sorted(ids)))).all()}


def since(session: Session, kind: str, row_id: int, edit_id: int) -> list[Edit]:
    """The changes of this row after that one."""
    newer = select(Edit).where(Edit.kind == kind, Edit.row_id == row_id, col(Edit.id) > edit_id)
    return list(session.exec(newer.order_by(col(Edit.id))).all())


def _first(session: Session, kind: str, row_id: int) -> int:
    """The id of the edit that made the row which has this id now; 0 where it is older than the history."""
    made = select(func.max(Edit.id)).where(Edit.kind == kind, Edit.row_id == row_id, Edit.what == "new")
    return session.exec(made).one() or 0


def _newest(session: Session, where: list[Any], most: int, before: int | None) -> list[Edit]:
    older = [*where, *([col(Edit.id) < before] if before is not None else [])]
    return list(session.exec(select(Edit).where(*older).order_by(col(Edit.id).desc()).limit(most)).all())


def _number(session: Session, _context: Any, _instances: Any) -> None:
    """A row that people change has a higher version."""
    for row in session.dirty:
        if type(row) in COLUMNS and _different(row):
            row.version += 1


def _note(session: Session, _context: Any) -> None:
    """What this flush changes is remembered until the commit."""
    made: list[Changed] = session.info.setdefault(_MADE, _Made()).changes
    made += (Changed(row, "new", {}, _said(row)) for row in session.new if type(row) in COLUMNS)
    made += (_changed(row) for row in session.dirty if type(row) in COLUMNS and _different(row))
    made += (Changed(row, "gone", _said(row), {}) for row in session.deleted if type(row) in COLUMNS)


def _changed(row: Any) -> Changed:
    different = _different(row)
    before = {name: was for name, (was, _) in different.items()}
    return Changed(row, "changed", before, {name: now for name, (_, now) in different.items()})


def _different(row: Any) -> dict[str, tuple[Any, Any]]:
    """The columns of the row that are others than those that were loaded: what stood, and what stands."""
    state: Any = inspect(row)
    found = ((name, state.attrs[name].history) for name in COLUMNS[type(row)])
    return {
        name: (history.deleted[0] if history.deleted else None, history.added[0])
        for name, history in found
        if history.added and (not history.deleted or history.deleted[0] != history.added[0])
    }


def _said(row: Any) -> dict[str, Any]:
    """What a row says beside what every row says that says nothing."""
    fields: Any = type(row).model_fields
    return {name: value for name in COLUMNS[type(row)] if (value := getattr(row, name)) != fields[name].default}


def _joined(first: Changed, then: Changed) -> Changed:
    if then.what == "gone":
        return Changed(first.row, "gone", {} if first.what == "new" else {**then.before, **first.before}, {})
    before = {} if first.what == "new" else {**then.before, **first.before}
    return Changed(first.row, first.what, before, {**first.after, **then.after})


def _keep(session: Session) -> None:
    """The changes are written down, once, before the work of the session is committed."""
    if session.in_nested_transaction():
        return
    session.flush()
    found = pending(session)
    session.info.pop(_MADE, None)
    if not found:
        return
    doing, at = session.info.get("doing"), session.info.get("moment") or datetime.now(UTC)
    who = doing.who.name or doing.who.account if doing is not None else ""
    same = {"batch_id": session.info.get(_BATCH), "by": who, "at": at}
    schools = _schools_of(session, found)
    session.connection().execute(
        insert(Table.metadata.tables["edit"]), [_values(each, schools) | same for each in found]
    )


def _values(change: Changed, schools: Mapping[int, int]) -> dict[str, Any]:
    row: Any = change.row
    device_id = row.device_id if isinstance(row, Channel) else row.id if isinstance(row, Device) else None
    school_id = row.id if isinstance(row, School) else row.school_id if device_id is None else schools[device_id]
    return {
        "school_id": school_id, "device_id": device_id, "kind": change.kind, "row_id": row.id, "what": change.what,
        "before": _text(change.before), "after": _text(change.after),
    }  # fmt: skip


def _schools_of(session: Session, found: Iterable[Changed]) -> dict[int, int]:
    """The school of each device that was changed, or of which a channel was; a device that is gone is in `found`."""
    rows: list[Any] = [each.row for each in found]
    known: dict[int, int] = {row.id or 0: row.school_id for row in rows if isinstance(row, Device)}
    wanted = {row.device_id for row in rows if isinstance(row, Channel)} - set(known)
    table, ids = Table.metadata.tables["device"], sorted(wanted)
    for start in range(0, len(ids), 500):
        chosen = table.select().with_only_columns(table.c.id, table.c.school_id)
        for row in session.connection().execute(chosen.where(table.c.id.in_(ids[start : start + 500]))):
            known[row.id] = row.school_id
    return known


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
