"""Channels; the public key is the index in its device. A channel that a probe saw is recognised here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device
from camera_registry.store.schools import chunks
from probes.facts import ChannelSheet

RENAMED = (
    "Thiết bị đã đổi mã kênh, chưa rõ đây là kênh nào trước đó / The device renamed its channels; which it was is open"
)


class Registered(Protocol):
    """What judging needs of a registered channel."""

    @property
    def id(self) -> int | None:
        """The key of its row."""

    @property
    def index(self) -> int:
        """Its public key in its device."""

    @property
    def token(self) -> str | None:
        """What the device calls it."""

    @property
    def outdoor(self) -> bool | None:
        """Whether it is outdoors, as far as anybody said."""

    @property
    def scene_width_m(self) -> float | None:
        """How many metres wide its scene is, as far as anybody said."""

    @property
    def found(self) -> bool:
        """True for one that a probe found and nobody registered."""


@dataclass(frozen=True)
class Place:
    """A `Registered` channel read without the rest of its row."""

    id: int
    index: int
    token: str | None
    outdoor: bool | None
    scene_width_m: float | None
    found: bool


Row = TypeVar("Row", bound=Registered)


def of_device(session: Session, device_id: int) -> list[Channel]:
    """The channels of a device, by index."""
    return list(session.execute(_OF_DEVICE, {"device": device_id}).scalars())


def of_devices(session: Session, device_ids: Collection[int]) -> dict[tuple[int, int], Channel]:
    """The channels of these devices, by device id and index."""
    found: dict[tuple[int, int], Channel] = {}
    for chunk in chunks(device_ids):
        wanted = select(Channel).where(col(Channel.device_id).in_(chunk)).order_by(col(Channel.id))
        rows = session.exec(wanted).all()
        found |= {(row.device_id, row.index): row for row in rows}
    return found


def named(session: Session, ids: Collection[int]) -> list[Any]:
    """The id, the code of the device and the index of these channels."""
    found: list[Any] = []
    for chunk in chunks(ids):
        columns: Any = sa_select(Channel.id, Device.code, Channel.index).select_from(Channel)  # type: ignore[call-overload]  # SQLModel types columns as values
        found += session.execute(columns.join(Device).where(col(Channel.id).in_(chunk))).all()
    return found


def registered(session: Session, device_ids: Collection[int]) -> dict[int, list[Place]]:
    """What judging needs of the channels of these devices, by device id, each by index."""
    found: dict[int, list[Place]] = {}
    read = (Channel.id, Channel.index, Channel.token, Channel.outdoor, Channel.scene_width_m, Channel.found)
    columns: list[Any] = [Channel.device_id, *read]
    for chunk in chunks(device_ids):
        wanted = select(*columns).where(col(Channel.device_id).in_(chunk)).order_by(col(Channel.index))
        for device_id, *values in session.exec(wanted):
            found.setdefault(device_id, []).append(Place(*values))
    return found


def known(rows: Sequence[Row], seen: Sequence[ChannelSheet], before: Mapping[str, str] | None = None) -> dict[int, Row]:
    """Which of `rows`, the channels of a device, is each one seen, by the index in which it was seen: see `recognise`.
    One that is not in it was not registered.
    """
    by_token = {row.token: row for row in rows if row.token is not None}
    tokens = {s.index: s.token if s.token in by_token else (before or {}).get(s.token or "") for s in seen}
    found = {index: by_token[token] for index, token in tokens.items() if token in by_token}
    taken = {row.id for row in found.values()}
    by_index = {row.index: row for row in rows}
    for sheet in seen:
        row = by_index.get(sheet.index)
        if row is not None and sheet.index not in found and row.id not in taken and not _renamed(row, sheet, before):
            found[sheet.index] = row
    return found


def recognise(
    session: Session, device_id: int, seen: Sequence[ChannelSheet], before: Mapping[str, str] | None = None
) -> tuple[dict[int, Channel], list[Channel]]:
    """The registered channel of each one seen, by the index in which it was seen, and all channels of the device.

    By the device's own token, else by the one that it had `before` (token now -> token then), else by the index, where
    no other token is known for it. One that nobody registered is registered now, undecided; so is one of which nobody
    can tell which it was before all tokens changed. A slot that was never used is left out, until it has a picture.
    """
    rows = of_device(session, device_id)
    found = known(rows, seen, before)
    by_index = {row.index: row for row in rows}
    for sheet in seen:
        if sheet.index in found or _never_used(sheet, of=len(seen)):
            continue
        note = RENAMED if sheet.index in by_index and _renamed(by_index[sheet.index], sheet, before) else ""
        free = sheet.index if sheet.index not in by_index else max(by_index) + 1
        new = Channel(device_id=device_id, index=free, name=sheet.name or "", found=True, note=note)
        found[sheet.index] = by_index[free] = new
    for sheet in seen:
        row = found.get(sheet.index)
        if row is not None and sheet.token is not None and row.token != sheet.token:
            row.token = sheet.token
    session.add_all(found.values())
    if session.new or session.dirty:
        session.flush()
    return found, sorted(by_index.values(), key=lambda row: row.index)


def _renamed(row: Registered, sheet: ChannelSheet, before: Mapping[str, str] | None) -> bool:
    """True where every token is another one, so that the place alone tells nothing."""
    return before is not None and None not in (row.token, sheet.token)


def _never_used(sheet: ChannelSheet, of: int) -> bool:
    """True for a source without a picture, one of several, that is not in the registry: once live, it would be."""
    state = sheet.facts.get("channel.state")
    return state is not None and (state.value == "empty" or (of > 1 and state.value in ("no_signal", "offline")))


_OF_DEVICE = sa_select(Channel).where(col(Channel.device_id) == bindparam("device")).order_by(col(Channel.index))
