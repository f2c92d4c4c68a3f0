"""The history of what is registered, in words: who changed what, when, from what to what. Reading only.

Strategy: an edit holds columns of tables and ids; here they become the headings of the files and the codes that people
know. What is of other schools is never named: a unit that is not seen is another unit, and of what was changed in one
go with rows of others no more than the kind is told.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.importing.names import column_of, flag_in_words, in_words, name_of_column
from camera_registry.importing.written import text
from camera_registry.models import Edit
from camera_registry.store import channels, devices, districts, edits, schools
from standards.model import Text

OTHER_UNIT: Text = {"vi": "đơn vị khác", "en": "another unit"}
GONE: Text = {"vi": "đã gỡ", "en": "removed"}
NEWEST, ON_PAGE = 20, 50
"""How many a page of a school or a device shows, and how many the page of the history."""


@dataclass(frozen=True)
class Part:
    """One field that became another; an empty text is nothing."""

    field: str
    name: Text
    before: Text
    after: Text


@dataclass(frozen=True)
class Batch:
    """What the change was a part of: its kind (import, bulk, entry), and its name where the viewer may know it."""

    number: int
    kind: str
    name: str
    undone: bool


@dataclass(frozen=True)
class Change:
    """One change of one row. `kind`: school, site, device, channel; `what`: new, changed, gone; `device` and `index`
    say which row it is, as far as that can still be said; `name` is that of a site. `by` is empty for a probe.
    """

    number: int
    at: datetime
    by: str
    kind: str
    what: str
    school: str
    device: str
    index: int | None
    name: str
    parts: tuple[Part, ...]
    batch: Batch | None


@dataclass(frozen=True)
class HistoryPage:
    """Some changes, the newest first; `older` is the number to ask with for those before, None when there are none."""

    changes: tuple[Change, ...]
    older: int | None


def of_school(
    session: Session, code: str, viewer: Viewer, most: int = ON_PAGE, before: int | None = None
) -> HistoryPage:
    """The changes of a school and all that is in it."""
    school = schools.by_code(session, code)
    found = edits.of_school(session, school.id or 0, most + 1, before) if school else []
    return _page(session, found, viewer, most)


def of_device(
    session: Session, school: str, code: str, viewer: Viewer, most: int = ON_PAGE, before: int | None = None
) -> HistoryPage:
    """The changes of a device and its channels."""
    device = devices.by_code(session, school, code)
    found = edits.of_device(session, device.id or 0, most + 1, before) if device else []
    return _page(session, found, viewer, most)


def of_batch(session: Session, number: int, viewer: Viewer, most: int = 1000) -> HistoryPage:
    """The changes that were made in one go, the newest first; those of schools that are seen."""
    return _page(session, edits.of_batch(session, number)[::-1][: most + 1], viewer, most)


def _page(session: Session, found: Sequence[Edit], viewer: Viewer, most: int) -> HistoryPage:
    shown = found[:most]
    names = _Names(session, shown, viewer)
    older = shown[-1].id if len(found) > most else None
    return HistoryPage(tuple(names.change(edit) for edit in shown), older)


class _Names:
    """What the ids in some edits are called."""

    def __init__(self, session: Session, found: Sequence[Edit], viewer: Viewer) -> None:
        self.said = {edit.id: (_values(edit.before), _values(edit.after)) for edit in found}
        every = [values for pair in self.said.values() for values in pair]
        self.units = {unit.id: unit.name for unit in districts.every(session)}
        self.schools = {school.id: school.code for school in schools.of_ids(session, {e.school_id for e in found})}
        sites = schools.sites(session, {edit.school_id for edit in found})
        self.sites = {site.id: name for (_, name), site in sites.items()}
        recorded = {values["recorded_as"] for values in every if values.get("recorded_as")}
        rows = channels.named(session, recorded | {edit.row_id for edit in found if edit.kind == "channel"})
        self.channels = {row.id: (row.code, row.index) for row in rows}
        at = {edit.device_id for edit in found if edit.device_id is not None}
        self.devices = {place.device_id: place.code for place in devices.places(session, at)}
        self.devices |= {e.row_id: _code(*self.said[e.id]) for e in found if e.kind == "device" and e.what == "gone"}
        self.batches = _batches(session, {e.batch_id for e in found if e.batch_id is not None}, viewer)

    def change(self, edit: Edit) -> Change:
        """The edit in words."""
        before, after = self.said[edit.id]
        known = self.channels.get(edit.row_id, ("", None)) if edit.kind == "channel" else ("", None)
        return Change(
            number=edit.id or 0,
            at=edit.at,
            by=edit.by,
            kind=edit.kind,
            what=edit.what,
            school=self.schools.get(edit.school_id, ""),
            device=self.devices.get(edit.device_id or 0, "") or known[0],
            index=known[1] or before.get("index") or after.get("index"),
            name=self.sites.get(edit.row_id, before.get("name", "")) if edit.kind == "site" else "",
            parts=tuple(self._parts(edit.kind, before, after)),
            batch=self.batches.get(edit.batch_id or 0),
        )

    def _parts(self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Part]:
        for name in dict.fromkeys((*before, *after)):
            told = (self._told(kind, name, values.get(name)) for values in (before, after))
            yield Part(name, name_of_column(kind, name), *told)

    def _told(self, kind: str, name: str, value: Any) -> Text:
        if value is None or value == "":
            return {"vi": "", "en": ""}
        if isinstance(value, bool):
            return flag_in_words(name, value=value)
        if name == "managed_by":
            return _same(self.units[value]) if value in self.units else OTHER_UNIT
        if name == "site_id":
            return _same(self.sites[value]) if value in self.sites else GONE
        if name == "recorded_as":
            return _same("{}/{}".format(*self.channels[value])) if value in self.channels else GONE
        return in_words(column_of(kind, name), text(_day(value) if name == "warranty_until" else value))


def _batches(session: Session, ids: Collection[int], viewer: Viewer) -> dict[int, Batch]:
    """Each with its kind; its name is that of a file, for who has sent it and who sees every school."""
    kinds, seen = edits.batch_kinds(session, ids), edits.seen_batches(session, ids)
    made = {}
    for number, kind in kinds.items():
        row = seen.get(number)
        own = row is not None and (viewer.sees_all or row.account_id == viewer.account_id)
        made[number] = Batch(number, kind, row.name if row and own else "", bool(row and own and row.undone_at))
    return made


def _values(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


def _code(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return str(before.get("code") or after.get("code") or "")


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _same(told: str) -> Text:
    return {"vi": told, "en": told}
