"""Where something stands: district, school, site, device, channel as columns of a list, and the ways to ask for a part.

Strategy: lists name the same columns, join the same tables and narrow by the same words; the parts stand here once.
A page is had in two steps: the ids of its rows in their order, then the rows of these ids, so that what is shown of a
row is read for the rows of one page and not for all that have to be sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from camera_registry.lists import plain
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store.searched import has_words
from standards.verdict import WORST_FIRST

Sql = Any
"""A part of a statement: the types of SQLAlchemy do not know the fields of SQLModel."""
RANKS: dict[str, int] = {name: rank for rank, name in enumerate(reversed(WORST_FIRST), start=1)}
"""Verdicts by how bad they are, the worst highest."""
VERDICT_OF_RANK = dict(enumerate(reversed(WORST_FIRST), start=1))

PLACE: tuple[Sql, ...] = (
    col(District.code).label("district_code"),
    col(District.name).label("district"),
    col(School.code).label("school_code"),
    col(School.name).label("school"),
    col(Site.name).label("site"),
    col(Device.id).label("device_id"),
    col(Device.code).label("device_code"),
    col(Device.kind).label("device_kind"),
    col(Device.host).label("host"),
    col(Device.maintainer).label("maintainer"),
    col(Channel.index).label("channel_index"),
    func.coalesce(col(Channel.name), "").label("channel_name"),
    func.coalesce(col(Channel.area), "").label("area"),
    func.coalesce(col(Channel.scope), "").label("scope"),
)
"""Columns that say where a row of a list stands; a device as a whole has no channel index."""

COUNTED_ONCE = func.coalesce(col(Channel.recorded_as), col(Channel.id), -col(Device.id))
"""A camera that is registered itself and seen through a recorder is one; a device as a whole is one of its own."""


NOT_SAID = "-"
RowKey = tuple[str, str, int, str]
"""School, device, channel index (0: the device as a whole) and rule: a row of what is not compliant, or one of each of
the streams that fail the same rule there.
"""


@dataclass(frozen=True)
class Today:
    """The day that it is in every zone, and from how many days before its end a waiver is about to lapse."""

    days: Mapping[str, date]
    warn_days: int


@dataclass(frozen=True)
class Entry:
    """When a failure enters the official list: seen in so many nights; and whether "replace" has to be seen on site."""

    nights: int = 2
    seen_on_site: bool = True


USUAL = Entry()
"""What the settings say when nobody has written another."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows of a list are wanted, in which order, and which page of them. `q`: every word of it stands in the
    words of its school, device or channel (`store.searched`). `waiver`: the state of the waiver that is shown beside
    it, which needs `today`. `official`: "yes" or "no", by `entry`. `free`: "yes", of cameras that are made ready for
    nothing. `kind`: why it could not be checked. `make` and `model` as registered, whatever the case of their letters,
    or NOT_SAID. `rows`: only these rows of the first list.
    """

    district: str | None = None
    school: str | None = None
    rule: str | None = None
    fix: str | None = None
    verdict: str | None = None
    actor: str | None = None
    make: str | None = None
    model: str | None = None
    rows: tuple[RowKey, ...] = ()
    waiver: str | None = None
    today: Today | None = None
    official: str | None = None
    free: str | None = None
    kind: str | None = None
    entry: Entry = USUAL
    q: str = ""
    sort: str = "severity"
    direction: str | None = None
    page: int = 1
    size: int = 50


def choose(*columns: Sql) -> Sql:
    """A statement that names these columns."""
    return select(*columns)


def rows(session: Session, statement: Sql) -> Sequence[Any]:
    """The rows of a statement that names columns, with a name for each column."""
    found: Sequence[Any] = session.exec(statement).all()
    return found


def within(wanted: Wanted) -> list[Sql]:
    """The conditions of district, school and words."""
    conditions: list[Sql] = has_words(wanted.q, *(col(table.search) for table in (School, Device, Channel)))
    if wanted.district is not None:
        conditions.append(col(District.code) == wanted.district)
    if wanted.school is not None:
        conditions.append(col(School.code) == wanted.school)
    for column, said in ((col(Device.make), wanted.make), (col(Device.model), wanted.model)):
        if said is not None:
            conditions.append(func.plain(column) == registered(said))
    return conditions


def registered(said: str) -> str:
    """A make or model that is asked for, for comparing; NOT_SAID asks for devices of which none is registered."""
    return "" if said == NOT_SAID else plain(said)


def ordered(first: Sql, *, descending: bool, last: Sql) -> list[Sql]:
    """By `first` (what is not known is the least), then by school, device and channel, then by `last`, so that no row
    stands on two pages.
    """
    leading = first.desc().nulls_last() if descending else first.asc().nulls_first()
    place = (col(School.code), col(Device.code), func.coalesce(col(Channel.index), 0))
    return [leading, *(c.asc() for c in place), last.asc()]
