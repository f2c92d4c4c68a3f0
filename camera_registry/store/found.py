"""What discovery found at sites, and which of it stands at no registered address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from camera_registry.models import Device, FoundUnit, School, Site, UnitRecord
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.schools import chunks
from camera_registry.store.searched import has_words

_ROW: tuple[Sql, ...] = (
    col(FoundUnit.id), col(FoundUnit.site_id), col(FoundUnit.address), col(FoundUnit.onvif_port), col(FoundUnit.ports),
    col(FoundUnit.make), col(FoundUnit.model), col(FoundUnit.mac), col(FoundUnit.endpoint),
    col(FoundUnit.first_seen_at), col(FoundUnit.last_seen_at), col(FoundUnit.dismissed_at),
    col(FoundUnit.dismissed_by), col(FoundUnit.dismissed_why), col(School.code).label("school_code"),
    col(School.name).label("school"), col(Site.name).label("site"),
)  # fmt: skip


def by_id(session: Session, number: int) -> FoundUnit | None:
    """The unit with this number."""
    return session.exec(select(FoundUnit).where(FoundUnit.id == number)).first()


def of_sites(session: Session, site_ids: Collection[int]) -> list[FoundUnit]:
    """Everything that was ever found at these sites, in the order in which it was."""
    found: list[FoundUnit] = []
    for chunk in chunks(site_ids):
        wanted = select(FoundUnit).where(col(FoundUnit.site_id).in_(chunk)).order_by(col(FoundUnit.id))
        found += session.exec(wanted).all()
    return found


def count(session: Session, q: str, *, dismissed: bool) -> int:
    """How many units stand at no registered address of their site, at the schools that have every word of `q`: those
    that were dismissed, or those that were not.
    """
    wanted = choose(func.count().label("n")).select_from(FoundUnit)
    (row,) = rows(session, _wanted(wanted, q, dismissed=dismissed))
    return int(row.n)


def count_at(session: Session, school_id: int) -> int:
    """The same of those that were not dismissed at this school."""
    wanted = choose(func.count().label("n")).where(col(FoundUnit.school_id) == school_id, *_open(dismissed=False))
    (row,) = rows(session, wanted)
    return int(row.n)


def page(session: Session, q: str, number: int, size: int, *, dismissed: bool) -> Sequence[Any]:
    """One page of them, by school, site and the order in which they were found; the newest dismissed first."""
    wanted = _wanted(choose(*_ROW).select_from(FoundUnit), q, dismissed=dismissed)
    order = (
        [col(FoundUnit.dismissed_at).desc(), col(FoundUnit.id)]
        if dismissed
        else [col(School.code), col(FoundUnit.site_id), col(FoundUnit.id)]
    )
    return rows(session, wanted.order_by(*order).limit(size).offset((number - 1) * size))


def known_by(session: Session, device_ids: Collection[int]) -> dict[int, Any]:
    """Hardware address and endpoint UUID that the unit which stands there now says, by the id of the device."""
    found: dict[int, Any] = {}
    for chunk in chunks(device_ids):
        newest = choose(func.max(UnitRecord.id)).where(col(UnitRecord.device_id).in_(chunk))
        said = choose(UnitRecord.device_id, UnitRecord.mac, UnitRecord.endpoint)
        said = said.where(col(UnitRecord.id).in_(newest.group_by(col(UnitRecord.device_id))))
        found |= {row.device_id: row for row in rows(session, said)}
    return found


def _wanted(chosen: Sql, q: str, *, dismissed: bool) -> Sql:
    joined = chosen.join(School, col(School.id) == col(FoundUnit.school_id))
    joined = joined.join(Site, col(Site.id) == col(FoundUnit.site_id))
    return joined.where(*_open(dismissed=dismissed), *has_words(q, col(School.search)))


def _open(*, dismissed: bool) -> list[Sql]:
    at = exists().where(col(Device.site_id) == col(FoundUnit.site_id), col(Device.host) == col(FoundUnit.address))
    said = col(FoundUnit.dismissed_at).is_not(None) if dismissed else col(FoundUnit.dismissed_at).is_(None)
    return [said, ~at]
