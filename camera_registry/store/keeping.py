"""What is older than it is kept: which rows these are, so many at a time, and their end.

Strategy: rows are looked for by reading, and deleted by their keys, so that whoever writes waits for short work alone.
What hangs on devices is looked for some hundred devices at a time, by an index that begins with the device; where there
is none, rows are looked at in the order in which they were written, which is nearly that of their times. So no index on
a time is needed. What is deleted is overwritten in the file, and its room is used again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import (
    AgentOrder,
    ChangeRecord,
    Delivery,
    Description,
    Device,
    FindingRecord,
    GivenAnswer,
    LoginSession,
    Mailed,
    Maintenance,
    Measurement,
    NewsItem,
    Outage,
    Photo,
    Reply,
    ReplyPhoto,
    Sweep,
    SweepItem,
    SweepSite,
    Table,
    UnitRecord,
    VerdictRecord,
)
from camera_registry.store.erasing import overwriting
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.schools import chunks

Keys = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of rows of a table; `old` is the condition of those that end before a moment, of so many at most.
    `of_devices`: they hang on devices, and are asked for by some devices at a time.
    """

    table: type[Table]
    old: Callable[[datetime, int], Sql]
    of_devices: bool = False

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.table.__tablename__)


def devices(session: Session) -> list[list[int]]:
    """The ids of all devices, some hundred together."""
    return list(chunks([row[0] for row in rows(session, choose(col(Device.id)))]))


def old(session: Session, kind: Kind, before: datetime, most: int, of: Collection[int] | None = None) -> Keys:
    """The keys of at most so many rows that ended before this moment, of the devices `of` where that is given."""
    table: Any = kind.table
    wanted = choose(*_key(kind)).where(kind.old(before, most)).limit(most)
    if of is not None:
        wanted = wanted.where(table.device_id.in_(of))
    return [tuple(row) for row in rows(session, wanted)]


def end(session: Session, kind: Kind, keys: Keys) -> int:
    """How many of these rows were there, and are gone."""
    overwriting(session)
    names = [column.name for column in _key(kind)]
    one = delete(kind.table).where(*(column == bindparam(f"key_{column.name}") for column in _key(kind)))
    values = [{f"key_{name}": value for name, value in zip(names, key, strict=True)} for key in keys]
    return session.connection().execute(one, values).rowcount


def _key(kind: Kind) -> list[Any]:
    return list(kind.table.__table__.primary_key)  # type: ignore[attr-defined]  # SQLModel gives it to every table


def _first_written(table: Any, ended: Any) -> Callable[[datetime, int], Sql]:
    """Of the rows that were written first, those whose time is over."""

    def condition(before: datetime, most: int) -> Sql:
        return and_(col(table.id).in_(choose(col(table.id)).order_by(col(table.id)).limit(most)), ended < before)

    return condition


def _sites_of_one_sweep(before: datetime, _most: int) -> Sql:
    held = choose(col(SweepSite.sweep_id)).join(Sweep).where(col(Sweep.ended_at) < before).limit(1)
    return col(SweepSite.sweep_id).in_(held)


def _empty_sweep(before: datetime, _most: int) -> Sql:
    """Of a sweep nothing is left."""
    left = (
        choose(col(table.sweep_id)).where(col(table.sweep_id) == Sweep.id)
        for table in (SweepItem, SweepSite, AgentOrder)
    )
    return and_(col(Sweep.ended_at) < before, *(~each.exists() for each in left))


def _followed(table: Any, ended: Callable[[Any, Any], Any]) -> Callable[[datetime, int], Sql]:
    """Rows of a device after which another came; `ended` says of a row and the one that follows when it ended."""
    next_ = aliased(table)

    def condition(before: datetime, _most: int) -> Sql:
        after = choose(next_.id).where(next_.device_id == table.device_id, next_.id > table.id)
        return after.where(ended(table, next_) < before).correlate(table).exists()

    return condition


def _at_places(before: datetime, _most: int) -> Sql:
    return and_(col(FindingRecord.device_id).is_(None), col(FindingRecord.until) < before)


def _told(before: datetime, _most: int) -> Sql:
    """News of which no delivery is left."""
    return and_(
        col(NewsItem.at) < before, ~choose(col(Delivery.id)).where(col(Delivery.news_id) == NewsItem.id).exists()
    )


def _replied(before: datetime, _most: int) -> Sql:
    """One without a photo: that has a period of its own."""
    return and_(
        col(Reply.at) < before, ~choose(col(ReplyPhoto.id)).where(col(ReplyPhoto.reply_id) == Reply.id).exists()
    )


NUMBERS = (Kind(Measurement, lambda before, _: col(Measurement.at) < before, of_devices=True),)
LOOKS = (
    Kind(SweepItem, _first_written(SweepItem, col(SweepItem.ended_at))),
    Kind(AgentOrder, lambda before, _: col(AgentOrder.ended_at) < before),
    Kind(SweepSite, _sites_of_one_sweep),
    Kind(Sweep, _empty_sweep),
    Kind(Mailed, _first_written(Mailed, col(Mailed.at))),
    Kind(Delivery, _first_written(Delivery, col(Delivery.ended_at))),
    Kind(NewsItem, _told),
    Kind(Outage, lambda before, _: col(Outage.ended_at) < before),
    Kind(Maintenance, lambda before, _: col(Maintenance.ends) < before),
)
HISTORY = (
    Kind(FindingRecord, lambda before, _: col(FindingRecord.until) < before, of_devices=True),
    Kind(FindingRecord, _at_places),
    Kind(VerdictRecord, lambda before, _: col(VerdictRecord.until) < before),
    Kind(ChangeRecord, lambda before, _: col(ChangeRecord.at) < before, of_devices=True),
    Kind(Description, _followed(Description, lambda _, following: following.at), of_devices=True),
    Kind(UnitRecord, _followed(UnitRecord, lambda row, _: row.seen_at), of_devices=True),
    Kind(Reply, _replied),
)
ANSWERS = (Kind(GivenAnswer, lambda before, _: col(GivenAnswer.at) < before),)
PHOTOS = (
    Kind(Photo, lambda before, _: col(Photo.at) < before),
    Kind(ReplyPhoto, lambda before, _: col(ReplyPhoto.at) < before),
)
SESSIONS = (Kind(LoginSession, _first_written(LoginSession, col(LoginSession.begun_at))),)
