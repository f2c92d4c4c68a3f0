"""Numbers of every school: how many cameras of each verdict, how many are offered, and how many of these are ready, or
could be for nothing.

Strategy: one statement over channels, grouped twice: by camera, because one that is registered twice counts once, and
then by school. It is what sums are made of (`store.sums`); pages read those. Statements are over the bare tables.

What costs nothing whatever the prices: a setting, firmware or a login is put right, or the supplier of the device pays;
what has to be found out first, or is not known, may cost something, and so may the line of a site. Private schools have
no such camera here: their money is in no plan and in no paper, so what needs none of it is not either.
"""

from __future__ import annotations

from sqlalchemy import Date as DateType
from sqlalchemy import bindparam, case, func, literal, select

from camera_registry.models import Table
from camera_registry.store.places import Sql
from camera_registry.store.totals import WORTH
from standards.planning.costs import SUBSUMED
from standards.readiness import UPLINK

_T = Table.metadata.tables
_CHANNEL, _DEVICE, _SCHOOL = _T["channel"], _T["device"], _T["school"]
_LISTED, _FINDING, _VERDICT = _T["listedfinding"], _T["findingrecord"], _T["verdictrecord"]
DAY: Sql = bindparam("day", type_=DateType)
"""The day on which a warranty holds or has ended; NULL: none holds."""

LINES = {"pass": 1, "unknown": 2, "fail": 3}  # "pass" is an outcome  # nosec B105
"""What a camera can be connected over: one that is seen in two ways counts with the worse; not judged is not known."""


COLUMNS = ("devices", *WORTH, "offered", "ready", "slow_line", "line_not_known", "free")
"""What is counted of a school, in this order behind its id."""


def free(ids: Sql, day: Sql) -> Sql:
    """The statement that gives the cameras (by the id of the channel they are counted at) of these schools that are
    made ready for nothing.
    """
    camera = _cameras(ids, day).subquery()
    good = (camera.c.offered == 1, camera.c.costs == 0, camera.c.line != LINES["fail"])
    return select(camera.c.camera).where(*good)


def numbers(ids: Sql) -> Sql:
    """The statement that counts `COLUMNS` of the schools with these ids, on the day `DAY`: `slow_line` and
    `line_not_known` are of cameras that are offered and compliant.
    """
    camera = _cameras(ids, DAY).subquery()
    offered, good = camera.c.offered == 1, camera.c.worth == WORTH["compliant"]
    known: dict[str, Sql] = {
        **{str(name): camera.c.worth == worth for name, worth in WORTH.items()},
        "offered": offered,
        "ready": offered & good & (camera.c.line != LINES["fail"]),
        "slow_line": offered & good & (camera.c.line == LINES["fail"]),
        "line_not_known": offered & good & (camera.c.line == LINES["unknown"]),
        "free": offered & (camera.c.costs == 0) & (camera.c.line != LINES["fail"]) & _SCHOOL.c.private.is_(False),
    }
    devices = select(func.count()).select_from(_DEVICE).where(_DEVICE.c.school_id == _SCHOOL.c.id).scalar_subquery()
    columns = [func.coalesce(_number_of(condition), 0).label(name) for name, condition in known.items()]
    chosen = select(_SCHOOL.c.id.label("school_id"), devices.label("devices"), *columns)
    counted = chosen.select_from(_SCHOOL.outerjoin(camera, camera.c.school_id == _SCHOOL.c.id))
    return counted.where(_SCHOOL.c.id.in_(ids)).group_by(_SCHOOL.c.id)


def ready_cameras() -> Sql:
    """A statement of the cameras that are offered and ready, each once: the id of its channel as `camera`, and the
    outcome of its line as `line` (`LINES`). Only schools are looked at that have some (`SchoolSum.ready`).
    """
    some = _T["schoolsum"]
    no_day = bindparam("no_day", None, type_=DateType)  # what a camera costs is not asked
    camera = _cameras(select(some.c.school_id).where(some.c.ready > 0), no_day).subquery()
    good = (camera.c.offered == 1) & (camera.c.worth == WORTH["compliant"]) & (camera.c.line != LINES["fail"])
    return select(camera.c.camera, camera.c.line).where(good)


def _cameras(ids: Sql, day: Sql) -> Sql:
    """Each camera with what is known of it; `costs`: 0 where all it needs is free, null where it needs nothing."""
    known = case(WORTH, value=_CHANNEL.c.verdict, else_=WORTH["unverified"])
    camera = func.coalesce(_CHANNEL.c.recorded_as, _CHANNEL.c.id).label("camera")
    offered = func.max(case((_CHANNEL.c.scope == "offered", 1), else_=0)).label("offered")
    line, own, whole = _lines(ids).subquery(), _needs(ids, day).subquery(), _needs(ids, day).subquery()
    slowest = func.max(func.coalesce(line.c.outcome, LINES["unknown"])).label("line")
    costs = case(
        (own.c.costs.is_(None) & whole.c.costs.is_(None), None),
        (_VERDICT.c.complete, case((func.coalesce(own.c.costs, 0) + func.coalesce(whole.c.costs, 0) == 0, 0), else_=1)),
        else_=1,
    )
    chosen = select(_DEVICE.c.school_id, camera, func.max(known).label("worth"), offered, slowest,
                    func.max(costs).label("costs"))  # fmt: skip
    joined = _CHANNEL.join(_DEVICE, _CHANNEL.c.device_id == _DEVICE.c.id)
    joined = joined.outerjoin(line, line.c.site_id == _DEVICE.c.site_id)
    joined = joined.outerjoin(own, own.c.channel_id == _CHANNEL.c.id)
    joined = joined.outerjoin(whole, (whole.c.device_id == _DEVICE.c.id) & whole.c.channel_id.is_(None))
    in_force = (_VERDICT.c.device_id == _DEVICE.c.id) & _VERDICT.c.until.is_(None)
    joined = joined.outerjoin(_VERDICT, in_force & (_VERDICT.c.channel_id == _CHANNEL.c.id))
    return chosen.select_from(joined).where(_DEVICE.c.school_id.in_(ids)).group_by(_DEVICE.c.school_id, camera)


def _needs(ids: Sql, day: Sql) -> Sql:
    """Of each channel, and of each device as a whole, of which something fails: 1 where any of it may cost money."""
    supplied = (_DEVICE.c.owner == "rented") | func.coalesce(_DEVICE.c.warranty_until >= day, literal(value=False))
    free = _LISTED.c.fix.in_(SUBSUMED) | (supplied & (_LISTED.c.fix != "survey"))
    chosen = select(_LISTED.c.device_id, _LISTED.c.channel_id, func.max(case((free, 0), else_=1)).label("costs"))
    chosen = chosen.select_from(_LISTED.join(_DEVICE, _LISTED.c.device_id == _DEVICE.c.id))
    return chosen.where(_LISTED.c.school_id.in_(ids)).group_by(_LISTED.c.device_id, _LISTED.c.channel_id)


def _lines(ids: Sql) -> Sql:
    """What is known of the line of each site that was judged."""
    outcome = func.max(case(LINES, value=_FINDING.c.outcome, else_=0)).label("outcome")
    of_line = (_FINDING.c.rule == UPLINK, _FINDING.c.subject == "site", _FINDING.c.until.is_(None))
    chosen = select(_FINDING.c.site_id, outcome).where(*of_line, _FINDING.c.school_id.in_(ids))
    return chosen.group_by(_FINDING.c.site_id)


def _number_of(condition: Sql) -> Sql:
    return func.sum(case((condition, 1), else_=0))
