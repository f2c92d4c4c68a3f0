"""How fast a sweep goes: what was done lately, how long looks took, and those that go on."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from camera_registry.models import Channel, SweepItem

LOOKED_AT = ("done", "failed")


def looked_at_since(session: Session, sweep_id: int, since: datetime) -> int:
    """How many devices of a sweep were looked at (not skipped) and ended at `since` or later."""
    wanted = select(func.count()).where(
        SweepItem.sweep_id == sweep_id, col(SweepItem.state).in_(LOOKED_AT), col(SweepItem.ended_at) >= since
    )
    return session.exec(wanted).one()


def last_durations(session: Session, sweep_id: int, limit: int) -> list[float]:
    """How many seconds the last looks of a sweep took that came to an answer."""
    wanted = select(SweepItem.started_at, SweepItem.ended_at).where(
        SweepItem.sweep_id == sweep_id, SweepItem.state == "done"
    )
    rows = session.exec(wanted.order_by(col(SweepItem.ended_at).desc()).limit(limit)).all()
    return [(ended - started).total_seconds() for started, ended in rows if started is not None and ended is not None]


def under_way(session: Session, sweep_id: int) -> list[tuple[datetime, int]]:
    """The looks that go on: since when, and how many channels are registered of each device."""
    wanted = (
        select(SweepItem.started_at, func.count(col(Channel.id)))
        .join(Channel, col(Channel.device_id) == col(SweepItem.device_id), isouter=True)
        .where(SweepItem.sweep_id == sweep_id, SweepItem.state == "leased")
        .group_by(col(SweepItem.id), col(SweepItem.started_at))
    )
    return [(started, channels) for started, channels in session.exec(wanted).all() if started is not None]
