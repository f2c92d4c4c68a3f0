"""Photos of mounting places: sealed, by the channel they are of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device, Photo, School
from camera_registry.store.erasing import overwriting
from camera_registry.store.places import choose, rows
from camera_registry.store.schools import chunks


@dataclass(frozen=True)
class PhotoPlace:
    """Which photo a sealed value is."""

    channel_id: int
    sha256: str

    def bound(self) -> bytes:
        """What the seal is bound to; no two places give the same bytes."""
        return f"camera-registry/photo/{self.channel_id}/{self.sha256}".encode()


@dataclass(frozen=True)
class Kept:
    """A photo that is kept, without its picture."""

    id: int
    channel_id: int
    by: str
    at: datetime


def put(session: Session, photo: Photo) -> Photo:
    """The photo is kept; its id is known after the call."""
    session.add(photo)
    session.flush()
    return photo


def of_channel(session: Session, channel_id: int) -> list[Photo]:
    """The photos of a channel, in the order in which they were taken in."""
    return list(session.exec(select(Photo).where(Photo.channel_id == channel_id).order_by(col(Photo.id))).all())


def of_channels(session: Session, channel_ids: Collection[int]) -> dict[int, list[Kept]]:
    """What is kept of these channels, by channel; the pictures stay where they are."""
    found: dict[int, list[Kept]] = {}
    columns: Any = (Photo.id, Photo.channel_id, Photo.by, Photo.at)
    for chunk in chunks(channel_ids):
        for row in rows(session, choose(*columns).where(col(Photo.channel_id).in_(chunk)).order_by(col(Photo.id))):
            found.setdefault(row.channel_id, []).append(Kept(row.id, row.channel_id, row.by, row.at))
    return found


def by_id(session: Session, number: int) -> tuple[Photo, str, str, int] | None:
    """The photo of this number, with the codes of school and device and the index of its channel."""
    columns = select(Photo, School.code, Device.code, Channel.index)
    wanted = columns.select_from(Photo).join(Channel).join(Device).join(School)
    found: Any = session.exec(wanted.where(Photo.id == number)).first()
    return None if found is None else tuple(found)


def end(session: Session, photo: Photo) -> None:
    """The photo is gone, and overwritten in the file."""
    overwriting(session)
    session.delete(photo)
    session.flush()
