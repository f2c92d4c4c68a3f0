"""The district, running and registered: cameras over real sockets, and the files and passwords of a technician.

Everything goes through the services that everybody uses. The import takes addresses of loopback, because the demo
allows them to itself.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from camera_registry.demo.district import DISTRICT
from camera_registry.demo.entries import Box, Place, SchoolEntry, View
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import Imported
from camera_registry.store import credentials, devices
from camera_registry.vault import Vault
from probes import simulator
from probes.outgoing import Networks
from probes.simulator import Camera, CameraSpec

NETWORK = "127.0.0.0/8"
"""Where the devices of the demo are, and nobody else's."""

Key = tuple[str, str]
"""The code of a school, and that of a device in it."""
Cameras = Mapping[Key, Camera]


@contextmanager
def running(district: Sequence[SchoolEntry] = DISTRICT) -> Iterator[Cameras]:
    """The cameras of the district, which run until the block ends; the first time on a machine, after encoding."""
    boxes = {(school.code, box.code): box for school in district for box in school.devices}
    specs = [_one_of_its_kind(box.camera, number) for number, box in enumerate(boxes.values(), 1)]
    with simulator.running(*specs) as cameras:
        yield dict(zip(boxes, cameras, strict=True))


def register(
    session: Session,
    vault: Vault,
    cameras: Cameras,
    now: datetime,
    district: Sequence[SchoolEntry] = DISTRICT,
) -> Imported:
    """The registry holds the district, with a password for every device."""
    imported = import_files(session, files(cameras, district), now, Networks(loopback=True))
    for school in district:
        for box in school.devices:
            device = devices.by_code(session, school.code, box.code)
            if device is not None:
                spec = box.camera
                password = spec.password if box.password is None else box.password
                credentials.put(session, vault, device.id or 0, spec.username, password, now)
    return imported


def files(cameras: Cameras, district: Sequence[SchoolEntry] = DISTRICT) -> dict[str, bytes]:
    """The three files of the import, with the addresses at which `cameras` run."""
    rows = {
        "schools.csv": [_school(school, place) for school in district for place in school.sites],
        "devices.csv": [
            _device(school, box, cameras[school.code, box.code]) for school in district for box in school.devices
        ],
        "channels.csv": [
            _channel(school, box, view) for school in district for box in school.devices for view in box.views
        ],
    }
    return {name: _csv(lines) for name, lines in rows.items()}


def _one_of_its_kind(spec: CameraSpec, number: int) -> CameraSpec:
    """`spec` with a serial number and a hardware address of its own."""
    return replace(spec, serial=f"SIM{number:07}", mac=f"02:00:00:00:01:{number:02x}")


def _school(school: SchoolEntry, place: Place) -> dict[str, str]:
    return {
        "school.code": school.code,
        "name": school.name,
        "levels": school.levels,
        "kind": school.kind,
        "managed_by": school.managed_by,
        "located_in": school.located_in,
        "former_district": school.former_district,
        "site": place.name,
        "address": place.address,
        "lat": place.lat,
        "lon": place.lon,
        "contact": school.contact,
        "phone": school.phone,
        "email": school.email,
        "uplink": place.uplink,
        "networks": NETWORK,
    }


def _device(school: SchoolEntry, box: Box, camera: Camera) -> dict[str, str]:
    spec = camera.spec
    bare = box.stream is not None
    return {
        "school": school.code,
        "site": box.site,
        "device.code": box.code,
        "kind": box.kind,
        "make": spec.manufacturer,
        "model": spec.model,
        "serial": spec.serial,
        "mac": spec.mac,
        "host": camera.host,
        "onvif_port": "" if bare else str(camera.onvif_port),
        "rtsp_port": str(camera.rtsp_port) if bare or box.rtsp_port else "",
        "stream_path": _path(spec, box.stream) if box.stream is not None else "",
        "username": spec.username,
        "owner": box.owner,
        "maintainer": box.maintainer,
        "in_use_since": box.in_use_since,
        "warranty_until": box.warranty_until,
        "funding": box.funding,
        "price": box.price,
    }


def _path(spec: CameraSpec, token: str) -> str:
    return next(stream.path for _, stream in spec.streams() if stream.token == token)


def _channel(school: SchoolEntry, box: Box, view: View) -> dict[str, str]:
    return {
        "school": school.code,
        "device": box.code,
        "index": str(view.index),
        "name": view.name,
        "area": view.area,
        "scope": view.scope,
        "outdoor": view.outdoor,
        "note": view.note,
    }


def _csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    lines = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()
