"""What a phone takes along for a visit: the schools that a person works for, and all that is registered of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from camera_registry.importing.written import channel_cells, device_cells
from camera_registry.models import Channel, Device
from camera_registry.services.as_cells import recorded_as
from camera_registry.store import channels, devices, districts, schools

Row = Mapping[str, Any]


@dataclass(frozen=True)
class SchoolNamed:
    """A school by code and name, with the name of its unit."""

    code: str
    name: str
    unit: str


@dataclass(frozen=True)
class SchoolTaken:
    """A school with its sites (name, networks), and its devices, each with its cells, its version, whether it has a
    login, and its channels.
    """

    code: str
    name: str
    unit: str
    photos: bool
    sites: tuple[Row, ...]
    devices: tuple[Row, ...]


def named(session: Session) -> tuple[SchoolNamed, ...]:
    """The schools that are seen, by name."""
    units = {unit.id: unit.name for unit in districts.every(session)}
    found = schools.every(session).values()
    return tuple(sorted((SchoolNamed(s.code, s.name, units[s.managed_by]) for s in found), key=lambda s: s.name))


def taken(session: Session, code: str) -> SchoolTaken | None:
    """The school of this code; None where it is not seen."""
    school = schools.by_code(session, code)
    if school is None:
        return None
    ids = [school.id or 0]
    sites = schools.sites(session, ids).values()
    names = {site.id: site.name for site in sites}
    boxes = list(devices.of_schools(session, ids).values())
    grid = _channels(session, school.code, boxes)
    return SchoolTaken(
        school.code,
        school.name,
        next(unit.name for unit in districts.every(session) if unit.id == school.managed_by),
        school.photos,
        tuple({"name": site.name, "networks": site.networks} for site in sorted(sites, key=lambda site: site.name)),
        tuple(
            {
                "cells": device_cells(box, school.code, names[box.site_id]),
                "version": box.version,
                "channels": grid.get(box.id or 0, []),
            }
            for box in boxes
        ),
    )


def _channels(session: Session, school: str, boxes: list[Device]) -> dict[int, list[Row]]:
    """The channels of each device, by its id, by index; `found`: a probe has found it, and nobody has named it."""
    codes = {box.id or 0: box.code for box in boxes}
    rows: list[Channel] = list(channels.of_devices(session, codes).values())
    recorded, grid = recorded_as(session, rows), dict[int, list[Row]]()
    for row in sorted(rows, key=lambda row: row.index):
        cells = channel_cells(row, school, codes[row.device_id], recorded.get(row.recorded_as, ""))
        grid.setdefault(row.device_id, []).append({"cells": cells, "version": row.version, "found": row.found})
    return grid
