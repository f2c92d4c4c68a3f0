"""Duplicates: pairs that may be one camera over all schools that a viewer sees, devices that were registered twice, and
what people say of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Literal

from sqlmodel import Session

from camera_registry.models import Channel, Device, ProposedPair
from camera_registry.numbers import index_of
from camera_registry.services.listed import Filter, Page
from camera_registry.services.same_camera import Reason
from camera_registry.services.seen_both_ways import proposed
from camera_registry.store import channels, devices, look_alikes, schools
from probes.facts import identity

Alike = Literal["mac", "serial", "address"]
ALIKE: tuple[Alike, ...] = ("mac", "serial", "address")


@dataclass(frozen=True)
class Pair:
    """A camera and a channel of a recorder that may be one, and the words of the recorder that tell so."""

    school_code: str
    school: str
    camera: str
    camera_index: int
    camera_name: str
    recorder: str
    index: int
    name: str
    reason: Reason
    said: str
    at: datetime


@dataclass(frozen=True)
class Box:
    """What tells a device from another."""

    school_code: str
    school: str
    code: str
    kind: str
    make: str
    model: str
    host: str
    onvif_port: int
    last_answered_at: datetime | None


@dataclass(frozen=True)
class Twins:
    """Two devices that may be one that was registered twice, and what they have in common."""

    first: Box
    second: Box
    alike: tuple[Alike, ...]


def pairs(session: Session, q: str = "", page: int = 1, size: int = 50) -> Page[Pair]:
    """One page of the pairs at the schools that have every word of `q`, by school and camera, as of the newest sweep
    there. Raises ListingError for a page that there is not.
    """
    wanted = Filter(q=q, page=page, size=size)
    total = look_alikes.count_pairs(session, wanted.q)
    found = look_alikes.pairs(session, wanted.q, page, size) if total else ()
    return Page(tuple(Pair(**row._mapping) for row in found), total, total, page, size)


def twins(session: Session, q: str = "", page: int = 1, size: int = 50) -> Page[Twins]:
    """One page of the devices that may have been registered twice, of which one stands at a school that has every word
    of `q`, by school and code. Raises ListingError for a page that there is not.
    """
    Filter(q=q, page=page, size=size)
    alike = _alike(session)
    known = look_alikes.devices(session, {one for pair in alike for one in pair})
    here = look_alikes.devices(session, known, q) if q else known
    denied = _denied(session, known)
    found = [
        Twins(_box(known[first]), _box(known[second]), tuple(each for each in ALIKE if each in told))
        for (first, second), told in alike.items()
        if {first, second} <= known.keys()
        and {first, second} & here.keys()
        and frozenset((first, second)) not in denied
        and not _other_makes(known[first], known[second], told)
    ]
    found.sort(key=lambda one: (one.first.school_code, one.first.code, one.second.code))
    return Page(tuple(found[(page - 1) * size : page * size]), len(found), len(found), page, size)


def note(session: Session, school_id: int, now: datetime) -> None:
    """The pairs that may be one camera at this school are kept as they are now."""
    found: tuple[Any, ...] = ()
    if look_alikes.mixed(session, school_id):
        found = proposed(session, schools.code_of(session, school_id))
    rows = (
        ProposedPair(
            channel_id=one.camera.channel_id,
            recorded_id=one.recorded.channel_id,
            school_id=school_id,
            reason=one.reason,
            said=one.said,
            at=now,
        )
        for one in found
    )
    look_alikes.put_proposed(session, school_id, rows)


def note_at(session: Session, site_id: int, now: datetime) -> None:
    """The same of the school of this site."""
    note(session, schools.site(session, site_id).school_id, now)


def say_not_same(session: Session, first: str, second: str, by: str, now: datetime) -> bool:
    """A person says that these two are not the same; each is SCHOOL/DEVICE, or SCHOOL/DEVICE/INDEX. They are not
    proposed again. False where there is no such thing, for this viewer.
    """
    one, other = _place(session, first), _place(session, second)
    if one is None or other is None or one == other or (one[1] is None) != (other[1] is None):
        return False
    if _pair(one, other) not in {_pair(*_of(row)) for row in look_alikes.not_same(session, [one[0]])}:
        look_alikes.add_not_same(session, one, other, by, now)
    for device_id in (one[0], other[0]):
        note(session, devices.get(session, device_id).school_id, now)
    return True


Place = tuple[int, int | None]
"""The ids of a device and of a channel of it; None: the device as a whole."""


def _place(session: Session, name: str) -> Place | None:
    school, _, rest = name.partition("/")
    code, _, index = rest.partition("/")
    device: Device | None = devices.by_code(session, school, code)
    if device is None or device.id is None:
        return None
    if not index:
        return device.id, None
    channel: Channel | None = channels.of_devices(session, [device.id]).get((device.id, index_of(index) or 0))
    return (device.id, channel.id) if channel is not None else None


def _of(row: Any) -> tuple[Place, Place]:
    return (row.device_id, row.channel_id), (row.other_id, row.other_channel_id)


def _pair(one: Place, other: Place) -> frozenset[Place]:
    return frozenset((one, other))


def _denied(session: Session, ids: Iterable[int]) -> set[frozenset[int]]:
    """The pairs of devices of which a person said that they are not the same."""
    said = look_alikes.not_same(session, set(ids))
    return {frozenset((row.device_id, row.other_id)) for row in said if row.channel_id is None}


def _alike(session: Session) -> Mapping[tuple[int, int], set[Alike]]:
    """The ids of devices that may be one, with what they have in common; placeholders are nothing."""
    found: dict[tuple[int, int], set[Alike]] = {}
    for name, plain in (("mac", identity.mac), ("serial", identity.serial)):
        for number, ids in look_alikes.same_number(session, name).items():
            for pair in combinations(sorted(ids), 2) if plain(number) is not None else ():
                found.setdefault(pair, set()).add("mac" if name == "mac" else "serial")
    for pair in look_alikes.same_address(session):
        found.setdefault(pair, set()).add("address")
    return found


def _other_makes(first: Any, second: Any, told: set[Alike]) -> bool:
    """True where a serial number alone is the same, of two makers: they count for themselves."""
    return told == {"serial"} and bool(first.make and second.make) and first.make.casefold() != second.make.casefold()


def _box(row: Any) -> Box:
    return Box(**{name: getattr(row, name) for name in Box.__dataclass_fields__})
