"""Other unit: whether another box stands now where one stood before, with both and what tells them apart. Reading."""

from __future__ import annotations

from dataclasses import fields

from sqlmodel import Session

from camera_registry.models import UnitRecord
from camera_registry.services.device_values import OtherUnit, UnitSeen
from camera_registry.store import units
from standards.changes import another_unit


def other_unit(session: Session, device_id: int) -> OtherUnit | None:
    """The unit that stands there now and the one before it; None when there was one alone."""
    newest = units.of_device(session, device_id, 2)
    if len(newest) < 2:
        return None
    now, before = newest
    change = another_unit(vars(before), vars(now))
    if change is None:
        return None
    return OtherUnit(_seen(before), _seen(now), change.why)


def _seen(row: UnitRecord) -> UnitSeen:
    return UnitSeen(**{field.name: getattr(row, field.name) for field in fields(UnitSeen)})
