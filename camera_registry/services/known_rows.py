"""Known rows: what is registered of the schools that an import speaks of, as values by public keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session

from camera_registry.importing.issue import SCHOOL_PREFIX
from camera_registry.importing.known import Known, KnownDevice
from camera_registry.importing.plan import COLUMNS
from camera_registry.importing.table import Row
from camera_registry.lists import plain
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store import channels, devices, districts, schools
from camera_registry.store.schools import Named

_POINTERS = ("managed_by", "site", "recorded_as")


def named_schools(rows: Mapping[str, Sequence[Row]]) -> set[str]:
    """The codes of the schools that the rows name."""
    named = {row.get(column) for each in rows.values() for row in each for column in ("school.code", "school")}
    return named - {None}


def known_of(session: Session, rows: Mapping[str, Sequence[Row]]) -> Known:
    """What is registered of the schools that the rows speak of; of all, when a channel does not say its school."""
    every = schools.names(session)
    named = named_schools(rows)
    nameless = {plain(row.get("name") or "") for row in rows["schools.csv"] if row.get("school.code") is None}
    named |= {code for code, school in every.items() if nameless and plain(school.name) in nameless}
    whole = any(row.get("school") is None for row in rows["channels.csv"])
    found = _Found(session, schools.every(session) if whole else schools.by_codes(session, named))
    return found.known(every, schools.issued(session, SCHOOL_PREFIX) if nameless else set())


@dataclass(frozen=True)
class _Found:
    """The rows of these schools."""

    session: Session
    schools: Mapping[str, School]

    @cached_property
    def units(self) -> dict[int, District]:
        return {district.id or 0: district for district in districts.every(self.session)}

    @cached_property
    def codes(self) -> dict[int, str]:
        return {school.id or 0: code for code, school in self.schools.items()}

    @cached_property
    def sites(self) -> dict[tuple[int, str], Site]:
        return schools.sites(self.session, self.codes)

    @cached_property
    def devices(self) -> dict[tuple[int, str], Device]:
        return devices.of_schools(self.session, self.codes)

    @cached_property
    def channels(self) -> dict[tuple[int, int], Channel]:
        return channels.of_devices(self.session, {device.id or 0 for device in self.devices.values()})

    def known(self, every: Mapping[str, Named], issued: set[str]) -> Known:
        """All of it as values."""
        units = self.units
        at = {site.id: name for (_, name), site in self.sites.items()}
        keys = {d.id or 0: (self.codes[school], code) for (school, code), d in self.devices.items()}
        points = {c.id: f"{keys[device][1]}/{index}" for (device, index), c in self.channels.items()}
        return Known(
            units={unit.code: unit.name for unit in units.values()},
            schools={code: (s.name, units[s.managed_by].code) for code, s in every.items() if s.managed_by in units},
            sites={(self.codes[school], name): site.networks for (school, name), site in self.sites.items()},
            devices={keys[d.id or 0]: _device(d, at[d.site_id]) for d in self.devices.values()},
            channels={(*keys[d], index): (at[self.site_of[d]], c.name) for (d, index), c in self.channels.items()},
            rows={
                "district": {(unit.code,): {"name": unit.name} for unit in units.values()},
                "school": {
                    (code,): {**_columns("school", s), "managed_by": units[s.managed_by].code}
                    for code, s in self.schools.items()
                },
                "site": {(self.codes[school], name): _columns("site", s) for (school, name), s in self.sites.items()},
                "device": {
                    keys[d.id or 0]: {**_columns("device", d), "site": at[d.site_id]} for d in self.devices.values()
                },
                "channel": {
                    (*keys[device], index): {**_columns("channel", c), "recorded_as": points.get(c.recorded_as)}
                    for (device, index), c in self.channels.items()
                },
            },
            issued=frozenset(issued),
        )

    @cached_property
    def site_of(self) -> dict[int, int]:
        return {device.id or 0: device.site_id for device in self.devices.values()}


def _device(device: Device, site: str) -> KnownDevice:
    return KnownDevice(device.kind, site, (device.host, device.onvif_port, device.rtsp_port, device.stream_path))


def _columns(kind: Any, row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS[kind].values() if name not in _POINTERS}
