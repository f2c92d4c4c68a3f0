"""Plan: checked rows and what is registered in, every change that an import makes out. Pure.

Strategy: the plan is what a person sees before it is done and what is written then, so that both are one. Rows are
found again by their public keys; an empty cell leaves what stands. What points to another row (unit, site, channel of a
recorder) does so by its public key. What follows from a change and is no cell of the file stands in `also`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from camera_registry.importing.cells import NO_MAC
from camera_registry.importing.check import Case
from camera_registry.importing.check_channels import key_of
from camera_registry.importing.headings import PASSWORD
from camera_registry.importing.issue import DEFAULT_ONVIF_PORT
from camera_registry.importing.known import KINDS, Key, Kind
from camera_registry.importing.sheet import tidy
from camera_registry.importing.table import Row
from camera_registry.lists import default_scope

What = Literal["new", "changed", "same"]
Counts = dict[str, dict[What, int]]
SCHOOL = {
    "name": "name", "levels": "levels", "kind": "kind", "managed_by": "managed_by", "located_in": "located_in",
    "former_district": "former_district", "contact": "contact_name", "phone": "contact_phone",
    "email": "contact_email", "tags": "tags",
}  # fmt: skip
SITE = {"address": "address", "lat": "latitude", "lon": "longitude", "uplink": "uplink_mbps", "networks": "networks",
        "power": "day_window"}  # fmt: skip
DEVICE = {
    name: name
    for name in ("kind", "make", "model", "serial", "mac", "host", "onvif_port", "rtsp_port", "stream_path", "username",
                 "owner", "maintainer", "in_use_since", "warranty_until", "funding", "price", "tags")
} | {"site": "site"}  # fmt: skip
CHANNEL = {
    "name": "name", "area": "area", "scope": "scope", "recorded_as": "recorded_as", "outdoor": "outdoor",
    "heading": "heading", "height": "height_m", "scene_width": "scene_width_m",
    "lat": "latitude", "lon": "longitude", "note": "note", "tags": "tags",
}  # fmt: skip
COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    "district": {"name": "name"}, "school": SCHOOL, "site": SITE, "device": DEVICE, "channel": CHANNEL,
}  # fmt: skip
"""By kind: fields of the import, and the columns of the registry that they are."""


@dataclass(frozen=True)
class Change:
    """What becomes of one row of the registry: of a new one all it holds, of a changed one what differs, with what
    stood there `before`. `at`: the sheet (or file) and the row that say so.
    """

    kind: Kind
    key: Key
    what: What
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    at: tuple[str, int] = ("", 0)


@dataclass(frozen=True)
class Plan:
    """All changes, in the order in which they are written; how many rows are new, changed and the same; the passwords
    to be sealed, by the key of the device.
    """

    changes: Sequence[Change]
    counts: Counts
    passwords: Mapping[Key, str] = field(default_factory=dict, repr=False)

    @property
    def changes_nothing(self) -> bool:
        """True when everything stands in the registry already."""
        return not any(count["new"] or count["changed"] for count in self.counts.values())

    @property
    def digest(self) -> str:
        """The same for plans that change the same cells from the same values to the same values."""
        told = [[c.kind, list(c.key), c.what, _plain(c.values), _plain(c.before)] for c in self.changes]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()}


def plan(case: Case, now: datetime, by: str) -> Plan:
    """What the rows of `case`, which has no mistakes, change; `by` stands beside decisions on scopes."""
    return _Planner(case, now, by).plan()


class _Planner:
    def __init__(self, case: Case, now: datetime, by: str) -> None:
        self.case, self.now, self.by = case, now, by
        self.counts: Counts = {kind: {"new": 0, "changed": 0, "same": 0} for kind in KINDS}
        self.changes: dict[Kind, dict[Key, Change]] = {kind: {} for kind in KINDS}

    def plan(self) -> Plan:
        self._schools()
        self._devices()
        self._channels()
        for made in self.changes.values():
            for change in made.values():
                self.counts[change.kind][change.what] += 1
        kept = [c for kind in KINDS for c in self.changes[kind].values() if c.what != "same"]
        passwords = {_of_device(row): row.get(PASSWORD) for row in self.case.devices if row.get(PASSWORD)}
        return Plan(kept, self.counts, passwords)

    def _put(
        self, kind: Kind, key: Key, told: Mapping[str, Any], row: Row, also: Mapping[str, Any] | None = None
    ) -> None:
        at = (row.place.sheet or row.file, row.number)
        before = self.case.known.row(kind, key)
        if before is None:
            self.changes[kind][key] = Change(kind, key, "new", told, {}, also or {}, at)
            return
        values = {name: value for name, value in told.items() if differs(before.get(name), value)}
        what: What = "changed" if values else "same"
        old = {name: before.get(name) for name in values}
        self.changes[kind][key] = Change(kind, key, what, values, old, also or {} if values else {}, at)

    def _schools(self) -> None:
        told: dict[str, dict[str, Any]] = {}
        first: dict[str, Row] = {}
        for row in self.case.schools:  # rows of one school say the same of it, or nothing
            code = row.get("school.code")
            told[code] = {**row.values, **_nothing(row, SCHOOL), **told.get(code, {})}
            first.setdefault(code, row)
        for code, values in told.items():
            self._school(code, values, first[code])
        for row in self.case.schools:
            self._put("site", (row.get("school.code"), row.get("site") or ""), said_of(row, SITE), row)

    def _school(self, code: str, told: Mapping[str, Any], row: Row) -> None:
        values, also = _renamed(told, SCHOOL), {}
        if "kind" in told:
            also["private"] = told["kind"] != "public"
        if "managed_by" in told:
            values["managed_by"] = self._unit(told["managed_by"], row)
            before = self.case.known.row("school", (code,))
            if before is not None and before.get("managed_by") != values["managed_by"]:
                also["managed_since"] = self.now.date()
        self._put("school", (code,), values, row, also)

    def _unit(self, text: str, row: Row) -> str:
        """The code of the unit of this code or name; a new one is made when there is none."""
        made = self.changes["district"]
        there = self.case.known.units_named(text) or [
            code for code in (text, slug(text)) if (code,) in made or code in self.case.known.units
        ]
        if there:
            made.setdefault((there[0],), Change("district", (there[0],), "same"))
            return there[0]
        code = text if re.fullmatch(r"[A-Z0-9.-]*\d[A-Z0-9.-]*", text) else slug(text)
        made[code,] = Change("district", (code,), "new", {"name": text}, at=(row.place.sheet or row.file, row.number))
        return code

    def _devices(self) -> None:
        for row in self.case.devices:
            values = said_of(row, DEVICE)
            if values.get("mac") == NO_MAC:
                del values["mac"]
            key = _of_device(row)
            if self.case.known.row("device", key) is None:
                values.setdefault("site", "")
                self._main_site(row, values["site"])
            self._put("device", key, values, row)

    def _main_site(self, row: Row, name: str) -> None:
        """The main site of a school that has only named ones is made."""
        key = (row.get("school"), name)
        if key not in self.changes["site"] and self.case.known.row("site", key) is None:
            self._put("site", key, {}, row)

    def _channels(self) -> None:
        for row in self.case.channels:
            key = key_of(row)
            if key is None:
                continue
            values, before = said_of(row, CHANNEL), self.case.known.row("channel", key)
            if values.get("scope") == "":
                del values["scope"]
            if values.get("recorded_as"):
                values["recorded_as"] = "/".join(map(str, values["recorded_as"]))
            also = self._decided(row, values, before)
            self._put("channel", key, values, row, {**also, "found": False})

    def _decided(self, row: Row, values: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Who decided the scope, when and why, where it becomes another one; a row that says none leaves it, or the
        default of the area.
        """
        told = "scope" in values
        if before is None:
            values.setdefault("scope", default_scope(row.get("area") or ""))
        elif not told or before.get("scope") == values["scope"]:
            return {}
        by, why = (self.by, row.get("note") or "") if told else ("", "")
        return {"scope_at": self.now, "scope_by": by, "scope_why": why}


def _of_device(row: Row) -> Key:
    return (row.get("school"), row.get("device.code"))


def differs(before: Any, value: Any) -> bool:
    """Texts are the same when nobody sees a difference."""
    if isinstance(before, str) and isinstance(value, str):
        return tidy(before) != value
    return bool(before != value)


EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("latitude", "longitude", "uplink_mbps", "rtsp_port", "in_use_since", "warranty_until", "price")),
    **dict.fromkeys(("recorded_as", "outdoor", "heading", "height_m", "scene_width_m")),
    "day_window": False, "onvif_port": DEFAULT_ONVIF_PORT,
}  # fmt: skip
"""What stands in a column where nobody says anything, unless it is an empty text."""


def _nothing(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """What stands in the columns of which the row says that nothing is to stand there."""
    return {field: EMPTY.get(names[field], "") for field in row.cleared if field in names}


def said_of(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """What the row says, by the columns of the registry."""
    return _renamed({**row.values, **_nothing(row, names)}, names)


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in values.items() if name in names}


def slug(text: str) -> str:
    """A code made of a name: letters without marks, digits and hyphens."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "-".join(re.findall("[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))) or "unit"


def by_kind(changes: Sequence[Change]) -> Iterator[tuple[Kind, list[Change]]]:
    """The changes of each kind, in the order in which they are written."""
    for kind in KINDS:
        yield kind, [change for change in changes if change.kind == kind]
