"""What the figures of a period are counted from beside the lists: every registered camera with its device and place.

Strategy: one query over the channels of a place; what they send is read from the sheets of the devices in parts, so
that a city is never held as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.school_numbers import LINES
from standards.readiness import UPLINK

AT_ONCE = 200
"""Devices whose sheets are held together."""
_CHANNEL: tuple[Sql, ...] = (
    col(Channel.id).label("id"), Channel.index, Channel.token, Channel.name, Channel.area, Channel.scope,
    Channel.outdoor, Channel.scene_width_m, Channel.found, Channel.recorded_as, Channel.verdict,
    col(Device.id).label("device_id"), col(Device.code).label("device"), Device.owner, Device.in_use_since,
    Device.site_id, col(Site.name).label("site"), col(School.code).label("school_code"),
    col(School.name).label("school"),
)  # fmt: skip


def cameras(session: Session, district: str | None) -> Sequence[Any]:
    """Every channel of a unit, or of all, by school, device and index."""
    chosen = choose(*_CHANNEL).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    chosen = chosen.join(Site, col(Device.site_id) == Site.id).join(School, col(Device.school_id) == School.id)
    if district is not None:
        chosen = chosen.join(District, col(School.managed_by) == District.id).where(District.code == district)
    return rows(session, chosen.order_by(col(School.code), col(Device.code), col(Channel.index)))


def registered(session: Session, district: str | None) -> set[tuple[str, str]]:
    """School and place ("DEVICE" and "DEVICE/INDEX") of everything that is registered in a unit, or in all."""
    chosen = choose(col(School.code).label("school"), col(Device.code).label("device"), Channel.index)
    chosen = chosen.select_from(Device).join(School, col(Device.school_id) == School.id)
    chosen = chosen.outerjoin(Channel, col(Channel.device_id) == Device.id)
    if district is not None:
        chosen = chosen.join(District, col(School.managed_by) == District.id).where(District.code == district)
    found: set[tuple[str, str]] = set()
    for row in rows(session, chosen):
        found |= {(row.school, row.device), (row.school, f"{row.device}/{row.index}")}
    return found


def lines(session: Session) -> dict[int, int]:
    """What is known of the line of each site that was judged, as `school_numbers.LINES`: the worse where several
    editions judged it.
    """
    of_line = (col(FindingRecord.rule) == UPLINK) & (col(FindingRecord.subject) == "site")
    chosen = choose(FindingRecord.site_id, FindingRecord.outcome).where(of_line, col(FindingRecord.until).is_(None))
    found: dict[int, int] = {}
    for row in rows(session, chosen):
        found[row.site_id] = max(found.get(row.site_id, 0), LINES.get(row.outcome, 0))
    return found


def school_facts(session: Session) -> dict[str, Any]:
    """Levels of every school and whether it is private, by code."""
    return {row.code: row for row in rows(session, choose(School.code, School.levels, School.private))}


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, a few at a time."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
