"""Sums: the numbers of each school, kept beside what they are made of, and those of each unit by day.

Strategy: `store.kept` says of which schools something has become another and calls `put` before the work is committed,
so that a sum is what a count would give. Only warranties go by the day: sums are of the newest day of any, and all are
made anew each morning, when the numbers of the day are written down too (`put_day`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, literal, null, or_, select, update
from sqlmodel import Session, col

from camera_registry.lists import folded
from camera_registry.models import DaySum, District, ListedFinding, School, SchoolSum, Site, Table
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.school_numbers import COLUMNS, DAY, free, numbers
from camera_registry.store.searched import has_word, split

OF_A_DAY = ("cameras", "checked", "compliant", "offered", "ready", "unverified")
_AT_ONCE = 500
_T = Table.metadata.tables
_SUM, _DAY, _SCHOOL = _T["schoolsum"], _T["daysum"], _T["school"]
_IDS: Sql = bindparam("ids", expanding=True)
_NAMES = ("school_id", *COLUMNS, "day")
_NOW, _BEFORE = numbers(_IDS), select(*_SUM.c[_NAMES]).where(_SUM.c.school_id.in_(_IDS))
_PUT = (
    update(_SUM)
    .where(_SUM.c.school_id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in COLUMNS} | {"day": DAY})
)


def put(connection: Connection, schools: Collection[int], day: date | None = None) -> None:
    """The sums of the schools with these ids are what is there, with the warranties of `day`, or of the day of the
    newest sum.
    """
    if not schools:
        return
    day = day or connection.execute(select(func.max(_SUM.c.day))).scalar()
    for part in _parts(schools):
        before = {row.school_id: row for row in connection.execute(_BEFORE, {"ids": part})}
        now = [(*row, day) for row in connection.execute(_NOW, {"ids": part, "day": day})]
        if new := [dict(zip(_NAMES, row, strict=True)) for row in now if row[0] not in before]:
            connection.execute(insert(_SUM), new)
        if other := [row for row in now if row[0] in before and tuple(before[row[0]]) != row]:
            to = ("of", *(f"new_{name}" for name in COLUMNS), "day")
            connection.execute(_PUT, [dict(zip(to, row, strict=True)) for row in other])


def all_schools(session: Session) -> list[Sequence[int]]:
    """The ids of all schools, some hundred together."""
    return list(_parts(session.connection().execute(select(_SCHOOL.c.id)).scalars().all()))


def is_written(session: Session, day: date) -> bool:
    """True when the numbers of this day are written down."""
    return session.connection().execute(select(_DAY.c.id).where(_DAY.c.day == day).limit(1)).first() is not None


def put_day(session: Session, day: date) -> None:
    """The numbers of each unit, and of all together, as they are now, are those of `day`."""
    connection = session.connection()
    unknown, cameras = _SUM.c.unverified, _SUM.c.compliant + _SUM.c.reconfigure + _SUM.c.repair + _SUM.c.replace
    of = {"cameras": cameras + unknown, "checked": cameras, "compliant": _SUM.c.compliant, "offered": _SUM.c.offered,
          "ready": _SUM.c.ready, "unverified": unknown}  # fmt: skip
    sums = [func.sum(of[name]).label(name) for name in OF_A_DAY]
    joined = _SUM.join(_SCHOOL, _SUM.c.school_id == _SCHOOL.c.id)
    names = ("day", "district_id", *OF_A_DAY)
    connection.execute(delete(_DAY).where(_DAY.c.day == day))
    each = select(literal(day), _SCHOOL.c.managed_by, *sums).select_from(joined).group_by(_SCHOOL.c.managed_by)
    connection.execute(insert(_DAY).from_select(names, each))
    whole = select(literal(day), null(), *sums).select_from(_SUM).having(func.count() > 0)
    connection.execute(insert(_DAY).from_select(names, whole))


def is_free() -> Sql:
    """The condition of a row of the list of what is not compliant, that it is of a camera which is made ready for
    nothing (`SchoolSum.free` counts these, of public schools alone).
    """
    listed, channel = col(ListedFinding.camera), _T["channel"]
    some = select(_SUM.c.school_id).where(_SUM.c.free > 0)
    cameras = free(some, select(func.max(_SUM.c.day)).scalar_subquery()).cte("free_cameras")
    at = select(channel.c.device_id).where(
        func.coalesce(channel.c.recorded_as, channel.c.id).in_(select(cameras.c.camera))
    )
    of_device = col(ListedFinding.channel_id).is_(None) & col(ListedFinding.device_id).in_(at)
    return listed.in_(select(cameras.c.camera)) | of_device


def days(session: Session, district_id: int | None, since: date) -> Sequence[Any]:
    """The numbers of a unit, or of all units, by day from `since` on."""
    of = col(DaySum.district_id) == district_id if district_id is not None else col(DaySum.district_id).is_(None)
    columns: tuple[Sql, ...] = (DaySum.day, *(getattr(DaySum, name) for name in OF_A_DAY))
    return rows(session, choose(*columns).where(of, col(DaySum.day) >= since).order_by(col(DaySum.day)))


def by_district(session: Session) -> Sequence[Any]:
    """Id, code and name of each unit that manages schools, how many it has, and `COLUMNS` of them together."""
    named: tuple[Sql, ...] = (District.id, District.code, District.name, func.count().label("schools"))
    chosen = choose(*named, *(func.sum(getattr(SchoolSum, name)).label(name) for name in COLUMNS))
    chosen = chosen.select_from(School).join(SchoolSum, col(SchoolSum.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    return rows(session, chosen.group_by(col(District.id), col(District.code), col(District.name)).order_by("code"))


def schools(session: Session, code: str | None = None) -> Sequence[Any]:
    """Code, name, unit and `COLUMNS` of every school, or of one, by unit and code."""
    chosen = _schools()
    chosen = chosen if code is None else chosen.where(col(School.code) == code)
    return rows(session, chosen.order_by(*_NATURALLY))


def sites(session: Session) -> Sequence[Any]:
    """Every site with a position, with its school, unit and `COLUMNS` of the school, by unit, school and site."""
    chosen = _schools().add_columns(Site.latitude, Site.longitude, col(Site.name).label("site"))
    chosen = chosen.join(Site, col(Site.school_id) == School.id)
    known = chosen.where(col(Site.latitude).is_not(None), col(Site.longitude).is_not(None))
    return rows(session, known.order_by(*_NATURALLY, col(Site.name)))


def without_position(session: Session) -> Sequence[Any]:
    """Code, name and unit of every school of which no site has a position, by unit and code."""
    placed = choose(Site.school_id).where(col(Site.latitude).is_not(None), col(Site.longitude).is_not(None))
    return rows(session, _schools().where(col(School.id).not_in(placed)).order_by(*_NATURALLY))


def page(session: Session, q: str, order: str, first: int, most: int) -> Sequence[Any]:
    """So many of the schools that have every word of `q`, from the place `first` on, ordered as `ORDERS` has it."""
    chosen = _schools().where(*_with_words(session, q)).order_by(*ORDERS[order], *_NATURALLY)
    return rows(session, chosen.limit(most).offset(first))


def count(session: Session, q: str) -> int:
    """How many schools have every word of `q` in code, name, tags or the name of their unit."""
    chosen = choose(func.count().label("n")).select_from(School)
    (row,) = rows(session, chosen.where(*_with_words(session, q)))
    return int(row.n)


def _schools() -> Sql:
    named: tuple[Sql, ...] = (School.id, School.code, School.name, col(District.code).label("district_code"),
             col(District.name).label("district"))  # fmt: skip
    chosen = choose(*named, *(getattr(SchoolSum, name) for name in COLUMNS)).select_from(School)
    chosen = chosen.join(SchoolSum, col(SchoolSum.school_id) == School.id)
    return chosen.join(District, col(School.managed_by) == District.id)


def _with_words(session: Session, q: str) -> list[Sql]:
    """The conditions that each word stands in the words of the school or in the name of its unit."""
    words = split(q)
    if not words:
        return []
    units = [(row.id, folded(row.name)) for row in rows(session, choose(District.id, District.name))]
    mine = {word: [id_ for id_, name in units if word in name] for word in words}
    return [or_(has_word(col(School.search), word), col(School.managed_by).in_(mine[word])) for word in words]


def _parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


_FAILING = col(SchoolSum.reconfigure) + col(SchoolSum.repair) + col(SchoolSum.replace)
_NATURALLY = (col(District.code), col(School.code))
ORDERS: dict[str, tuple[Sql, ...]] = {
    "school": (),
    "failing": (_FAILING.desc(),),
    "unverified": (col(SchoolSum.unverified).desc(),),
    "cameras": ((_FAILING + col(SchoolSum.compliant) + col(SchoolSum.unverified)).desc(),),
    "ready": (case((col(SchoolSum.offered) == 0, 2.0), else_=1.0 * col(SchoolSum.ready) / func.nullif(
        col(SchoolSum.offered), 0)),),
    "free": (col(SchoolSum.free).desc(),),
}  # fmt: skip
"""What schools may be sorted by; where that is equal, by unit and code."""
