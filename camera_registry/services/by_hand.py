"""What people register by hand, on pages and over JSON: rows are changed as they were seen, and made where none was.

Strategy: everything goes the way of `registering.put`; here stands what a person at a form needs beside it: what is
said of a new row never changes one that is there, and whoever comes too late is told who was first. The edge commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.importing.table import Row
from camera_registry.services.as_cells import Key
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import (
    Imported,
    ImportRefusedError,
    Said,
    Terms,
    permit_of,
    put,
)
from camera_registry.store import channels, devices, edits, schools
from probes.outgoing import Networks
from standards import Editions


@dataclass(frozen=True)
class Hand:
    """Who registers, when, where devices may be connected to whatever the site, and by what places are judged."""

    viewer: Viewer
    now: datetime
    outgoing: Networks
    editions: Editions


@dataclass(frozen=True)
class LastChange:
    """Who changed a row last, and when; `by` is empty for a probe."""

    by: str
    at: datetime


Made = Literal["school", "site", "device", "channel"]
_KEYS: Mapping[Made, str] = {"school": "school.code", "site": "site", "device": "device.code", "channel": "index"}
"""The field by which a new row is told from those that are there."""


def change(session: Session, said: Sequence[Said], hand: Hand) -> tuple[Imported, tuple[Row, ...]]:
    """The rows are as it is said; those of schools that were judged are judged again.

    Raises StaleError, ImportRefusedError, NoSuchRowError.
    """
    terms = Terms(hand.now, hand.outgoing, hand.viewer.name, permit_of(session, hand.viewer))
    imported, rows = put(session, said, terms)
    judge_changed(session, imported.schools, hand.editions, hand.now)
    return imported, rows


def make(session: Session, said: Said, hand: Hand, kind: Made) -> Row:
    """The row of this kind is there and was not before; it has the code that it was given.

    Raises ImportRefusedError for one that is there already, and what `change` raises.
    """
    imported, (row,) = change(session, [said], hand)
    if not imported.counts[kind]["new"]:
        name = _KEYS[kind]
        raise ImportRefusedError([row.mistake(name, "is_there", other=row.get(name) or "")])
    return row


def last_change(session: Session, key: Key) -> LastChange | None:
    """Who changed the row of this key last; None when nobody has since it is kept."""
    found = [edit for kind, row_id in _rows_of(session, key) for edit in edits.of_row(session, kind, row_id, 1)]
    newest = max(found, key=lambda edit: edit.id or 0, default=None)
    return LastChange(newest.by, newest.at) if newest is not None else None


def _rows_of(session: Session, key: Key) -> list[tuple[str, int]]:
    """The tables and ids of the rows that a row of a file is made of."""
    kind, code, *rest = key
    if kind == "school":
        school = schools.by_code(session, code)
        site = schools.sites(session, [school.id or 0]).get((school.id or 0, rest[0])) if school else None
        return [(name, row.id or 0) for name, row in (("school", school), ("site", site)) if row is not None]
    device = devices.by_code(session, code, rest[0])
    if device is None:
        return []
    if kind == "device":
        return [("device", device.id or 0)]
    found = channels.of_devices(session, [device.id or 0])
    return [("channel", row.id or 0) for (_, index), row in found.items() if str(index) == rest[1]]
