"""Units: which box stood at the place of a device, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import UnitRecord
from probes.facts.identity import KEYS, known_by

SAID = ("manufacturer", "model", "firmware", "serial", "mac", "endpoint")


def of_device(session: Session, device_id: int, newest: int) -> list[UnitRecord]:
    """The `newest` units of a device, the one that stands there now first."""
    wanted = select(UnitRecord).where(UnitRecord.device_id == device_id)
    return list(session.exec(wanted.order_by(col(UnitRecord.id).desc()).limit(newest)).all())


def put(session: Session, device_id: int, said: Mapping[str, Any], at: datetime, *, another: bool) -> None:
    """A look at `at` found a unit that says `said` of itself; `another` than the one before, or the same."""
    known = {name: str(said.get(name) or "") for name in SAID}
    if not any(known.values()):
        return
    row = next(iter(of_device(session, device_id, 1)), None)
    if row is None or another:
        row = UnitRecord(device_id=device_id, since=at, seen_at=at)
    for name, value in known.items():
        setattr(row, name, value or getattr(row, name))
    row.seen_at = at
    session.add(row)
    session.flush()


def shared(session: Session, device_id: int, said: Mapping[str, Any]) -> frozenset[str]:
    """Those of the keys in `said` (as `known_by` writes them) that another device says now too: clones."""
    mine = known_by(said)
    found = set[str]()
    for key in KEYS:
        if key in mine:
            column = getattr(UnitRecord, key)
            others = select(UnitRecord).where(column == str(said[key]), UnitRecord.device_id != device_id)
            rows = session.exec(others.order_by(col(UnitRecord.id)).limit(_LOOKED_AT)).all()
            if any(_is_newest(session, row) for row in rows):
                found.add(mine[key])
    return frozenset(found)


_LOOKED_AT = 20
"""So many others with the same value are looked at: one is enough, and some may have left their place."""


def _is_newest(session: Session, row: UnitRecord) -> bool:
    newest = of_device(session, row.device_id, 1)
    return bool(newest) and newest[0].id == row.id
