"""Devices found by words and narrowed: counted, paged by school and code, and what a page shows of them.

Strategy: a word is looked for in the words that are kept of a device and of its school (`store.searched`), through the
index `device_searched`, which holds them: one pass over it, and no other table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, School, Site, UnitRecord
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.school_list import has_part
from camera_registry.store.searched import has_word, split


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Which devices of those that have the words: of a unit and a school (codes), of a kind, a make, with a verdict, a
    tag; `cloud`: only those without an address ("yes"), or with one ("no").
    """

    district: str | None = None
    school: str | None = None
    kind: str | None = None
    make: str | None = None
    verdict: str | None = None
    tag: str | None = None
    cloud: str | None = None


ALL = Narrowed()


def count(session: Session, q: str, narrowed: Narrowed = ALL) -> int:
    """How many devices have every word of `q`."""
    (row,) = rows(session, choose(func.count().label("n")).select_from(Device).where(*_found(q, narrowed)))
    return int(row.n)


def ids(session: Session, q: str, page: int, size: int, narrowed: Narrowed = ALL) -> list[int]:
    """The ids of one page of the devices that have every word of `q`, by the codes of school and device."""
    found = choose(col(Device.id)).select_from(School).join(Device, col(Device.school_id) == School.id)
    found = found.where(*_found(q, narrowed)).order_by(col(School.code), col(Device.code))
    return [row.id for row in rows(session, found.limit(size).offset((page - 1) * size))]


def of_ids(session: Session, wanted: Sequence[int]) -> list[Any]:
    """Place, what is registered and the verdict of these devices, in this order; how many channels each has."""
    channels = choose(func.count()).where(col(Channel.device_id) == Device.id).correlate(Device).scalar_subquery()
    columns: tuple[Sql, ...] = (
        Device.id, Device.code, Device.kind, Device.make, Device.model, Device.serial, Device.mac, Device.host,
        Device.tags, Device.version, Device.verdict, Device.last_answered_at, Device.silent_nights,
        col(Site.name).label("site"),
        col(School.code).label("school_code"), col(School.name).label("school"),
        col(District.code).label("district_code"), col(District.name).label("district"), channels.label("channels"),
    )  # fmt: skip
    chosen = choose(*columns).select_from(Device).join(Site, col(Device.site_id) == Site.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    place = {device_id: position for position, device_id in enumerate(wanted)}
    return sorted(rows(session, chosen.where(col(Device.id).in_(wanted))), key=lambda row: place[row.id])


def said(session: Session, device_ids: Collection[int]) -> Mapping[int, Any]:
    """What the unit that stands there now says of itself, by the id of the device."""
    newest = choose(func.max(UnitRecord.id)).where(col(UnitRecord.device_id).in_(device_ids))
    found = choose(UnitRecord.device_id, UnitRecord.manufacturer, UnitRecord.model, UnitRecord.serial, UnitRecord.mac)
    found = found.where(col(UnitRecord.id).in_(newest.group_by(col(UnitRecord.device_id))))
    return {row.device_id: row for row in rows(session, found)}


def _found(q: str, narrowed: Narrowed) -> list[Sql]:
    words = [or_(has_word(col(Device.search), word), _at_school(word)) for word in split(q)]
    return [*words, *_within(narrowed), *_of(narrowed)]


def _within(narrowed: Narrowed) -> list[Sql]:
    """The conditions of unit and school."""
    found: list[Sql] = []
    if narrowed.district is not None:
        schools = choose(col(School.id)).join(District, col(School.managed_by) == District.id)
        found.append(col(Device.school_id).in_(schools.where(col(District.code) == narrowed.district)))
    if narrowed.school is not None:
        found.append(col(Device.school_id).in_(choose(col(School.id)).where(col(School.code) == narrowed.school)))
    return found


def _of(narrowed: Narrowed) -> list[Sql]:
    """The conditions of the device itself."""
    same = ((Device.kind, narrowed.kind), (Device.make, narrowed.make), (Device.verdict, narrowed.verdict))
    found: list[Sql] = [col(column) == value for column, value in same if value is not None]
    found += [has_part(col(Device.tags), narrowed.tag)] if narrowed.tag is not None else []
    if narrowed.cloud is not None:
        found.append(col(Device.host) == "" if narrowed.cloud == "yes" else col(Device.host) != "")
    return found


def _at_school(word: str) -> Sql:
    schools = choose(col(School.id)).where(has_word(col(School.search), word))
    return col(Device.school_id).in_(schools)
