"""Photos of mounting places: taken in where the school allows it, without what the phone wrote into them.

Strategy: a phone makes the photo small and without notes before it leaves; here everything but the picture is taken out
once more, from the bytes and without decoding them. Looking at one is written into the audit log. The edge commits.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from sqlmodel import Session

from camera_registry.models import Channel, Device, Photo
from camera_registry.services.jpeg import Jpeg, bare
from camera_registry.store import channels, devices, photos, schools
from camera_registry.store.photos import Kept, PhotoPlace
from camera_registry.vault import Vault
from probes.told import ToldError

LONGEST_SIDE = 1280
MOST_BYTES = 500_000
MOST_OF_A_CHANNEL = 3


class PhotoError(ToldError):
    """The photo cannot be kept; `kind` is one of too_many, not_allowed, not_there, too_large."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def take(session: Session, vault: Vault, place: tuple[str, str, int], data: bytes, now: datetime, by: str) -> Photo:
    """The photo of the channel at `place` (school, device, index) is kept; the same one once. Raises PhotoError, and
    JpegError for what is no JPEG.
    """
    channel = _allowed(session, place)
    if len(data) > MOST_BYTES:
        raise PhotoError("too_large")
    jpeg: Jpeg = bare(data)
    if max(jpeg.width, jpeg.height) > LONGEST_SIDE:
        raise PhotoError("too_large")
    digest = hashlib.sha256(jpeg.data).hexdigest()
    there = photos.of_channel(session, channel.id or 0)
    for each in there:
        if each.sha256 == digest:
            return each
    if len(there) >= MOST_OF_A_CHANNEL:
        raise PhotoError("too_many")
    sealed = vault.seal(base64.b64encode(jpeg.data).decode(), PhotoPlace(channel.id or 0, digest))
    made = Photo(channel_id=channel.id or 0, sha256=digest, width=jpeg.width, height=jpeg.height, sealed=sealed, by=by,
                 at=now)  # fmt: skip
    return photos.put(session, made)


def of_device(session: Session, device: Device) -> dict[int, list[Kept]]:
    """The photos that are kept of the channels of a device, by their index."""
    rows = channels.of_device(session, device.id or 0)
    found = photos.of_channels(session, [row.id or 0 for row in rows])
    return {row.index: found[row.id] for row in rows if row.id in found}


def picture(vault: Vault, photo: Photo) -> bytes:
    """The JPEG of a photo. Raises VaultError."""
    return base64.b64decode(vault.open(photo.sealed, PhotoPlace(photo.channel_id, photo.sha256)))


def allow(session: Session, school: str, *, allowed: bool) -> bool:
    """Whether photos of this school are kept from now on; False when there is no such school. Those that are kept stay
    until they are deleted, or too old.
    """
    row = schools.by_code(session, school)
    if row is None:
        return False
    row.photos = allowed
    session.add(row)
    return True


def _allowed(session: Session, place: tuple[str, str, int]) -> Channel:
    school, code, index = place
    row, device = schools.by_code(session, school), devices.by_code(session, school, code)
    if row is None or device is None:
        raise PhotoError("not_there")
    if not row.photos:
        raise PhotoError("not_allowed")
    channel = channels.of_devices(session, [device.id or 0]).get((device.id or 0, index))
    if channel is None:
        raise PhotoError("not_there")
    return channel
