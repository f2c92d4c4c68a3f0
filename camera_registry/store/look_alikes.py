"""Things that look alike: pairs that may be one camera, devices that say the same of themselves, and what people said
of either.

Strategy: who asks for all schools is answered by rows that are kept or grouped by the database, never by opening what
was seen of every device.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device, NotSame, ProposedPair, School, UnitRecord
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.schools import chunks, chunks_of
from camera_registry.store.searched import has_words

MOST_ALIKE = 4
"""So many devices may be one that was registered again and again; more are a series that says one number."""
RECORDERS = ("nvr", "dvr", "encoder")


def mixed(session: Session, school_id: int) -> bool:
    """True when the school has both: a recorder, and a camera of its own that is not linked to a channel of one."""
    boxes = select(Device.id).where(Device.school_id == school_id)
    recorder = boxes.where(col(Device.kind).in_(RECORDERS)).limit(1)
    loose = boxes.join(Channel, col(Channel.device_id) == Device.id).where(
        col(Device.kind).not_in(RECORDERS), col(Channel.recorded_as).is_(None)
    )
    return all(session.exec(each).first() is not None for each in (recorder, loose.limit(1)))


def proposed(session: Session, school_id: int) -> list[ProposedPair]:
    """The pairs that are kept of this school."""
    return list(session.exec(select(ProposedPair).where(ProposedPair.school_id == school_id)).all())


def put_proposed(session: Session, school_id: int, pairs: Iterable[ProposedPair]) -> None:
    """These are the pairs that are kept of this school."""
    kept, now = proposed(session, school_id), list(pairs)
    before = {(row.channel_id, row.recorded_id, row.reason, row.said) for row in kept}
    if before != {(row.channel_id, row.recorded_id, row.reason, row.said) for row in now}:
        for row in kept:
            session.delete(row)
        session.flush()
        session.add_all(now)
        session.flush()


def not_same(session: Session, device_ids: Collection[int]) -> list[NotSame]:
    """What people said of these devices, each with another."""
    found: dict[int | None, NotSame] = {}
    for chunk in chunks(device_ids):
        either = or_(col(NotSame.device_id).in_(chunk), col(NotSame.other_id).in_(chunk))
        found |= {row.id: row for row in session.exec(select(NotSame).where(either)).all()}
    return list(found.values())


def add_not_same(session: Session, first: Any, second: Any, by: str, at: datetime) -> None:
    """A person says that these two (each a device, or a device and a channel of it) are not the same."""
    (one, channel), (other, other_channel) = first, second
    row = NotSame(device_id=one, other_id=other, channel_id=channel, other_channel_id=other_channel, by=by, at=at)
    session.add(row)
    session.flush()


def count_pairs(session: Session, q: str) -> int:
    """How many pairs are kept at the schools that have every word of `q`."""
    (row,) = rows(session, _pairs(choose(func.count().label("n")), q))
    return int(row.n)


def pairs(session: Session, q: str, page: int, size: int) -> Sequence[Any]:
    """One page of them, by school and camera: codes and names of both, why they may be one, and when that was seen."""
    wanted = _pairs(
        choose(
            col(School.code).label("school_code"), col(School.name).label("school"),
            _CAMERA.code.label("camera"), _OWN.index.label("camera_index"), _OWN.name.label("camera_name"),
            _BOX.code.label("recorder"), _SEEN.index.label("index"), _SEEN.name.label("name"),
            col(ProposedPair.reason), col(ProposedPair.said), col(ProposedPair.at),
        ),
        q,
    )  # fmt: skip
    return rows(session, wanted.order_by(col(School.code), _CAMERA.code).limit(size).offset((page - 1) * size))


_OWN: Any = aliased(Channel)
_SEEN: Any = aliased(Channel)
_CAMERA: Any = aliased(Device)
_BOX: Any = aliased(Device)


def _pairs(chosen: Sql, q: str) -> Sql:
    linked: Any = aliased(Channel)
    taken = exists().where(linked.recorded_as == _SEEN.id)
    return (
        chosen.select_from(ProposedPair)
        .join(School, col(School.id) == col(ProposedPair.school_id))
        .join(_OWN, _OWN.id == col(ProposedPair.channel_id))
        .join(_SEEN, _SEEN.id == col(ProposedPair.recorded_id))
        .join(_CAMERA, _CAMERA.id == _OWN.device_id)
        .join(_BOX, _BOX.id == _SEEN.device_id)
        .where(_OWN.recorded_as.is_(None), ~taken, *has_words(q, col(School.search)))
    )


def same_number(session: Session, column: str) -> dict[str, set[int]]:
    """The ids of the devices of which several have the same `column` (mac, serial), registered or said by the unit that
    stands there now, in small letters; not of a number that more than MOST_ALIKE have.
    """
    every = _numbers(column).subquery()
    many = func.count(func.distinct(every.c.device_id))
    grouped = choose(every.c.number).group_by(every.c.number).having(many.between(2, MOST_ALIKE))
    found: dict[str, set[int]] = {row.number: set() for row in rows(session, grouped)}
    for chunk in chunks_of(found):
        again = _numbers(column).subquery()
        for row in rows(session, choose(again.c.number, again.c.device_id).where(again.c.number.in_(chunk))):
            found[row.number].add(row.device_id)
    return found


def _numbers(column: str) -> Sql:
    typed, said = getattr(Device, column), getattr(UnitRecord, column)
    newer: Any = aliased(UnitRecord)
    followed = exists().where(newer.device_id == col(UnitRecord.device_id), newer.id > col(UnitRecord.id))
    return union_all(
        choose(func.lower(typed).label("number"), col(Device.id).label("device_id")).where(typed != ""),
        choose(func.lower(said), col(UnitRecord.device_id)).where(said != "", ~followed.correlate(UnitRecord)),
    )


def same_address(session: Session) -> list[tuple[int, int]]:
    """The ids of devices of one site that are registered at one address and one port of it."""
    one: Any = aliased(Device)
    other: Any = aliased(Device)
    port = or_(one.onvif_port == other.onvif_port, one.rtsp_port == other.rtsp_port)
    paths = and_(one.stream_path != "", other.stream_path != "", one.stream_path != other.stream_path)
    found = choose(one.id.label("first"), other.id.label("second")).where(
        one.site_id == other.site_id, one.id < other.id, one.host != "", one.host == other.host, port, ~paths
    )
    return [(row.first, row.second) for row in rows(session, found)]


def devices(session: Session, ids: Collection[int], q: str = "") -> dict[int, Any]:
    """What tells these devices apart, by id, of the schools that have every word of `q`."""
    found: dict[int, Any] = {}
    columns: tuple[Sql, ...] = (
        Device.id, Device.code, Device.kind, Device.make, Device.model, Device.host, Device.onvif_port,
        Device.last_answered_at, col(School.code).label("school_code"), col(School.name).label("school"),
    )  # fmt: skip
    for chunk in chunks(ids):
        wanted = choose(*columns).join(School, col(School.id) == Device.school_id).where(col(Device.id).in_(chunk))
        found |= {row.id: row for row in rows(session, wanted.where(*has_words(q, col(School.search))))}
    return found
