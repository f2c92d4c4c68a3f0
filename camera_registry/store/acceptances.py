"""Acceptances: which channels are to be looked at several times, and what each look came to.

Strategy: a look is written once, and only while its acceptance runs; the result is written when it is closed, and
once more only when a school in it is erased.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from camera_registry.models import Acceptance, AcceptanceChannel, AcceptanceLook, Channel, Device, School, SweepItem
from camera_registry.store.passes import FINAL


@dataclass(frozen=True)
class Chosen:
    """A channel that an acceptance is about, by its public keys."""

    channel_id: int
    device_id: int
    school: str
    device: str
    index: int
    name: str


def add(session: Session, made: Acceptance, channel_ids: Collection[int]) -> Acceptance:
    """The acceptance and its channels are kept."""
    session.add(made)
    session.flush()
    acceptance_id = made.id or 0
    session.add_all(AcceptanceChannel(acceptance_id=acceptance_id, channel_id=number) for number in sorted(channel_ids))
    session.flush()
    return made


def by_code(session: Session, code: str) -> Acceptance | None:
    """The acceptance with this code; capital and small letters are the same in codes."""
    wanted = select(Acceptance).where(func.lower(Acceptance.code) == code.lower())
    return session.exec(wanted.order_by(col(Acceptance.code) != code)).first()


def is_used(session: Session, code: str) -> bool:
    """True when an acceptance has this code, whoever sees it: codes are unique over all units."""
    table = Acceptance.__table__  # type: ignore[attr-defined]  # without the limits of the viewer
    there = session.execute(sa_select(func.count()).select_from(table).where(func.lower(table.c.code) == code.lower()))
    number: int = there.scalar_one()
    return number > 0


def every(session: Session, state: str | None = None) -> list[Acceptance]:
    """All acceptances (in a state), the newest first."""
    wanted = select(Acceptance).order_by(col(Acceptance.id).desc())
    return list(session.exec(wanted if state is None else wanted.where(Acceptance.state == state)).all())


def chosen(session: Session, acceptance_id: int) -> list[Chosen]:
    """The channels of an acceptance, in the order of school, device and index."""
    wanted = (
        select(Channel, Device, School)
        .join(AcceptanceChannel, col(AcceptanceChannel.channel_id) == col(Channel.id))
        .join(Device, col(Device.id) == col(Channel.device_id))
        .join(School, col(School.id) == col(Device.school_id))
        .where(AcceptanceChannel.acceptance_id == acceptance_id)
        .order_by(School.code, Device.code, col(Channel.index))
    )
    rows = session.exec(wanted).all()
    return [Chosen(c.id or 0, d.id or 0, s.code, d.code, c.index, c.name) for c, d, s in rows]


def running_on(session: Session, device_id: int, at: datetime) -> list[tuple[Acceptance, set[int]]]:
    """The acceptances that run at `at` and are about channels of this device, with the ids of these channels."""
    found: dict[int, tuple[Acceptance, set[int]]] = {}
    for acceptance, channel_id in session.execute(_RUNNING_ON, {"device": device_id, "at": at}):
        found.setdefault(acceptance.id or 0, (acceptance, set()))[1].add(channel_id)
    return list(found.values())


def put_look(session: Session, acceptance_id: int, device_id: int, at: datetime, body: Mapping[str, Any]) -> bool:
    """The look is kept; False when it is there already."""
    known = select(AcceptanceLook.id).where(
        AcceptanceLook.acceptance_id == acceptance_id, AcceptanceLook.device_id == device_id, AcceptanceLook.at == at
    )
    if session.exec(known).first() is not None:
        return False
    packed = zlib.compress(json.dumps(body, ensure_ascii=False).encode())
    session.add(AcceptanceLook(acceptance_id=acceptance_id, device_id=device_id, at=at, body=packed))
    session.flush()
    return True


def looks(session: Session, acceptance_id: int) -> dict[int, list[tuple[datetime, dict[str, Any]]]]:
    """The looks of an acceptance by device, in the order of time."""
    wanted = select(AcceptanceLook).where(AcceptanceLook.acceptance_id == acceptance_id)
    found: dict[int, list[tuple[datetime, dict[str, Any]]]] = {}
    for row in session.exec(wanted.order_by(col(AcceptanceLook.at))).all():
        found.setdefault(row.device_id, []).append((row.at, json.loads(zlib.decompress(row.body))))
    return found


def being_looked_at(session: Session, device_ids: Sequence[int]) -> set[int]:
    """Those of the devices that have an item in a sweep without a final state."""
    wanted = select(SweepItem.device_id).where(
        col(SweepItem.device_id).in_(device_ids), col(SweepItem.state).not_in(FINAL)
    )
    return set(session.exec(wanted).all())


def last_items(session: Session, device_ids: Sequence[int], since: datetime) -> dict[int, datetime]:
    """When the last item of each device in any sweep got its final state, if that was after `since`."""
    wanted = select(SweepItem.device_id, SweepItem.ended_at).where(
        col(SweepItem.device_id).in_(device_ids), col(SweepItem.ended_at) > since
    )
    rows = session.exec(wanted.order_by(col(SweepItem.ended_at))).all()
    return {device_id: ended for device_id, ended in rows if ended is not None}


def close(session: Session, row: Acceptance, result: bytes, digest: str, by: str, now: datetime) -> None:
    """The acceptance is closed with this result, for ever."""
    row.state, row.closed_at, row.closed_by = "closed", now, by
    row.result, row.result_sha256 = zlib.compress(result), digest
    session.add(row)
    session.flush()


def rewrite(session: Session, row: Acceptance, result: bytes, digest: str) -> None:
    """The result of a closed acceptance is another: a school in it was erased."""
    row.result, row.result_sha256 = zlib.compress(result), digest
    session.add(row)
    session.flush()


def cancel(session: Session, row: Acceptance, by: str, now: datetime) -> None:
    """The acceptance is given up."""
    row.state, row.closed_at, row.closed_by = "cancelled", now, by
    session.add(row)
    session.flush()


def result(row: Acceptance) -> dict[str, Any] | None:
    """The result of a closed acceptance; None while it runs."""
    return None if row.result is None else dict(json.loads(zlib.decompress(row.result)))


_RUNNING_ON = (
    sa_select(Acceptance, col(AcceptanceChannel.channel_id))
    .join(AcceptanceChannel, col(AcceptanceChannel.acceptance_id) == col(Acceptance.id))
    .join(Channel, col(Channel.id) == col(AcceptanceChannel.channel_id))
    .where(col(Channel.device_id) == bindparam("device"), col(Acceptance.state) == "running")
    .where(col(Acceptance.begins) <= bindparam("at"), col(Acceptance.ends) >= bindparam("at"))
    .order_by(col(Acceptance.id))
)
