"""Taking out of the register what was registered by mistake: a device or a channel of which nothing was ever seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from camera_registry.models import Channel, Device
from camera_registry.services.as_cells import Key, NoSuchRowError
from camera_registry.services.by_hand import Hand
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import StaleError
from camera_registry.store import channels, devices, removing


class RemoveRefusedError(Exception):
    """Something hangs on it: `hanging` says how much of what (`store.removing.HANGS`)."""

    def __init__(self, hanging: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{number} {kind}" for kind, number in hanging.items()))
        self.hanging = dict(hanging)


@dataclass(frozen=True)
class Removal:
    """What would go: the version of the row, how many channels of a device, and what stands against it."""

    version: int
    channels: int
    hanging: Mapping[str, int]


def removal(session: Session, key: Key) -> Removal:
    """What removing the device or channel of this key comes to. Raises NoSuchRowError."""
    device, channel = _found(session, key)
    own = 0 if channel else len(channels.of_device(session, device.id or 0))
    hanging = removing.hanging(session, device.id or 0, channel.id if channel else None)
    return Removal(channel.version if channel else device.version, own, hanging)


def remove(session: Session, key: Key, version: int | None, hand: Hand) -> None:
    """It is registered no more. Raises NoSuchRowError, StaleError, RemoveRefusedError."""
    device, channel = _found(session, key)
    found = removal(session, key)
    if version is not None and version != found.version:
        raise StaleError(key, found.version)
    if found.hanging:
        raise RemoveRefusedError(found.hanging)
    if channel is not None:
        removing.remove_channel(session, channel)
    else:
        removing.remove_device(session, device)
    judge_changed(session, [key[1]], hand.editions, hand.now)


def _found(session: Session, key: Key) -> tuple[Device, Channel | None]:
    kind, school, code, *rest = key
    device = devices.by_code(session, school, code)
    if device is None:
        raise NoSuchRowError
    if kind == "device":
        return device, None
    own = {str(row.index): row for row in channels.of_device(session, device.id or 0)}
    if rest[0] not in own:
        raise NoSuchRowError
    return device, own[rest[0]]
