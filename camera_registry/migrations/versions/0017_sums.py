"""What the overview adds up of each school, and of each day; and indexes to count what changed in a night."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017_sums"
down_revision = "0016_found"
branch_labels = None
depends_on = None

_COUNTED = ("devices", "unverified", "compliant", "reconfigure", "repair", "replace", "offered", "ready", "slow_line",
            "line_not_known", "free")  # fmt: skip
_OF_A_DAY = ("cameras", "checked", "compliant", "offered", "ready", "unverified")
_INDEXES = (
    ("finding_since", "findingrecord", "since"),
    ("change_at", "changerecord", "at"),
)
_WORTH = {"unverified": 1, "compliant": 2, "reconfigure": 3, "repair": 4, "replace": 5}
_GOOD = 2
_PASSES, _UNKNOWN, _FAILS = 1, 2, 3
_LINES = {"pass": _PASSES, "unknown": _UNKNOWN, "fail": _FAILS}  # "pass" is an outcome  # nosec B105
_FREE = ("reconfigure", "firmware", "credentials")


def _table(name: str, columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns.split()))


_SCHOOL = _table("school", "id private")
_DEVICE = _table("device", "id school_id site_id owner")
_CHANNEL = _table("channel", "id device_id recorded_as scope verdict")
_LISTED = _table("listedfinding", "school_id device_id channel_id fix")
_FINDING = _table("findingrecord", "site_id rule subject outcome until")
_VERDICT = _table("verdictrecord", "device_id channel_id complete until")


def upgrade() -> None:
    """The tables; the sums of each school are made of what is there, and no warranty holds before the next morning."""
    op.create_table(
        "schoolsum",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("school_id", *_COUNTED)),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_schoolsum")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_schoolsum_school_id_school")),
    )
    op.create_table(
        "daysum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _OF_A_DAY),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daysum")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_daysum_district_id_district")),
    )
    op.create_index(op.f("ix_daysum_day"), "daysum", ["day"])
    op.create_index("daysum_of", "daysum", ["district_id", "day"])
    ended = sa.text("until IS NOT NULL")
    op.create_index("finding_ended", "findingrecord", ["until"], sqlite_where=ended, postgresql_where=ended)
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column])
    summed = _table("schoolsum", " ".join(("school_id", *_COUNTED)))
    op.execute(summed.insert().from_select(["school_id", *_COUNTED], _numbers()))


def _numbers() -> Any:
    camera = _cameras().subquery()
    offered, good = camera.c.offered == 1, camera.c.worth == _GOOD
    known = {
        **{name: camera.c.worth == worth for name, worth in _WORTH.items()},
        "offered": offered,
        "ready": offered & good & (camera.c.line != _FAILS),
        "slow_line": offered & good & (camera.c.line == _FAILS),
        "line_not_known": offered & good & (camera.c.line == _UNKNOWN),
        "free": offered & (camera.c.costs == 0) & (camera.c.line != _FAILS) & _SCHOOL.c.private.is_(False),
    }
    mine = _DEVICE.c.school_id == _SCHOOL.c.id
    devices: Any = sa.Select(sa.func.count()).select_from(_DEVICE).where(mine).scalar_subquery()
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in known.values()]
    chosen: Any = sa.Select(_SCHOOL.c.id, devices, *sums)
    joined = _SCHOOL.outerjoin(camera, camera.c.school_id == _SCHOOL.c.id)
    return chosen.select_from(joined).group_by(_SCHOOL.c.id)


def _cameras() -> Any:
    worth = sa.func.max(sa.case(_WORTH, value=_CHANNEL.c.verdict, else_=1)).label("worth")
    camera = sa.func.coalesce(_CHANNEL.c.recorded_as, _CHANNEL.c.id).label("camera")
    offered = sa.func.max(sa.case((_CHANNEL.c.scope == "offered", 1), else_=0)).label("offered")
    line, own, whole = _lines().subquery(), _needs().subquery(), _needs().subquery()
    paid = sa.func.coalesce(own.c.costs, 0) + sa.func.coalesce(whole.c.costs, 0)
    nothing = own.c.costs.is_(None) & whole.c.costs.is_(None)
    costs = sa.case((nothing, None), (_VERDICT.c.complete, sa.case((paid == 0, 0), else_=1)), else_=1)
    slowest = sa.func.max(sa.func.coalesce(line.c.outcome, _UNKNOWN)).label("line")
    chosen: Any = sa.Select(_DEVICE.c.school_id, camera, worth, offered, slowest, sa.func.max(costs).label("costs"))
    in_force = (_VERDICT.c.device_id == _DEVICE.c.id) & _VERDICT.c.until.is_(None)
    joined = _CHANNEL.join(_DEVICE, _CHANNEL.c.device_id == _DEVICE.c.id)
    joined = joined.outerjoin(line, line.c.site_id == _DEVICE.c.site_id)
    joined = joined.outerjoin(own, own.c.channel_id == _CHANNEL.c.id)
    joined = joined.outerjoin(whole, (whole.c.device_id == _DEVICE.c.id) & whole.c.channel_id.is_(None))
    joined = joined.outerjoin(_VERDICT, in_force & (_VERDICT.c.channel_id == _CHANNEL.c.id))
    return chosen.select_from(joined).group_by(_DEVICE.c.school_id, camera)


def _needs() -> Any:
    """Of each channel, and of each device as a whole, of which something fails: 1 where any of it may cost money."""
    free = _LISTED.c.fix.in_(_FREE) | ((_DEVICE.c.owner == "rented") & (_LISTED.c.fix != "survey"))
    costs = sa.func.max(sa.case((free, 0), else_=1)).label("costs")
    chosen: Any = sa.Select(_LISTED.c.device_id, _LISTED.c.channel_id, costs)
    joined = _LISTED.join(_DEVICE, _LISTED.c.device_id == _DEVICE.c.id)
    return chosen.select_from(joined).group_by(_LISTED.c.device_id, _LISTED.c.channel_id)


def _lines() -> Any:
    """What is known of the line of each site that was judged."""
    outcome = sa.func.max(sa.case(_LINES, value=_FINDING.c.outcome, else_=0)).label("outcome")
    of_line = (_FINDING.c.rule == "uplink", _FINDING.c.subject == "site", _FINDING.c.until.is_(None))
    chosen: Any = sa.Select(_FINDING.c.site_id, outcome).where(*of_line)
    return chosen.group_by(_FINDING.c.site_id)
