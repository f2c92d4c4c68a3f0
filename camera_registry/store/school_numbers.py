"""Numbers of every school: how many cameras of each verdict, how many are offered, and how many of these are ready.

Strategy: one query over all channels, grouped twice: by camera, because one that is registered twice counts once, and
then by school. It is the query of the overview, so it asks for nothing a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.totals import WORTH
from standards.readiness import UPLINK

LINES = {"pass": 1, "unknown": 2, "fail": 3}  # "pass" is an outcome  # nosec B105
"""What a camera can be connected over: one that is seen in two ways counts with the worse; not judged is not known."""


def schools(session: Session, code: str | None = None) -> Sequence[Any]:
    """Code, name and unit of every school, or of one, and how many devices it has; the id is the key of `cameras`."""
    devices = choose(func.count()).select_from(Device).where(col(Device.school_id) == School.id).scalar_subquery()
    named: tuple[Sql, ...] = (School.id, School.code, School.name, col(District.code).label("district_code"),
             col(District.name).label("district"), devices.label("devices"))  # fmt: skip
    chosen = choose(*named).select_from(School).join(District, col(School.managed_by) == District.id)
    chosen = chosen if code is None else chosen.where(col(School.code) == code)
    return rows(session, chosen.order_by(col(District.code), col(School.code)))


def cameras(session: Session, school_id: int | None = None) -> dict[int, Any]:
    """By school id: cameras of each verdict (one column each), `offered`, and those of them that are compliant:
    `ready`, some of them with a `line_not_known`, or behind a `slow_line`.
    """
    camera = _cameras(school_id).subquery()
    good = (camera.c.offered == 1) & (camera.c.worth == WORTH["compliant"])
    beside = {
        "offered": camera.c.offered == 1,
        "ready": good & (camera.c.line != LINES["fail"]),
        "slow_line": good & (camera.c.line == LINES["fail"]),
        "line_not_known": good & (camera.c.line == LINES["unknown"]),
    }
    columns = [_number_of(camera.c.worth == worth).label(name) for name, worth in WORTH.items()]
    columns += [_number_of(condition).label(name) for name, condition in beside.items()]
    counted = choose(camera.c.school_id, *columns).group_by(camera.c.school_id)
    return {row.school_id: row for row in rows(session, counted)}


def _cameras(school_id: int | None) -> Sql:
    known = case(WORTH, value=col(Channel.verdict), else_=WORTH["unverified"])
    camera = func.coalesce(col(Channel.recorded_as), col(Channel.id)).label("camera")
    offered = func.max(case((col(Channel.scope) == "offered", 1), else_=0)).label("offered")
    line = _lines(school_id).subquery()
    slowest = func.max(func.coalesce(line.c.outcome, LINES["unknown"])).label("line")
    chosen = choose(Device.school_id, camera, func.max(known).label("worth"), offered, slowest).select_from(Channel)
    chosen = chosen.join(Device, col(Channel.device_id) == Device.id)
    chosen = chosen.outerjoin(line, line.c.site_id == Device.site_id)
    chosen = chosen if school_id is None else chosen.where(col(Device.school_id) == school_id)
    return chosen.group_by(col(Device.school_id), camera)


def _lines(school_id: int | None) -> Sql:
    """What is known of the line of each site that was judged, of one school or of all."""
    outcome = func.max(case(LINES, value=col(FindingRecord.outcome), else_=0)).label("outcome")
    of_line = (col(FindingRecord.rule) == UPLINK) & (col(FindingRecord.subject) == "site")
    chosen = choose(FindingRecord.site_id, outcome).where(of_line, col(FindingRecord.until).is_(None))
    chosen = chosen if school_id is None else chosen.where(col(FindingRecord.school_id) == school_id)
    return chosen.group_by(col(FindingRecord.site_id))


def _number_of(condition: Sql) -> Sql:
    return func.sum(case((condition, 1), else_=0))
