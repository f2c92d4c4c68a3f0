"""What is kept beside what is written, so that a page over a city reads it and does not make it: the words to find
schools, devices and channels by, the verdict that holds now of each device and channel, the rows of the list of what is
not compliant, the sums of each school.

Strategy: every session that writes is followed. What it flushes says which schools and devices are touched; what
writes by statements says it by `touch`, or by `freshen` where a night has passed and nothing else. Before the session
commits, what is kept of the touched is made anew from what it is made of, in the same transaction: no reader ever sees
one without the other. Only rows that have become others are written. Statements are over the bare tables: what is kept
is the same whoever wrote, and no viewer is told of it. What is deleted by statements (erasing a school) takes these
rows with it by its own table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, event, insert, inspect, select, update
from sqlmodel import Session

from camera_registry.models import Channel, Device, FindingRecord, School, Table, UnitRecord, VerdictRecord
from camera_registry.store import sums
from camera_registry.store.kept_rows import failing
from camera_registry.store.places import Sql, choose
from camera_registry.store.searched import OF_DEVICE, OF_UNIT, of_channel, of_device, of_school
from standards.verdict import WORST_FIRST

_TOUCHES: Mapping[type[Table], tuple[str, ...]] = {
    FindingRecord: ("outcome", "until", "decides", "rule", "fix", "actor", "nights", "seen_at", "fails_since"),
    VerdictRecord: ("name", "complete", "until"),
    UnitRecord: OF_UNIT,
    Channel: ("index", "name", "recorded_as", "scope", "tags"),
    Device: ("school_id", "site_id", "owner", "warranty_until", *OF_DEVICE),
    School: ("code", "name", "managed_by", "tags", "private"),
}
"""What in a row, when it has become another, makes other what is kept."""
_AT_ONCE = 500
_DEVICES, _SCHOOLS, _SUMS = "kept devices", "kept schools", "kept sums"
_T = Table.metadata.tables
_LISTED, _VERDICT, _UNIT = _T["listedfinding"], _T["verdictrecord"], _T["unitrecord"]
_CHANNEL, _DEVICE, _SCHOOL = _T["channel"], _T["device"], _T["school"]
_IDS: Sql = bindparam("ids", expanding=True)
_SCHOOLS_NOW = choose(*_SCHOOL.c["id", "code", "name", "tags", "search"]).where(_SCHOOL.c.id.in_(_IDS))
_OF_SCHOOLS = select(_DEVICE.c.id).where(_DEVICE.c.school_id.in_(_IDS))
_SCHOOLS_OF = select(_DEVICE.c.school_id).where(_DEVICE.c.id.in_(_IDS)).distinct()
_THERE = select(_SCHOOL.c.id).where(_SCHOOL.c.id.in_(_IDS))
_DEVICES_NOW = choose(*_DEVICE.c["id", *OF_DEVICE, "verdict", "search"]).where(_DEVICE.c.id.in_(_IDS))
_CHANNELS_NOW = choose(*_CHANNEL.c["id", "name", "tags", "verdict", "search"]).where(_CHANNEL.c.device_id.in_(_IDS))
_UNITS_NOW = choose(*_UNIT.c["device_id", *OF_UNIT]).where(_UNIT.c.device_id.in_(_IDS)).order_by(_UNIT.c.id)
_VERDICTS_NOW = choose(*_VERDICT.c["device_id", "channel_id", "name"]).where(
    _VERDICT.c.device_id.in_(_IDS), _VERDICT.c.until.is_(None)
)
_FAILING_NOW = failing(_IDS)
_LISTED_NOW = select(_LISTED).where(_LISTED.c.device_id.in_(_IDS))
_OF: Sql = bindparam("of")
_FRESHEN = (
    update(_LISTED)
    .where(_LISTED.c.finding_id == _OF)
    .values(nights=bindparam("new_nights"), seen_at=bindparam("new_seen_at", type_=_LISTED.c.seen_at.type))
)


def follow(session: Session) -> None:
    """From now on what is kept goes with what this session writes."""
    event.listen(session, "after_flush", _note)
    event.listen(session, "before_commit", _refresh)


def touch(session: Session, device_id: int) -> None:
    """Findings, verdicts or the unit of this device are being changed by statements."""
    session.info.setdefault(_DEVICES, set()).add(device_id)


def touch_sums(session: Session, school_id: int | None) -> None:
    """What is counted of this school is being changed by statements, and nothing else that is kept."""
    if school_id is not None:
        session.info.setdefault(_SUMS, set()).add(school_id)


def freshen(session: Session, findings: Sequence[tuple[int, int, datetime | None]]) -> None:
    """The rows of the list about these findings, by their ids, have these nights and moments; nothing else of them
    has become another.
    """
    if findings:
        values = [{"of": id_, "new_nights": nights, "new_seen_at": seen_at} for id_, nights, seen_at in findings]
        session.connection().execute(_FRESHEN, values)


def make_anew(connection: Connection) -> None:
    """What is kept of everything is made anew from what it is made of."""
    schools = connection.execute(select(_SCHOOL.c.id)).scalars().all()
    refresh(connection, schools, connection.execute(select(_DEVICE.c.id)).scalars().all())


def refresh(
    connection: Connection, schools: Collection[int], devices: Collection[int], summed: Collection[int] = ()
) -> None:
    """What is kept of these schools and devices, by their ids, is what it is made of; of the schools `summed` only the
    sums are looked at.
    """
    for part in _parts(schools):
        _put(connection, _SCHOOL, _schools(connection, part))
    for part in _parts(devices):
        verdicts = connection.execute(_VERDICTS_NOW, {"ids": part}).all()
        _put(connection, _DEVICE, _devices(connection, part, _worst((v.device_id, v.name) for v in verdicts)))
        _put(connection, _CHANNEL, _channels(connection, part, _worst((v.channel_id, v.name) for v in verdicts)))
        _put_rows(connection, part)
    touched = {*schools, *summed}
    for part in _parts(devices):
        touched |= set(connection.execute(_SCHOOLS_OF, {"ids": part}).scalars())
    there = {id_ for part in _parts(touched) for id_ in connection.execute(_THERE, {"ids": part}).scalars()}
    sums.put(connection, there)


def _note(session: Session, _context: Any) -> None:
    """What this flush touches is remembered."""
    new, deleted = session.new, session.deleted  # each is made anew when it is asked for
    for row in (*new, *session.dirty, *deleted):
        names = _TOUCHES.get(type(row))
        if names is None or not (row in deleted or row in new or _changed(row, names)):
            continue
        if isinstance(row, School):
            session.info.setdefault(_SCHOOLS, set()).add(row.id)
        elif (device_id := row.id if isinstance(row, Device) else row.device_id) is not None:
            touch(session, device_id)
        for school_id in _counted_at(session, row):
            touch_sums(session, school_id)


def _counted_at(session: Session, row: Table) -> Iterable[int | None]:
    """The schools of which this row is counted, or was before it went: where its device cannot be asked any more."""
    if isinstance(row, FindingRecord):
        return (row.school_id,)
    if isinstance(row, Device):
        state: Any = inspect(row)
        return (row.school_id, *(state.attrs.school_id.history.deleted or ()))
    if isinstance(row, Channel) and row in session.deleted:
        return session.connection().execute(_SCHOOLS_OF, {"ids": [row.device_id]}).scalars().all()
    return ()


def _changed(row: Table, names: Iterable[str]) -> bool:
    """True for a row of which one of these columns has become another."""
    state: Any = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in names)


def _refresh(session: Session) -> None:
    """What is kept of everything that this session has touched is made anew, once, before its work is committed."""
    if session.in_nested_transaction():
        return
    session.flush()
    schools, devices, summed = (session.info.pop(name, set()) for name in (_SCHOOLS, _DEVICES, _SUMS))
    if schools or devices or summed:
        connection = session.connection()
        for part in _parts(schools):
            devices |= set(connection.execute(_OF_SCHOOLS, {"ids": part}).scalars())
        refresh(connection, schools, devices, summed)


def _parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def _worst(named: Iterable[tuple[int | None, str]]) -> dict[int | None, str]:
    """The worst of the verdicts of each."""
    found: dict[int | None, str] = {}
    for key, name in named:
        found[key] = min(found.get(key, name), name, key=WORST_FIRST.index)
    return found


def _schools(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[Any, dict[str, str]]]:
    for row in connection.execute(_SCHOOLS_NOW, {"ids": ids}):
        yield row, {"search": of_school(row.code, row.name, row.tags)}


def _devices(
    connection: Connection, ids: Sequence[int], worst: Mapping[int | None, str]
) -> Iterator[tuple[Any, dict[str, str]]]:
    units = {row.device_id: row for row in connection.execute(_UNITS_NOW, {"ids": ids})}  # the newest is the last
    for row in connection.execute(_DEVICES_NOW, {"ids": ids}):
        yield row, {"verdict": worst.get(row.id, "unverified"), "search": of_device(row, units.get(row.id))}


def _channels(
    connection: Connection, ids: Sequence[int], worst: Mapping[int | None, str]
) -> Iterator[tuple[Any, dict[str, str]]]:
    for row in connection.execute(_CHANNELS_NOW, {"ids": ids}):
        yield row, {"verdict": worst.get(row.id, "unverified"), "search": of_channel(row.name, row.tags)}


def _put(connection: Connection, table: Any, rows: Iterable[tuple[Any, Mapping[str, str]]]) -> None:
    """The rows of the table have these values; those that have them already are left alone."""
    others = ((row, values) for row, values in rows if any(getattr(row, n) != value for n, value in values.items()))
    _update(connection, table.c.id, [(row.id, values) for row, values in others])


def _update(connection: Connection, key: Sql, changed: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """The rows with these keys have these values, the same columns in each."""
    if changed:
        to: dict[str, Sql] = {name: bindparam(f"new_{name}") for name in changed[0][1]}
        values = [{"of": row_id, **{f"new_{name}": value for name, value in of.items()}} for row_id, of in changed]
        connection.execute(update(key.table).where(key == _OF).values(to), values)


def _put_rows(connection: Connection, ids: Sequence[int]) -> None:
    """The rows of the list that are about these devices are those of what fails now."""
    before = {row.finding_id: row for row in connection.execute(_LISTED_NOW, {"ids": ids})}
    now = {row.finding_id: row for row in connection.execute(_FAILING_NOW, {"ids": ids})}
    if gone := [finding_id for finding_id in before if finding_id not in now]:
        connection.execute(delete(_LISTED).where(_LISTED.c.finding_id.in_(gone)))
    if new := [dict(row._mapping) for finding_id, row in now.items() if finding_id not in before]:
        connection.execute(insert(_LISTED), new)
    changed = [row for finding_id, row in now.items() if finding_id in before and before[finding_id] != row]
    _update(connection, _LISTED.c.finding_id, [(row.finding_id, row._asdict()) for row in changed])
