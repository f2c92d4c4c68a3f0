"""Units: which box stood at the place of a device, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, exists, update
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from camera_registry.models import UnitRecord
from camera_registry.store.known import forget
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
    row = session.execute(_NEWEST, {"device": device_id}).first()
    same = row is not None and all(not value or value == getattr(row, name) for name, value in known.items())
    if row is not None and same and not another:
        session.connection().execute(_SEEN, {"unit": row.id, "at": at})
        forget(session, UnitRecord, [row.id])
        return
    unit = session.get_one(UnitRecord, row.id) if row is not None and not another else None
    unit = unit or UnitRecord(device_id=device_id, since=at, seen_at=at)
    for name, value in known.items():
        setattr(unit, name, value or getattr(unit, name))
    unit.seen_at = at
    session.add(unit)
    session.flush()


def shared(session: Session, device_id: int, said: Mapping[str, Any]) -> frozenset[str]:
    """Those of the keys in `said` (as `known_by` writes them) that another device says now too: clones."""
    mine = known_by(said)
    if not mine:
        return frozenset()
    values: dict[str, Any] = {key: str(said[key]) if key in mine else None for key in KEYS}  # nothing equals NULL
    found = session.execute(_SHARED, {"device": device_id, **values}).one()
    return frozenset(mine[key] for key, is_shared in zip(KEYS, found, strict=True) if is_shared)


def _elsewhere(key: str) -> Any:
    """Whether another device says this value of the key now, which is in its newest row."""
    newer = aliased(UnitRecord)
    followed = exists().where(col(newer.device_id) == col(UnitRecord.device_id), col(newer.id) > col(UnitRecord.id))
    same = getattr(UnitRecord, key) == bindparam(key, type_=String())
    return exists().where(same, col(UnitRecord.device_id) != bindparam("device"), ~followed.correlate(UnitRecord))


_SHARED = sa_select(*(_elsewhere(key).label(key) for key in KEYS))
_NEWEST = (
    sa_select(col(UnitRecord.id), *(getattr(UnitRecord, name) for name in SAID))
    .where(col(UnitRecord.device_id) == bindparam("device"))
    .order_by(col(UnitRecord.id).desc())
    .limit(1)
)
_TABLE: Any = UnitRecord.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
_SEEN = (
    update(_TABLE).where(_TABLE.c.id == bindparam("unit")).values(seen_at=bindparam("at", type_=_TABLE.c.seen_at.type))
)
