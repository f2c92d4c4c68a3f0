"""What hangs on a device or a channel, and taking one out of the register of which nothing was ever seen.

Strategy: one table of what hangs there; only where all of it is empty is anything deleted, so nothing that was seen is
ever lost this way. What people registered is deleted row by row, which the history keeps; logins, and what was said or
proposed of which two are one, go with it. A test walks the keys that lead to a device or a channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

from camera_registry.models import (
    AcceptanceChannel,
    AcceptanceLook,
    AnswerRecord,
    ChangeRecord,
    Channel,
    Credential,
    Description,
    Device,
    FindingRecord,
    Handover,
    LoginRecord,
    Measurement,
    NotSame,
    OnSiteRecord,
    Photo,
    ProposedPair,
    Reply,
    SheetRecord,
    Stream,
    SweepItem,
    Table,
    UnitRecord,
    VerdictRecord,
    WaiverRecord,
)
from camera_registry.store.places import Sql, choose, rows

HANGS: Mapping[str, tuple[type[Table], ...]] = {
    "looks": (SweepItem, AcceptanceLook, Description, SheetRecord, UnitRecord),
    "measurements": (Measurement, Stream),
    "results": (FindingRecord, VerdictRecord, ChangeRecord),
    "waivers": (WaiverRecord,),
    "answers": (AnswerRecord, OnSiteRecord, Reply),
    "acceptances": (AcceptanceChannel,),
    "photos": (Photo,),
    "handovers": (Handover,),
}
"""What was seen of a device or a channel, or said about it; each by the columns `device_id` and `channel_id` it has."""
GOES: Mapping[str, tuple[tuple[type[Table], str], ...]] = {
    "channel": (
        (NotSame, "channel_id"),
        (NotSame, "other_channel_id"),
        (ProposedPair, "channel_id"),
        (ProposedPair, "recorded_id"),
    ),
    "device": ((NotSame, "device_id"), (NotSame, "other_id"), (Credential, "device_id")),
}
"""What goes with a channel or a device, by the columns that point at it."""


def hanging(session: Session, device_id: int, channel_id: int | None = None) -> dict[str, int]:
    """How many rows of each kind hang on the device and its channels, or on one channel; only kinds with any."""
    found = {kind: sum(_count(session, table, device_id, channel_id) for table in of) for kind, of in HANGS.items()}
    return {kind: number for kind, number in found.items() if number}


def remove_channel(session: Session, channel: Channel) -> None:
    """The channel is registered no more; what was recorded as it is recorded as nothing."""
    for row in session.exec(select(Channel).where(Channel.recorded_as == channel.id).order_by(col(Channel.id))).all():
        row.recorded_as = None
        session.add(row)
    session.flush()
    _delete(session, "channel", channel.id or 0)
    session.delete(channel)
    session.flush()


def remove_device(session: Session, device: Device) -> None:
    """The device is registered no more, with its channels and logins."""
    for channel in session.exec(select(Channel).where(Channel.device_id == device.id).order_by(col(Channel.id))).all():
        remove_channel(session, channel)
    logins = choose(col(Credential.id)).where(col(Credential.device_id) == device.id)
    session.execute(delete(LoginRecord).where(col(LoginRecord.credential_id).in_(logins)))
    _delete(session, "device", device.id or 0)
    session.delete(device)
    session.flush()


def _delete(session: Session, kind: str, row_id: int) -> None:
    """What goes with the row is gone, whoever sees it."""
    for model, column in GOES[kind]:
        table = Table.metadata.tables[model.__name__.lower()]
        session.connection().execute(delete(table).where(table.c[column] == row_id))


def _count(session: Session, table: Any, device_id: int, channel_id: int | None) -> int:
    of_device, of_channel = hasattr(table, "device_id"), hasattr(table, "channel_id")
    if channel_id is not None:
        if not of_channel:
            return 0
        condition: Sql = col(table.channel_id) == channel_id
    else:
        channels = choose(col(Channel.id)).where(col(Channel.device_id) == device_id)
        own = [col(table.device_id) == device_id] if of_device else []
        condition = or_(*own, *([col(table.channel_id).in_(channels)] if of_channel else []))
    (row,) = rows(session, choose(func.count().label("n")).select_from(table).where(condition))
    return int(row.n)
