"""What a page and the API show of an import: mistakes by sheet, changes cell by cell, and what a batch has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.plan import Change, Plan
from camera_registry.models import Edit
from camera_registry.reports.cell_words import NOTHING, column_words, value_words
from camera_registry.store import channels, devices, districts, schools
from standards.model import Text

_HIDDEN = frozenset({"private", "found"})
"""What follows from another cell, and is in no file."""


@dataclass(frozen=True)
class Cell:
    """One cell that becomes another: its name, what stands, what will stand."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True)
class ChangeShown:
    """One row of the register that is made, changed or gone, with where it is said, and its cells."""

    kind: str
    key: str
    what: str
    at: tuple[str, int]
    cells: tuple[Cell, ...]
    number: int = 0


def sheets_of(mistakes: Sequence[Mistake]) -> dict[str, int]:
    """How many mistakes each sheet, or file, has."""
    found: dict[str, int] = {}
    for mistake in mistakes:
        name = mistake.sheet or mistake.file
        found[name] = found.get(name, 0) + 1
    return found


def unit_names(session: Session, plan: Plan | None) -> dict[str, str]:
    """The names of units by their codes, those that a plan makes too."""
    made = {str(c.key[0]): str(c.values["name"]) for c in plan.changes if c.kind == "district"} if plan else {}
    return {unit.code: unit.name for unit in districts.every(session)} | made


def change_shown(change: Change, units: Mapping[str, str], lang: str) -> ChangeShown:
    """A change that is planned; `units` are names by code."""
    cells = tuple(
        Cell(
            column_words(change.kind, name),
            _named(change.kind, name, change.before.get(name), units, lang) if change.what == "changed" else "",
            _named(change.kind, name, value, units, lang),
        )
        for name, value in change.values.items()
        if name not in _HIDDEN and (change.what == "changed" or value not in ("", None))
    )
    return ChangeShown(change.kind, key_words(change.key), change.what, change.at, cells)


def key_words(key: Sequence[Any]) -> str:
    """A public key as people write it."""
    return "/".join(str(part) for part in key if part not in ("", None))


def _named(kind: str, name: str, value: Any, units: Mapping[str, str], lang: str) -> str:
    if name == "managed_by":
        return units.get(str(value), str(value or NOTHING))
    return value_words(kind, name, value, lang)


def edits_shown(session: Session, found: Sequence[Edit], lang: str) -> list[ChangeShown]:
    """Changes that were made, with the names of what they point to as these are now."""
    names = _Names(session, found)
    return [_edit_shown(each, names, lang) for each in found]


def _edit_shown(edit: Edit, names: _Names, lang: str) -> ChangeShown:
    before, after = json.loads(edit.before), json.loads(edit.after)
    told = after if edit.what != "gone" else before
    cells = tuple(
        Cell(
            column_words(edit.kind, name),
            names.of(edit.kind, name, before.get(name), lang) if edit.what != "new" else "",
            names.of(edit.kind, name, after.get(name), lang) if edit.what != "gone" else "",
        )
        for name in told
        if name not in _HIDDEN
    )
    if edit.what == "new":
        cells = tuple(cell for cell in cells if cell.after != NOTHING)
    return ChangeShown(edit.kind, names.key(edit), edit.what, ("", 0), cells, edit.id or 0)


class _Names:
    """What rows are called, by their ids."""

    def __init__(self, session: Session, found: Sequence[Edit]) -> None:
        told = [values for e in found for values in (json.loads(e.before), json.loads(e.after))]
        self._units = {unit.id: unit.name for unit in districts.every(session)}
        of_school = {edit.school_id for edit in found}
        self._schools = {s.id: s.code for s in schools.every(session).values() if s.id in of_school}
        self._sites = {s.id: s.name for s in schools.sites(session, of_school).values()}
        wanted = {edit.row_id for edit in found if edit.kind == "channel"}
        wanted |= {values["recorded_as"] for values in told if values.get("recorded_as")}
        self._channels = {row.id: f"{row.code}/{row.index}" for row in channels.named(session, wanted)}
        boxes = {edit.device_id for edit in found if edit.device_id is not None}
        self._devices = {place.device_id: place.code for place in devices.places(session, boxes)}

    def key(self, edit: Edit) -> str:
        """The public key of the row, as far as it is there still."""
        school = self._schools.get(edit.school_id, "")
        told = {**json.loads(edit.before), **json.loads(edit.after)}
        device = self._devices.get(edit.device_id or 0, str(told.get("code", "")))
        own = {
            "school": "",
            "site": self._sites.get(edit.row_id, ""),
            "device": device,
            "channel": self._channels.get(edit.row_id, f"{device}/{told.get('index', '')}"),
        }
        return key_words((school, own.get(edit.kind, "")))

    def of(self, kind: str, name: str, value: Any, lang: str) -> str:
        """A value in words."""
        known: Mapping[Any, str] | None = {
            "managed_by": self._units, "site_id": self._sites, "recorded_as": self._channels,
        }.get(name)  # fmt: skip
        if known is None or value is None:
            return value_words(kind, name, value, lang)
        return known.get(value, NOTHING) or NOTHING
