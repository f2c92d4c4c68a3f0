"""Writing of a plan: every change is in the registry after it, by one flush a kind.

The session may be followed by whoever keeps the history of changes: rows are changed as rows, and never by statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from camera_registry.importing.known import Key
from camera_registry.importing.plan import Change, Plan, by_kind
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store import channels, devices, districts, schools


def write(session: Session, plan: Plan) -> None:
    """The registry holds what the plan says; it was made of what this session reads."""
    _Writer(session).write(plan)


class _Writer:
    """Knows the rows that changes are about, by their public keys."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._districts = {district.code: district for district in districts.every(session)}
        self._schools: dict[str, School] = {}
        self._sites: dict[tuple[int, str], Site] = {}
        self._devices: dict[tuple[int, str], Device] = {}
        self._channels: dict[tuple[int, int], Channel] = {}

    def write(self, plan: Plan) -> None:
        parts = dict(by_kind(plan.changes))
        of_schools = (part for kind, part in parts.items() if kind != "district")
        codes = {str(change.key[0]) for part in of_schools for change in part}
        self._schools = schools.by_codes(self._session, codes)
        self._put(parts["district"], self._district)
        self._put(parts["school"], self._school)
        named = {change.key[0] for kind in ("site", "device", "channel") for change in parts[kind]}
        ids = [self._schools[str(code)].id or 0 for code in named]
        self._sites = schools.sites(self._session, ids)
        self._put(parts["site"], self._site)
        self._devices = devices.of_schools(self._session, ids)
        self._put(parts["device"], self._device)
        keys = {change.key for change in parts["channel"]}
        keys |= {(c.key[0], _split(c.values["recorded_as"])[0]) for c in _pointing(parts["channel"])}
        self._channels = channels.of_devices(self._session, {self._device_of(key).id or 0 for key in keys})
        self._put(parts["channel"], self._channel)
        for change in _pointing(parts["channel"]):
            device, index = _split(change.values["recorded_as"])
            target = self._channels[self._device_of((change.key[0], device)).id or 0, index]
            self._channels[self._device_of(change.key).id or 0, int(change.key[2])].recorded_as = target.id
        self._session.flush()

    def _put(self, changes: Sequence[Change], put: Any) -> None:
        for change in changes:
            row = put(change)
            for name, value in {**change.values, **change.also}.items():
                if (name not in _POINTERS or value is None) and getattr(row, name) != value:
                    setattr(row, name, value)
            self._session.add(row)
        self._session.flush()

    def _district(self, change: Change) -> District:
        code = str(change.key[0])
        if code not in self._districts:
            self._districts[code] = District(code=code, name="")
        return self._districts[code]

    def _school(self, change: Change) -> School:
        code = str(change.key[0])
        row = self._schools.get(code)
        if "managed_by" in change.values:
            unit = self._districts[change.values["managed_by"]].id or 0
            if row is None:
                row = self._schools[code] = School(code=code, name="", managed_by=unit)
            elif row.managed_by != unit:
                row.managed_by = unit
        assert row is not None  # noqa: S101  (a new school has a unit: it is required)  # nosec B101
        return row

    def _site(self, change: Change) -> Site:
        school, name = self._schools[str(change.key[0])].id or 0, str(change.key[1])
        if (school, name) not in self._sites:
            self._sites[school, name] = Site(school_id=school, name=name)
        return self._sites[school, name]

    def _device(self, change: Change) -> Device:
        school, code = self._schools[str(change.key[0])].id or 0, str(change.key[1])
        row = self._devices.get((school, code))
        if "site" in change.values:
            site = self._sites[school, change.values["site"]].id or 0
            if row is None:
                row = self._devices[school, code] = Device(school_id=school, site_id=site, code=code, kind="")
            else:
                row.site_id = site
        assert row is not None  # noqa: S101  (a new device has a site: the plan gives it one)  # nosec B101
        return row

    def _channel(self, change: Change) -> Channel:
        device, index = self._device_of(change.key).id or 0, int(change.key[2])
        if (device, index) not in self._channels:
            self._channels[device, index] = Channel(device_id=device, index=index)
        return self._channels[device, index]

    def _device_of(self, key: Key) -> Device:
        return self._devices[self._schools[str(key[0])].id or 0, str(key[1])]


_POINTERS: Mapping[str, str] = {"managed_by": "school", "site": "device", "recorded_as": "channel"}
"""What names another row by its public key, and is put by whoever knows that row; nothing is nothing."""


def _pointing(changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if change.values.get("recorded_as")]


def _split(text: str) -> tuple[str, int]:
    device, _, index = text.rpartition("/")
    return device, int(index)
