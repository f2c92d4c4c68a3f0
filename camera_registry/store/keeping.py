"""What is older than it is kept: deleted the oldest first, so many rows at a time.

Strategy: rows are looked at in the order in which they were written, which is nearly that of their times: no index on
the time is needed, and what came late goes with the next batch. What is deleted is overwritten in the file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from camera_registry.models import LoginSession, Measurement, Sweep, SweepItem, SweepSite
from camera_registry.store.erasing import overwriting
from camera_registry.store.places import choose


def measurements(session: Session, before: datetime, most: int) -> int:
    """How many of the `most` oldest numbers are gone: those of looks before this moment."""
    oldest = choose(col(Measurement.id)).order_by(col(Measurement.id)).limit(most)
    return _deleted(session, delete(Measurement).where(col(Measurement.id).in_(oldest), col(Measurement.at) < before))


def sweep_items(session: Session, before: datetime, most: int) -> int:
    """How many of the `most` oldest items are gone: those that ended before this moment."""
    oldest = choose(col(SweepItem.id)).order_by(col(SweepItem.id)).limit(most)
    return _deleted(session, delete(SweepItem).where(col(SweepItem.id).in_(oldest), col(SweepItem.ended_at) < before))


def sweep_sites(session: Session, before: datetime, _most: int) -> int:
    """How many leases are gone: those of one sweep that ended before this moment."""
    held = choose(col(SweepSite.sweep_id)).join(Sweep).where(col(Sweep.ended_at) < before).limit(1)
    return _deleted(session, delete(SweepSite).where(col(SweepSite.sweep_id).in_(held)))


def login_sessions(session: Session, before: datetime, most: int) -> int:
    """How many of the `most` oldest sessions are gone: those that began before this moment; none lasts so long."""
    oldest = choose(col(LoginSession.id)).order_by(col(LoginSession.id)).limit(most)
    old = col(LoginSession.begun_at) < before
    return _deleted(session, delete(LoginSession).where(col(LoginSession.id).in_(oldest), old))


def _deleted(session: Session, statement: Any) -> int:
    overwriting(session)
    return session.connection().execute(statement).rowcount
