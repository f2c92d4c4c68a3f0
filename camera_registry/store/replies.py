"""Replies of schools to findings: put, read with their places, and what holds now of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device, FindingRecord, Reply, ReplyPhoto, School, SweepItem
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.schools import chunks

MOST = 500
"""So many replies are read at once, the newest."""
_COLUMNS: tuple[Sql, ...] = (
    Reply.id, Reply.school_id, Reply.device_id, Reply.channel_id, Reply.rule, Reply.note, Reply.by, Reply.at,
    Reply.sweep_id, col(School.code).label("school_code"), col(School.name).label("school"),
    col(Device.code).label("device_code"), col(Channel.index).label("channel_index"),
    col(Channel.name).label("channel_name"), col(ReplyPhoto.id).label("photo"),
)  # fmt: skip


@dataclass(frozen=True)
class ReplyPhotoPlace:
    """Which photo of a reply a sealed value is."""

    reply_id: int
    sha256: str

    def bound(self) -> bytes:
        """What the seal is bound to; no two places give the same bytes."""
        return f"camera-registry/reply-photo/{self.reply_id}/{self.sha256}".encode()


def put(session: Session, row: Reply | ReplyPhoto) -> None:
    """The row is kept; its id is known after the call."""
    session.add(row)
    session.flush()


def of_school(session: Session, school_id: int) -> Sequence[Any]:
    """The replies of a school, the newest first."""
    return rows(session, _placed().where(Reply.school_id == school_id).limit(MOST))


def every(session: Session) -> Sequence[Any]:
    """The newest replies of all schools."""
    return rows(session, _placed().limit(MOST))


def of_devices(session: Session, device_ids: Collection[int]) -> list[Any]:
    """The replies about these devices and their channels, the newest first."""
    found: list[Any] = []
    for chunk in chunks(device_ids):
        found += rows(session, _placed().where(col(Reply.device_id).in_(chunk)))
    return found


def photo(session: Session, number: int) -> tuple[ReplyPhoto, str] | None:
    """The photo of the reply of this number, with the code of the school; None where there is none."""
    wanted = select(ReplyPhoto, School.code).select_from(ReplyPhoto).join(Reply).join(School)
    found: Any = session.exec(wanted.where(Reply.id == number)).first()
    return None if found is None else tuple(found)


def open_now(session: Session, device_ids: Collection[int], rules: Collection[str]) -> list[FindingRecord]:
    """What holds now of these rules on these devices and their channels."""
    return _held(session, FindingRecord.device_id, device_ids, rules, col(FindingRecord.until).is_(None))


def open_at_places(session: Session, school_ids: Collection[int], rules: Collection[str]) -> list[FindingRecord]:
    """What holds now of these rules on these schools themselves and their sites."""
    return _held(session, FindingRecord.school_id, school_ids, rules, col(FindingRecord.until).is_(None))


def since_then(
    session: Session, device_ids: Collection[int], rules: Collection[str], after: datetime
) -> list[FindingRecord]:
    """What held of these rules on these devices and their channels at any time after this moment, and what holds."""
    return _held(session, FindingRecord.device_id, device_ids, rules, _after(after))


def since_then_at_places(
    session: Session, school_ids: Collection[int], rules: Collection[str], after: datetime
) -> list[FindingRecord]:
    """What held of these rules on these schools themselves and their sites after this moment, and what holds."""
    return _held(session, FindingRecord.school_id, school_ids, rules, _after(after))


def first(session: Session, about: Reply) -> datetime | None:
    """When the first reply was made to what this one is about; None where none was."""
    return session.exec(select(func.min(Reply.at)).where(*_same(about))).one()


def count(session: Session, about: Reply, since: datetime | None) -> int:
    """How many replies were made to what this one is about, from this moment on; None: ever."""
    wanted = select(func.count()).select_from(Reply).where(*_same(about))
    return session.exec(wanted if since is None else wanted.where(col(Reply.at) >= since)).one()


def newest_looks(session: Session, device_ids: Collection[int], after: datetime) -> dict[int, tuple[str, datetime]]:
    """How the newest look at each of these devices that ended after this moment ended, and when."""
    found: dict[int, tuple[str, datetime]] = {}
    columns: tuple[Sql, ...] = (SweepItem.device_id, SweepItem.state, SweepItem.ended_at)
    for chunk in chunks(device_ids):
        ended = choose(*columns).where(col(SweepItem.device_id).in_(chunk), col(SweepItem.ended_at) > after)
        looked = ended.where(col(SweepItem.state).in_(("done", "failed"))).order_by(col(SweepItem.ended_at))
        found |= {row.device_id: (row.state, row.ended_at) for row in rows(session, looked)}
    return found


def _held(
    session: Session, subject: Any, ids: Collection[int], rules: Collection[str], when: Sql
) -> list[FindingRecord]:
    found: list[FindingRecord] = []
    for chunk in chunks(ids):
        wanted = select(FindingRecord).where(col(subject).in_(chunk), col(FindingRecord.rule).in_(rules), when)
        found += session.exec(wanted.order_by(col(FindingRecord.id))).all()
    return found


def _after(moment: datetime) -> Sql:
    return or_(col(FindingRecord.until).is_(None), col(FindingRecord.until) > moment)


def _same(about: Reply) -> list[Sql]:
    """Replies to the same finding: `is_not_distinct_from`, because a channel and a device may be none."""
    return [Reply.school_id == about.school_id, Reply.rule == about.rule,
            col(Reply.device_id).is_not_distinct_from(about.device_id),
            col(Reply.channel_id).is_not_distinct_from(about.channel_id)]  # fmt: skip


def _placed() -> Sql:
    chosen = choose(*_COLUMNS).select_from(Reply).join(School, col(Reply.school_id) == School.id)
    chosen = chosen.outerjoin(Device, col(Reply.device_id) == Device.id)
    chosen = chosen.outerjoin(Channel, col(Reply.channel_id) == Channel.id)
    chosen = chosen.outerjoin(ReplyPhoto, col(ReplyPhoto.reply_id) == Reply.id)
    return chosen.order_by(col(Reply.at).desc(), col(Reply.id).desc())
