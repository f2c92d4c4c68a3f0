"""Numbers of every school: how many cameras of each verdict, how many are offered, and how many of these are ready.

Strategy: one query over all channels, grouped twice: by camera, because one that is registered twice counts once, and
then by school. It is the query of the overview, so it joins the verdicts in force and asks for nothing a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, School, VerdictRecord
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.totals import WORTH


def schools(session: Session, code: str | None = None) -> Sequence[Any]:
    """Code, name and unit of every school, or of one, and how many devices it has; the id is the key of `cameras`."""
    devices = choose(func.count()).select_from(Device).where(col(Device.school_id) == School.id).scalar_subquery()
    named: tuple[Sql, ...] = (School.id, School.code, School.name, col(District.code).label("district_code"),
             col(District.name).label("district"), devices.label("devices"))  # fmt: skip
    chosen = choose(*named).select_from(School).join(District, col(School.managed_by) == District.id)
    chosen = chosen if code is None else chosen.where(col(School.code) == code)
    return rows(session, chosen.order_by(col(District.code), col(School.code)))


def cameras(session: Session, school_id: int | None = None) -> dict[int, Any]:
    """By school id: cameras of each verdict (one column each), `offered`, and `ready`: offered and compliant."""
    camera = _cameras(school_id).subquery()
    ready = (camera.c.offered == 1) & (camera.c.worth == WORTH["compliant"])
    columns = [_number_of(camera.c.worth == worth).label(name) for name, worth in WORTH.items()]
    columns += [_number_of(camera.c.offered == 1).label("offered"), _number_of(ready).label("ready")]
    counted = choose(camera.c.school_id, *columns).group_by(camera.c.school_id)
    return {row.school_id: row for row in rows(session, counted)}


def _cameras(school_id: int | None) -> Sql:
    known = case(WORTH, value=col(VerdictRecord.name), else_=WORTH["unverified"])
    camera = func.coalesce(col(Channel.recorded_as), col(Channel.id)).label("camera")
    offered = func.max(case((col(Channel.scope) == "offered", 1), else_=0)).label("offered")
    in_force = (col(VerdictRecord.channel_id) == Channel.id) & col(VerdictRecord.until).is_(None)
    chosen = choose(Device.school_id, camera, func.max(known).label("worth"), offered).select_from(Channel)
    chosen = chosen.join(Device, col(Channel.device_id) == Device.id).outerjoin(VerdictRecord, in_force)
    chosen = chosen if school_id is None else chosen.where(col(Device.school_id) == school_id)
    return chosen.group_by(col(Device.school_id), camera)


def _number_of(condition: Sql) -> Sql:
    return func.sum(case((condition, 1), else_=0))
