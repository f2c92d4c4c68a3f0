"""Numbers of the registry: how many there are of what, and how many rows of the list each filter would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, School
from camera_registry.store.places import Sql, choose, rows
from standards.model import VerdictName

WORTH: dict[VerdictName, int] = {"unverified": 1, "compliant": 2, "reconfigure": 3, "repair": 4, "replace": 5}
"""A camera that is registered twice counts once, with the worse of what is known of it."""


def schools(session: Session, district: str | None, school: str | None) -> int:
    """How many schools there are."""
    return _number(session, _narrowed(choose(func.count()).select_from(School), district, school))


def devices(session: Session, district: str | None, school: str | None) -> int:
    """How many devices there are."""
    counted = choose(func.count()).select_from(Device).join(School, col(Device.school_id) == School.id)
    return _number(session, _narrowed(counted, district, school))


def verdicts(session: Session, district: str | None, school: str | None) -> dict[VerdictName, int]:
    """How many channels have each verdict now; one that was never judged is unverified, one seen twice counts once."""
    worth = func.max(case(WORTH, value=col(Channel.verdict), else_=WORTH["unverified"])).label("worth")
    camera = func.coalesce(col(Channel.recorded_as), col(Channel.id)).label("camera")
    each = choose(camera, worth).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    each = _narrowed(each.join(School, col(Device.school_id) == School.id), district, school)
    cameras = each.group_by(camera).subquery()
    counted = choose(cameras.c.worth, func.count().label("n")).group_by(cameras.c.worth)
    known = {row.worth: row.n for row in rows(session, counted)}
    return {name: known.get(worth, 0) for name, worth in WORTH.items()}


def is_judged(session: Session, district: str | None, school: str | None) -> bool:
    """True when a verdict is known of any channel there."""
    each = choose(col(Channel.id)).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    each = _narrowed(each.join(School, col(Device.school_id) == School.id), district, school)
    return bool(rows(session, each.where(col(Channel.verdict) != "unverified").limit(1)))


def district_rows(session: Session) -> Sequence[Any]:
    """Id, code and name of the units that manage schools, by code."""
    return rows(session, choose(District.id, District.code, District.name).order_by(col(District.code)))


def district_names(session: Session) -> dict[str, str]:
    """The units that manage schools, by code."""
    return {row.code: row.name for row in district_rows(session)}


def school_rows(session: Session, district: str | None, most: int, always: str | None = None) -> Sequence[Any]:
    """Id, code and name of the schools, of one unit or of all, by code; of more than `most` only that with the code
    `always`.
    """
    named = _narrowed(choose(School.id, School.code, School.name).select_from(School), district, None)
    counted = rows(session, _narrowed(choose(func.count().label("n")).select_from(School), district, None))
    if counted[0].n <= most:
        return rows(session, named.order_by(col(School.code)))
    return rows(session, named.where(col(School.code) == always)) if always is not None else ()


def _narrowed(chosen: Sql, district: str | None, school: str | None) -> Sql:
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    if district is not None:
        chosen = chosen.where(District.code == district)
    return chosen if school is None else chosen.where(School.code == school)


def _number(session: Session, counted: Sql) -> int:
    number: int = rows(session, counted)[0][0]
    return number
