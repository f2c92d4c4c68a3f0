"""What costs are counted from: every registered channel with its device, site, school and verdict, and what fails now.

Strategy: a plan weighs all cameras of a place against each other, so each question here is one query over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site, VerdictRecord
from camera_registry.store.listing import rules_stored
from camera_registry.store.places import Sql, choose, rows

_CHANNEL: tuple[Sql, ...] = (
    col(Channel.id).label("channel_id"),
    Channel.index,
    Channel.name,
    Channel.scope,
    Channel.outdoor,
    Channel.recorded_as,
    col(Device.id).label("device_id"),
    col(Device.code).label("device_code"),
    col(Device.kind).label("device_kind"),
    Device.owner,
    Device.maintainer,
    Device.warranty_until,
    Device.site_id,
    col(Site.name).label("site"),
    col(School.code).label("school_code"),
    col(School.name).label("school"),
    School.private,
    col(District.code).label("district_code"),
    col(District.name).label("district"),
    col(VerdictRecord.name).label("verdict"),
    VerdictRecord.complete,
)


def channels(session: Session, district: str | None, school: str | None) -> Sequence[Any]:
    """Every channel of the place with its verdict in force, by school, device and index."""
    in_force = (col(VerdictRecord.channel_id) == Channel.id) & col(VerdictRecord.until).is_(None)
    chosen = choose(*_CHANNEL).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    chosen = _placed(chosen, district, school).outerjoin(VerdictRecord, in_force)
    return rows(session, chosen.order_by(col(School.code), col(Device.code), col(Channel.index)))


def failures(session: Session, district: str | None, school: str | None) -> Sequence[Any]:
    """Device, channel (None: the device as a whole), rule and fix of every deciding rule that fails now."""
    columns = (FindingRecord.device_id, FindingRecord.channel_id, FindingRecord.rule, FindingRecord.fix)
    chosen = choose(*columns).select_from(FindingRecord).join(Device, col(FindingRecord.device_id) == Device.id)
    chosen = _placed(chosen, district, school).where(*_now(session, "fail"), col(FindingRecord.decides))
    return rows(session, chosen.order_by(col(FindingRecord.rule), col(FindingRecord.fix)))


def of_places(session: Session, edition: str, district: str | None, school: str | None) -> Sequence[Any]:
    """School, site (None: the school as a whole), rule, outcome and fix of what the edition with this id says of
    schools and sites, where it passes or fails.
    """
    columns: tuple[Sql, ...] = (
        col(School.code).label("school_code"), School.private, FindingRecord.site_id,
        func.coalesce(col(Site.name), "").label("site"), FindingRecord.rule, FindingRecord.outcome, FindingRecord.fix,
    )  # fmt: skip
    chosen = choose(*columns).select_from(FindingRecord).join(School, col(FindingRecord.school_id) == School.id)
    chosen = chosen.outerjoin(Site, col(FindingRecord.site_id) == Site.id)
    told = (col(FindingRecord.until).is_(None), col(FindingRecord.outcome).in_(("fail", "pass")))
    chosen = _of(chosen, district, school).where(*told, col(FindingRecord.edition).startswith(f"{edition}@"))
    return rows(session, chosen.order_by(col(School.code), col(Site.name).asc().nulls_first(), col(FindingRecord.rule)))


def _now(session: Session, outcome: str) -> tuple[Sql, ...]:
    rules = col(FindingRecord.rule).in_(rules_stored(session))
    return (rules, col(FindingRecord.outcome) == outcome, col(FindingRecord.until).is_(None))


def _placed(chosen: Sql, district: str | None, school: str | None) -> Sql:
    chosen = chosen.join(Site, col(Device.site_id) == Site.id).join(School, col(Device.school_id) == School.id)
    return _of(chosen, district, school)


def _of(chosen: Sql, district: str | None, school: str | None) -> Sql:
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    if district is not None:
        chosen = chosen.where(District.code == district)
    return chosen if school is None else chosen.where(School.code == school)
