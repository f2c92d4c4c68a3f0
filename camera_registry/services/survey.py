"""The survey of a school: the facts of its devices and cameras as they stand, without any judgement. Reading only.

Nobody signs "replace" on working values: this paper holds what is there, and can be signed whatever the standard says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.models import Channel, Device, School, Site
from camera_registry.services.look_now import stream_of
from camera_registry.store import channels, devices, districts, observations, photos, schools
from probes.facts import DeviceSheet
from standards.model import Text


@dataclass(frozen=True)
class Surveyed:
    """One camera: where it hangs, what sends its picture, and what was measured, with the time of it (None: it was
    never seen).
    """

    index: int
    name: str
    area: str
    scope: str
    outdoor: bool | None
    recorded_as: bool
    stream: Text
    seen_at: datetime | None
    photos: int
    note: str


@dataclass(frozen=True)
class SurveyedDevice:
    """One device with its cameras; make and model are as registered, else as it says."""

    code: str
    kind: str
    site: str
    make: str
    model: str
    serial: str
    host: str
    owner: str
    in_use_since: int | None
    last_answered: datetime | None
    cameras: tuple[Surveyed, ...]


@dataclass(frozen=True)
class Survey:
    """A school, its unit and sites, and all that is registered there."""

    school: School
    unit: str
    sites: tuple[Site, ...]
    devices: tuple[SurveyedDevice, ...]

    @property
    def cameras(self) -> int:
        """How many cameras there are; one that is recorded by another device of the school counts once."""
        return sum(not camera.recorded_as for device in self.devices for camera in device.cameras)


def survey(session: Session, code: str) -> Survey | None:
    """The survey of this school; None where it is not seen."""
    school = schools.by_code(session, code)
    if school is None:
        return None
    ids = [school.id or 0]
    sites = sorted(schools.sites(session, ids).values(), key=lambda site: site.name)
    names = {site.id: site.name for site in sites}
    boxes = list(devices.of_schools(session, ids).values())
    rows: dict[int, list[Channel]] = {box.id or 0: [] for box in boxes}
    for row in channels.of_devices(session, rows).values():
        rows[row.device_id].append(row)
    sheets = observations.sheets(session, rows)
    kept = photos.of_channels(session, [row.id or 0 for each in rows.values() for row in each])
    counts = {channel: len(found) for channel, found in kept.items()}
    unit = next(unit.name for unit in districts.every(session) if unit.id == school.managed_by)
    made = (_device(box, names[box.site_id], rows[box.id or 0], sheets.get(box.id or 0), counts) for box in boxes)
    return Survey(school, unit, tuple(sites), tuple(sorted(made, key=lambda device: device.code)))


def _device(
    box: Device, site: str, rows: list[Channel], sheet: DeviceSheet | None, counts: dict[int, int]
) -> SurveyedDevice:
    seen = sheet or DeviceSheet(target=box.code)
    said = {name: str(seen.value(f"identity.{name}") or "") for name in ("manufacturer", "model", "serial")}
    ordered = sorted(rows, key=lambda row: row.index)
    return SurveyedDevice(
        box.code, box.kind, site, box.make or said["manufacturer"], box.model or said["model"],
        box.serial or said["serial"], box.host, box.owner, box.in_use_since, box.last_answered_at,
        tuple(_camera(row, ordered, seen, counts.get(row.id or 0, 0)) for row in ordered),
    )  # fmt: skip


def _camera(row: Channel, rows: list[Channel], sheet: DeviceSheet, pictures: int) -> Surveyed:
    stream, at = stream_of(row, rows, sheet)
    return Surveyed(
        row.index, row.name, row.area, row.scope, row.outdoor, row.recorded_as is not None, stream, at, pictures,
        row.note,
    )  # fmt: skip
