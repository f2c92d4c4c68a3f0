"""What is registered as rows of the import: one row by its key, or all of some schools. Reading only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from camera_registry.importing.written import Cells, channel_cells, device_cells, school_cells
from camera_registry.models import Channel, Device
from camera_registry.store import channels, devices, districts, schools

LONGEST_INDEX = 6
Key = tuple[str, ...]
"""("school", CODE, SITE), ("device", SCHOOL, CODE) or ("channel", SCHOOL, CODE, INDEX); the main site is ""."""


class NoSuchRowError(Exception):
    """Nothing of this key is registered, for this viewer."""


@dataclass(frozen=True)
class Standing:
    """A row as it stands: its cells by field, and its version (of a school and one of its sites the sum of both, which
    goes up with each change of either). `found`: a channel of which a probe alone has spoken, and no person.
    """

    cells: Cells
    version: int
    found: bool = False


def standing(session: Session, key: Key) -> Standing:
    """The row of this key. Raises NoSuchRowError."""
    kind, school, *rest = key
    if kind == "school":
        return _school(session, school, rest[0] if rest else "")
    device = devices.by_code(session, school, rest[0])
    if device is None:
        raise NoSuchRowError
    if kind == "device":
        site = schools.site(session, device.site_id)
        return Standing(device_cells(device, school, site.name), device.version)
    return _channel(session, device, school, rest[1])


def sites_of(session: Session, code: str) -> list[Standing]:
    """The rows of a school, one a site, the main one first. Raises NoSuchRowError for a school that there is not."""
    school = schools.by_code(session, code)
    if school is None:
        raise NoSuchRowError
    unit = districts.code_of(session, school.managed_by)
    rows = sorted(schools.sites(session, [school.id or 0]).values(), key=lambda site: site.name)
    return [Standing(school_cells(school, unit, site), school.version + site.version) for site in rows]


def devices_of(session: Session, code: str) -> list[Standing]:
    """The rows of the devices of a school, by code. Raises NoSuchRowError for a school that there is not."""
    school = schools.by_code(session, code)
    if school is None:
        raise NoSuchRowError
    sites = {site.id: name for (_, name), site in schools.sites(session, [school.id or 0]).items()}
    rows = sorted(devices.of_schools(session, [school.id or 0]).values(), key=lambda device: device.code)
    return [Standing(device_cells(row, code, sites[row.site_id]), row.version) for row in rows]


def channels_of(session: Session, school: str, code: str) -> Mapping[str, Standing]:
    """The rows of the channels of a device, by index. Raises NoSuchRowError for a device that there is not."""
    device = devices.by_code(session, school, code)
    if device is None:
        raise NoSuchRowError
    rows = [row for _, row in sorted(channels.of_devices(session, [device.id or 0]).items())]
    recorded = recorded_as(session, rows)
    return {
        str(row.index): Standing(channel_cells(row, school, code, recorded.get(row.recorded_as, "")), row.version)
        for row in rows
    }


def of_schools(session: Session, codes: Collection[str]) -> Mapping[str, list[Cells]]:
    """All rows of these schools by file: schools.csv, devices.csv, channels.csv, each in the order of its keys."""
    units = {unit.id: unit.code for unit in districts.every(session)}
    chosen = {school.id or 0: school for school in schools.by_codes(session, codes).values()}
    sites = sorted(schools.sites(session, chosen).values(), key=lambda s: (chosen[s.school_id].code, s.name))
    of_school = (school_cells(chosen[s.school_id], units[chosen[s.school_id].managed_by], s) for s in sites)
    at, of = {site.id: site.name for site in sites}, {id_: school.code for id_, school in chosen.items()}
    boxes = sorted(devices.of_schools(session, chosen).values(), key=lambda d: (of[d.school_id], d.code))
    return {
        "schools.csv": list(of_school),
        "devices.csv": [device_cells(device, of[device.school_id], at[device.site_id]) for device in boxes],
        "channels.csv": list(_channels(session, boxes, of)),
    }


def _channels(session: Session, boxes: Sequence[Device], school_of: Mapping[int, str]) -> Iterator[Cells]:
    found = channels.of_devices(session, [device.id or 0 for device in boxes])
    places = {device.id or 0: place for place, device in enumerate(boxes)}
    recorded = recorded_as(session, list(found.values()))
    for device_id, index in sorted(found, key=lambda key: (places[key[0]], key[1])):
        device, channel = boxes[places[device_id]], found[device_id, index]
        yield channel_cells(channel, school_of[device.school_id], device.code, recorded.get(channel.recorded_as, ""))


def _school(session: Session, code: str, name: str) -> Standing:
    school = schools.by_code(session, code)
    site = schools.sites(session, [school.id or 0]).get((school.id or 0, name)) if school else None
    if school is None or site is None:
        raise NoSuchRowError
    unit = districts.code_of(session, school.managed_by)
    return Standing(school_cells(school, unit, site), school.version + site.version)


def _channel(session: Session, device: Device, school: str, index: str) -> Standing:
    number = int(index) if index.isascii() and index.isdigit() and len(index) < LONGEST_INDEX else 0
    channel = channels.of_devices(session, [device.id or 0]).get((device.id or 0, number))
    if channel is None:
        raise NoSuchRowError
    recorded = recorded_as(session, [channel]).get(channel.recorded_as, "")
    return Standing(channel_cells(channel, school, device.code, recorded), channel.version, channel.found)


def recorded_as(session: Session, some: Sequence[Channel]) -> dict[int | None, str]:
    """DEVICE/INDEX of each channel that one of these is recorded as, by its id."""
    wanted = {channel.recorded_as for channel in some if channel.recorded_as is not None}
    return {row.id: f"{row.code}/{row.index}" for row in channels.named(session, wanted)}
