"""Devices that have never answered, with when they were registered and how the newest look at them ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col

from camera_registry.models import Device, Edit, School, Site, SweepItem
from camera_registry.store.passes import FINAL
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.searched import has_words

_MADE: Sql = (
    choose(func.min(col(Edit.at)))
    .where(col(Edit.device_id) == Device.id, col(Edit.kind) == "device", col(Edit.what) == "new")
    .correlate(Device)
    .scalar_subquery()
)
"""When the device was registered; nothing for one that is older than the history."""


def count(session: Session, q: str, before: datetime) -> int:
    """How many devices with an address were registered at `before` or earlier and have never answered, at the schools
    that have every word of `q`.
    """
    (row,) = rows(session, _wanted(choose(func.count().label("n")), q, before))
    return int(row.n)


def page(session: Session, q: str, before: datetime, number: int, size: int) -> Sequence[Any]:
    """One page of them, by school and code."""
    columns: tuple[Sql, ...] = (
        Device.id, Device.code, Device.kind, Device.make, Device.model, Device.host, Device.onvif_port,
        Device.silent_nights, col(School.code).label("school_code"), col(School.name).label("school"),
        col(Site.name).label("site"), _MADE.label("registered_at"),
    )  # fmt: skip
    wanted = _wanted(choose(*columns), q, before).order_by(col(School.code), col(Device.code))
    return rows(session, wanted.limit(size).offset((number - 1) * size))


def last_looks(session: Session, device_ids: Collection[int]) -> dict[int, Any]:
    """How the newest look at each of these devices ended: state, reason and when."""
    newest = choose(func.max(col(SweepItem.id))).where(
        col(SweepItem.device_id).in_(device_ids), col(SweepItem.state).in_(FINAL)
    )
    columns = (SweepItem.device_id, SweepItem.state, SweepItem.reason, SweepItem.ended_at)
    found = choose(*columns).where(col(SweepItem.id).in_(newest.group_by(col(SweepItem.device_id))))
    return {row.device_id: row for row in rows(session, found)}


def _wanted(chosen: Sql, q: str, before: datetime) -> Sql:
    joined = chosen.select_from(Device).join(School, col(School.id) == Device.school_id)
    joined = joined.join(Site, col(Site.id) == Device.site_id)
    never = col(Device.last_answered_at).is_(None)
    registered = or_(_MADE.is_(None), before >= _MADE)
    return joined.where(never, Device.host != "", Device.kind != "cloud", registered, *has_words(q, col(School.search)))
