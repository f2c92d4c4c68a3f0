"""Differences: what is registered of a school beside what its devices say, and how a person takes over what was seen.

Strategy: a probe never changes what people typed. What differs is worked out when it is read; a person names the
values, which are compared once more, and they go the one way into the register with the version that the person saw.
A serial number or a hardware address that does not identify the device is shown and never offered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from sqlmodel import Session

from camera_registry.lists import folded
from camera_registry.models import Batch, Channel, Device
from camera_registry.services.as_cells import Key
from camera_registry.services.device_page import bare
from camera_registry.services.registering import Imported, Said, Terms, put
from camera_registry.services.same_camera import is_given
from camera_registry.store import channels, devices, edits, observations, schools, units
from probes.facts import ChannelSheet, DeviceSheet, Fact, said_of
from probes.facts.identity import known_by

Field = Literal["make", "model", "serial", "mac", "name"]
FIELDS: tuple[Field, ...] = get_args(Field)
_OF_DEVICE: Mapping[Field, str] = {
    "make": "manufacturer", "model": "model", "serial": "serial", "mac": "mac",
}  # fmt: skip
"""Column of a device -> name of the fact."""
_IDENTITY: frozenset[Field] = frozenset({"serial", "mac"})


@dataclass(frozen=True)
class Difference:
    """One value of a device, or of a channel of it, that is registered (empty: not yet) otherwise than the device says
    it. `usable` is False for a number that does not identify it: nobody filled it in, or other devices say it too.
    """

    device: str
    channel: int | None
    field: Field
    registered: str
    seen: str
    at: datetime | None
    how: str
    version: int
    usable: bool = True

    @property
    def name(self) -> str:
        """What a form sends to take it over: what it is, the version of its row, and which value was shown."""
        digest = hashlib.sha256(self.seen.encode()).hexdigest()[:12]
        return f"{self.device}/{self.channel or ''}/{self.field}/{self.version}/{digest}"

    @property
    def key(self) -> tuple[str, int | None, Field]:
        """What it is a difference of."""
        return self.device, self.channel, self.field


@dataclass(frozen=True)
class Chosen:
    """A difference that somebody wants to take over: what it is, and the version and the value that they saw."""

    device: str
    channel: int | None
    field: Field
    version: int
    seen: str


class NotShownError(Exception):
    """What somebody wants to take over is not what the device says now, or no difference any more: look once more."""

    def __init__(self, device: str, channel: int | None, field: str) -> None:
        super().__init__(f"{device}{f'/{channel}' if channel else ''}: {field} is not what the device says now")
        self.device, self.channel, self.field = device, channel, field


def of_school(session: Session, code: str) -> tuple[Difference, ...]:
    """Every difference of this school, by device, channel and field."""
    school = schools.by_code(session, code)
    boxes = devices.of_schools(session, [school.id or 0]).values() if school else ()
    return _all(session, sorted(boxes, key=lambda box: box.code))


def of_device(session: Session, school: str, code: str) -> tuple[Difference, ...]:
    """Every difference of this device and its channels."""
    device = devices.by_code(session, school, code)
    return _all(session, [device] if device else [])


def chosen(known: Iterable[Difference], names: Iterable[str]) -> tuple[Chosen, ...]:
    """What a form sends (`Difference.name`), as values. Raises NotShownError for what is not among those `known`."""
    by_name = {each.name: each for each in known}
    found = []
    for name in dict.fromkeys(names):
        one = by_name.get(name)
        if one is None:
            device, channel, field, *_ = [*name.split("/"), "", "", ""]
            number = int(channel) if channel.isascii() and channel.isdigit() and len(channel) < 6 else None
            raise NotShownError(device[:40], number, field if field in FIELDS else "value")
        found.append(Chosen(one.device, one.channel, one.field, one.version, one.seen))
    return tuple(found)


def take_over(
    session: Session, school: str, wanted: Sequence[Chosen], terms: Terms, batch: Batch | None = None
) -> Imported:
    """The register of this school holds what its devices say, where it was `wanted`, and nothing else has changed.
    Several belong together as `batch`.

    Raises NotShownError, StaleError, and ImportRefusedError with the row (from 1, in the order of `rows_of`) of each
    mistake.
    """
    known = {each.key: each for each in of_school(session, school)}
    for one in wanted:
        there = known.get((one.device, one.channel, one.field))
        if there is None or not there.usable or there.seen != one.seen:
            raise NotShownError(one.device, one.channel, one.field)
    if batch is not None:
        edits.begin_batch(session, batch)
    imported, _ = put(session, [_said(school, row, wanted) for row in rows_of(wanted)], terms)
    if batch is not None:
        batch.counts = json.dumps(imported.counts)
    return imported


def rows_of(wanted: Sequence[Chosen]) -> tuple[tuple[str, int | None, int], ...]:
    """Device, channel and version of each row in which something is wanted, in the order of what is wanted."""
    return tuple(dict.fromkeys((one.device, one.channel, one.version) for one in wanted))


def _said(school: str, row: tuple[str, int | None, int], wanted: Sequence[Chosen]) -> Said:
    device, channel, version = row
    cells: dict[str, str] = {one.field: one.seen for one in wanted if (one.device, one.channel, one.version) == row}
    place: Key = ("device", school, device) if channel is None else ("channel", school, device, str(channel))
    return Said("devices.csv" if channel is None else "channels.csv", cells, place, version)


def _all(session: Session, boxes: Sequence[Device]) -> tuple[Difference, ...]:
    ids = [box.id or 0 for box in boxes]
    sheets, found = observations.sheets(session, ids), channels.of_devices(session, ids)
    rows: dict[int, list[Channel]] = {}
    for (device_id, _), row in sorted(found.items()):
        rows.setdefault(device_id, []).append(row)
    seen = ((box, sheets[box.id or 0]) for box in boxes if box.id in sheets)
    return tuple(each for box, sheet in seen for each in _of(session, box, sheet, rows.get(box.id or 0, [])))


def _of(session: Session, device: Device, sheet: DeviceSheet, rows: Sequence[Channel]) -> Iterator[Difference]:
    own = [each for field in _OF_DEVICE if (each := _of_device_field(device, sheet, field)) is not None]
    if any(each.field in _IDENTITY for each in own):
        said = said_of(sheet)
        usable = known_by(said, units.shared(session, device.id or 0, said))
        own = [
            each if each.field not in _IDENTITY or each.field in usable else replace(each, usable=False) for each in own
        ]
    yield from own
    known = channels.known(rows, sheet.channels)
    for seen in sorted(sheet.channels, key=lambda one: known[one.index].index if one.index in known else 0):
        row = known.get(seen.index)
        name = (seen.name or "").strip()
        if row is not None and is_given(name) and folded(row.name) != folded(name):
            yield Difference(device.code, row.index, "name", row.name, name, *_newest(seen), row.version)


def _of_device_field(device: Device, sheet: DeviceSheet, field: Field) -> Difference | None:
    fact: Fact | None = sheet.facts.get(f"identity.{_OF_DEVICE[field]}")
    typed = getattr(device, field)
    if fact is None or not str(fact.value or "").strip() or bare(typed) == bare(str(fact.value)):
        return None
    return Difference(device.code, None, field, typed, str(fact.value).strip(), fact.at, fact.how, device.version)


def _newest(seen: ChannelSheet) -> tuple[datetime | None, str]:
    """When and how the newest of what is known of the channel was had: its name carries no time of its own."""
    newest = max(seen.facts.values(), key=lambda fact: fact.at, default=None)
    return (newest.at, newest.how) if newest else (None, "")
