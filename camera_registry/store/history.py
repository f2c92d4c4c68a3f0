"""What became of a device over time, the newest first: verdicts, findings, looks; numbers: see `numbers`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from camera_registry.models import Description, FindingRecord, Stream, Sweep, SweepItem, VerdictRecord
from camera_registry.store.passes import FINAL


def verdicts(session: Session, device_id: int, most: int) -> list[VerdictRecord]:
    """The newest intervals of verdicts of a device and its channels."""
    wanted = select(VerdictRecord).where(VerdictRecord.device_id == device_id)
    newest = wanted.order_by(col(VerdictRecord.since).desc(), col(VerdictRecord.id).desc())
    return list(session.exec(newest.limit(most)).all())


def findings(session: Session, device_id: int, most: int) -> list[FindingRecord]:
    """The newest intervals of findings of a device, its channels and streams, those in force included."""
    wanted = select(FindingRecord).where(FindingRecord.device_id == device_id)
    newest = wanted.order_by(col(FindingRecord.since).desc(), col(FindingRecord.id).desc())
    return list(session.exec(newest.limit(most)).all())


def streams(session: Session, channel_id: int) -> dict[str, Stream]:
    """The streams of a channel by the ids the device gives them."""
    return {row.key: row for row in session.exec(select(Stream).where(Stream.channel_id == channel_id)).all()}


def looks(session: Session, device_id: int, most: int) -> list[tuple[SweepItem, Sweep]]:
    """The newest looks at a device that have ended, each with its sweep."""
    wanted = select(SweepItem, Sweep).join(Sweep).where(SweepItem.device_id == device_id)
    ended = wanted.where(col(SweepItem.state).in_(FINAL))
    newest = ended.order_by(col(SweepItem.ended_at).desc(), col(SweepItem.id).desc())
    return list(session.exec(newest.limit(most)).all())


def newest(session: Session, device_id: int) -> tuple[SweepItem, Sweep] | None:
    """The newest look at a device that was asked for, whatever became of it."""
    wanted = select(SweepItem, Sweep).join(Sweep).where(SweepItem.device_id == device_id)
    return session.exec(wanted.order_by(col(SweepItem.id).desc()).limit(1)).first()


def cost(session: Session, device_id: int) -> tuple[Any, ...]:
    """How many looks at a device there were, and the sums of their ledgers: connections, logins, tries, refusals,
    seconds of session, bytes in, bytes out.
    """
    ledger = ("connections", "logins", "tries", "refusals", "session_s", "bytes_in", "bytes_out")
    sums: list[Any] = [func.coalesce(func.sum(getattr(SweepItem, name)), 0) for name in ledger]
    columns: list[Any] = [func.count(), *sums]
    begun = select(*columns).where(SweepItem.device_id == device_id, col(SweepItem.started_at).is_not(None))
    return tuple(session.exec(begun).one())


def described_at(session: Session, device_id: int, most: int) -> list[datetime]:
    """When what the device is, is set to or could do was seen to have changed."""
    wanted = select(Description.at).where(Description.device_id == device_id).order_by(col(Description.id).desc())
    return list(session.exec(wanted.limit(most)).all())
