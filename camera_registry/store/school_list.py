"""Schools as a list: found by words, unit, level and tag, with or without devices; and which tags there are.

Strategy: as for devices: the ids of one page in their order, then what the page shows of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.searched import has_words

_PART = "; "
"""What stands between the parts of one column: tags, levels."""


@dataclass(frozen=True, kw_only=True)
class SchoolsWanted:
    """Which schools are wanted, and which page of them. `devices`: "with" or "without"; `tag` as it is kept."""

    q: str = ""
    district: str | None = None
    level: str | None = None
    tag: str | None = None
    devices: str | None = None
    page: int = 1
    size: int = 50


def count(session: Session, wanted: SchoolsWanted) -> int:
    """How many schools are wanted."""
    (row,) = rows(session, _narrowed(choose(func.count().label("n")).select_from(School), wanted))
    return int(row.n)


def ids(session: Session, wanted: SchoolsWanted) -> list[int]:
    """The ids of one page of them, by code."""
    found = _narrowed(choose(col(School.id)).select_from(School), wanted).order_by(col(School.code))
    return [row.id for row in rows(session, found.limit(wanted.size).offset((wanted.page - 1) * wanted.size))]


def of_ids(session: Session, wanted: Sequence[int]) -> Sequence[Any]:
    """What a list shows of these schools, by code: unit, how many sites, devices and channels each has."""
    sites = choose(func.count()).where(col(Site.school_id) == School.id).correlate(School).scalar_subquery()
    devices = choose(func.count()).where(col(Device.school_id) == School.id).correlate(School).scalar_subquery()
    channels = choose(func.count()).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    channels = channels.where(col(Device.school_id) == School.id).correlate(School).scalar_subquery()
    columns: tuple[Sql, ...] = (
        School.code, School.name, School.levels, School.kind, School.tags, School.version,
        col(District.code).label("district_code"), col(District.name).label("district"),
        sites.label("sites"), devices.label("devices"), channels.label("channels"),
    )  # fmt: skip
    chosen = choose(*columns).select_from(School).join(District, col(School.managed_by) == District.id)
    return rows(session, chosen.where(col(School.id).in_(wanted)).order_by(col(School.code)))


def texts(session: Session, column: Any) -> list[str]:
    """Every text that stands in this column, each once, in their order; nothing of empty ones."""
    found = choose(column.label("told")).where(column != "").distinct().order_by(column)
    return [row.told for row in rows(session, found)]


def tags(session: Session, table: type[School | Device | Channel]) -> list[str]:
    """Every tag that a row of this table has."""
    return sorted({tag for text in texts(session, col(table.tags)) for tag in text.split(_PART)}, key=str.casefold)


def has_part(column: Any, part: str) -> Sql:
    """The condition that this column of several parts has this one."""
    return (_PART + column + _PART).contains(_PART + part + _PART, autoescape=True)


def _narrowed(chosen: Sql, wanted: SchoolsWanted) -> Sql:
    conditions = has_words(wanted.q, col(School.search))
    if wanted.district is not None:
        of_unit = choose(col(District.id)).where(col(District.code) == wanted.district)
        conditions.append(col(School.managed_by).in_(of_unit))
    conditions += [has_part(col(School.levels), wanted.level)] if wanted.level is not None else []
    conditions += [has_part(col(School.tags), wanted.tag)] if wanted.tag is not None else []
    if wanted.devices is not None:
        there = choose(col(Device.id)).where(col(Device.school_id) == School.id).correlate(School).exists()
        conditions.append(there if wanted.devices == "with" else ~there)
    return chosen.where(*conditions)
