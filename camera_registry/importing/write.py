"""Writing of checked rows: each is found by its public key, and is new, changed or the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.importing.cells import NO_MAC
from camera_registry.importing.check import Case
from camera_registry.importing.check_channels import Key, key_of
from camera_registry.importing.table import Row
from camera_registry.lists import default_scope
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store import channels, devices, districts, schools
from camera_registry.store.upsert import Change, add, change

KINDS = ("district", "school", "site", "device", "channel")
Counts = dict[str, dict[Change, int]]
_SCHOOL = {
    "name": "name", "levels": "levels", "kind": "kind", "located_in": "located_in",
    "former_district": "former_district", "contact": "contact_name", "phone": "contact_phone",
    "email": "contact_email", "tags": "tags",
}  # fmt: skip
_SITE = {"address": "address", "lat": "latitude", "lon": "longitude", "uplink": "uplink_mbps", "networks": "networks",
         "power": "day_window"}  # fmt: skip
_DEVICE = ("kind", "make", "model", "serial", "mac", "host", "onvif_port", "rtsp_port", "stream_path", "username",
           "owner", "maintainer", "in_use_since", "warranty_until", "funding", "price", "tags")  # fmt: skip
_CHANNEL = {
    "name": "name", "area": "area", "outdoor": "outdoor", "heading": "heading", "height": "height_m",
    "scene_width": "scene_width_m", "lat": "latitude", "lon": "longitude", "note": "note", "tags": "tags",
}  # fmt: skip


def write(session: Session, case: Case, now: datetime, by: str) -> Counts:
    """The rows of `case`, which has no mistakes, are in the registry; what that changed, by kind."""
    return _Writer(session, case, now, by).write()


class _Writer:
    def __init__(self, session: Session, case: Case, now: datetime, by: str) -> None:
        self.session, self.case, self.now, self.by = session, case, now, by
        self.counts: Counts = {kind: {"new": 0, "changed": 0, "same": 0} for kind in KINDS}
        self.districts = {district.code: district for district in districts.every(session)}
        self.schools = schools.every(session)
        self.named_districts: set[str] = set()

    def write(self) -> Counts:
        self._write_schools()
        self._write_devices()
        self._write_channels()
        return self.counts

    def _count(self, kind: str, what: Change) -> None:
        self.counts[kind][what] += 1

    def _write_schools(self) -> None:
        ids = [s.id or 0 for row in self.case.schools if (s := self.schools.get(row.get("school.code")))]
        self.sites = schools.sites(self.session, ids)
        told: dict[str, dict[str, Any]] = {}
        for row in self.case.schools:  # rows of one school say the same of it, or nothing
            said = {**row.values, **_nothing(row, _SCHOOL, School)}
            told[row.get("school.code")] = {**said, **told.get(row.get("school.code"), {})}
        for code, values in told.items():
            self._write_school(code, values)
        for row in self.case.schools:
            self._write_site(self.schools[row.get("school.code")].id or 0, row)

    def _write_school(self, code: str, told: Mapping[str, Any]) -> None:
        unit = self._district(told["managed_by"])
        values = {**_renamed(told, _SCHOOL), "private": told["kind"] != "public", "managed_by": unit.id}
        known = self.schools.get(code)
        if known is None:
            self.schools[code] = School(code=code, **values)
            self._count("school", add(self.session, self.schools[code]))
            return
        if known.managed_by != unit.id:
            values["managed_since"] = self.now.date()
        self._count("school", change(self.session, known, values))

    def _district(self, text: str) -> District:
        """The unit of this code or name; a new one when there is none."""
        codes = self.case.known.units_named(text) or [code for code in (text, _slug(text)) if code in self.districts]
        if codes:
            if codes[0] not in self.named_districts:
                self._count("district", "same")
            self.named_districts.add(codes[0])
            return self.districts[codes[0]]
        code = text if re.fullmatch(r"[A-Z0-9.-]*\d[A-Z0-9.-]*", text) else _slug(text)
        made = District(code=code, name=text)
        self._count("district", add(self.session, made))
        self.districts[code] = made
        self.named_districts.add(code)
        return made

    def _write_site(self, school_id: int, row: Row) -> None:
        name = row.get("site") or ""
        values = _renamed({**row.values, **_nothing(row, _SITE, Site)}, _SITE)
        known = self.sites.get((school_id, name))
        if known is None:
            known = self.sites[school_id, name] = Site(school_id=school_id, name=name, **values)
            self._count("site", add(self.session, known))
        else:
            self._count("site", change(self.session, known, values))

    def _write_devices(self) -> None:
        named = {*(r.get("school") for r in self.case.devices), *(r.get("school") for r in self.case.channels)}
        ids = [self.schools[code].id or 0 for code in named]
        self.sites |= schools.sites(self.session, ids)
        self.devices = devices.of_schools(self.session, ids)
        for row in self.case.devices:
            self._write_device(self.schools[row.get("school")].id or 0, row)

    def _write_device(self, school_id: int, row: Row) -> None:
        said = {**row.values, **_nothing(row, {name: name for name in _DEVICE}, Device)}
        values = {name: said[name] for name in _DEVICE if name in said}
        if values.get("mac") == NO_MAC:
            del values["mac"]
        known = self.devices.get((school_id, row.get("device.code")))
        if row.get("site") is not None or "site" in row.cleared or known is None:
            values["site_id"] = self._site(school_id, row.get("site") or "").id
        if known is None:
            known = Device(school_id=school_id, code=row.get("device.code"), **values)
            self.devices[school_id, known.code] = known
            self._count("device", add(self.session, known))
        else:
            self._count("device", change(self.session, known, values))

    def _site(self, school_id: int, name: str) -> Site:
        """The site; the main one of a school that has only named ones is made."""
        known = self.sites.get((school_id, name))
        if known is None:
            known = self.sites[school_id, name] = Site(school_id=school_id, name=name)
            self._count("site", add(self.session, known))
        return known

    def _write_channels(self) -> None:
        keys = {key: row for row in self.case.channels if (key := key_of(row))}
        found = channels.of_devices(self.session, {self._device(key).id or 0 for key in keys})
        whats: dict[Key, Change] = {}
        for key, row in keys.items():
            device_id = self._device(key).id or 0
            known = found.get((device_id, key[2]))
            if known is None:
                known = found[device_id, key[2]] = Channel(device_id=device_id, index=key[2])
                self._decide(known, row)
                change(self.session, known, _of_channel(row))
                self.session.add(known)
                whats[key] = "new"
            else:
                decided = self._decide(known, row)
                changed = change(self.session, known, _of_channel(row))
                whats[key] = "changed" if decided else changed
        self.session.flush()
        self._record_as(keys, found, whats)

    def _decide(self, channel: Channel, row: Row) -> bool:
        """True when the scope is another one now; a row that says none leaves it, or the default of the area."""
        scope = row.get("scope") or (default_scope(row.get("area")) if channel.id is None else channel.scope)
        if scope == channel.scope and channel.id is not None:
            return False
        told = row.get("scope") is not None
        channel.scope, channel.scope_at, channel.scope_by = scope, self.now, self.by if told else ""
        channel.scope_why = (row.get("note") or "") if told else ""
        self.session.add(channel)
        return True

    def _record_as(
        self, keys: Mapping[Key, Row], found: Mapping[tuple[int, int], Channel], whats: dict[Key, Change]
    ) -> None:
        """Recorded channels point at those of their recorder, which may be in the file or in the registry."""
        wanted = {key: (key[0], *row.get("recorded_as")) for key, row in keys.items() if row.get("recorded_as")}
        more = channels.of_devices(self.session, {self._device(target).id or 0 for target in wanted.values()})
        there = {**more, **found}
        for key, target in wanted.items():
            channel = there[self._device(key).id or 0, key[2]]
            recorded = there[self._device(target).id or 0, target[2]]
            what = change(self.session, channel, {"recorded_as": recorded.id})
            whats[key] = "changed" if (whats[key], what) == ("same", "changed") else whats[key]
        for what in whats.values():
            self._count("channel", what)
        self.session.flush()

    def _device(self, key: Key) -> Device:
        return self.devices[self.schools[key[0]].id or 0, key[1]]


def _of_channel(row: Row) -> dict[str, Any]:
    """What the row says of its channel, which is registered now if a probe alone has found it; a camera that it says is
    recorded by none is so.
    """
    said = {**row.values, **_nothing(row, _CHANNEL, Channel)}
    return _renamed(said, _CHANNEL) | {"found": False} | ({"recorded_as": None} if "recorded_as" in row.cleared else {})


def _nothing(row: Row, names: Mapping[str, str], table: type[Any]) -> dict[str, Any]:
    """What stands in a column of which the row says that nothing is to stand there."""
    return {field: table.model_fields[names[field]].default for field in row.cleared if field in names}


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in values.items() if name in names}


def _slug(text: str) -> str:
    """A code made of a name: letters without marks, digits and hyphens."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "-".join(re.findall("[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))) or "unit"
