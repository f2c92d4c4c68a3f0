"""Waivers beside findings: those that are shown for some findings or a device, and which findings have one.

Strategy: which waiver is shown for a row is decided by `waivers.shown` of the standards; a list that is narrowed by it
needs the same in SQL. A test holds both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import and_, case, func, literal, or_, select
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site, WaiverRecord
from camera_registry.store.places import Sql, Today, choose, rows
from camera_registry.store.waiver_days import standing
from camera_registry.store.waivers import OPEN, PLACE, touching
from standards.waiving.waivers import FIRST_SHOWN, SCOPES, Place, Waiver


def of_findings(session: Session, finding_ids: Sequence[int]) -> tuple[dict[int, tuple[str, Place]], list[Waiver]]:
    """Rule and place of these findings by their ids, and every waiver that is shown or may be for one of them."""
    ids = (FindingRecord.id, FindingRecord.channel_id, Device.id, School.id, District.id)
    names = ("id", "channel_id", "device_id", "school_id", "district_id")
    labelled: list[Any] = [col(cast("Any", column)).label(name) for column, name in zip(ids, names, strict=True)]
    chosen = choose(*labelled, FindingRecord.rule, *PLACE, Device.make, Device.model).select_from(FindingRecord)
    chosen = chosen.outerjoin(Device, col(FindingRecord.device_id) == Device.id)
    chosen = chosen.outerjoin(Site, col(FindingRecord.site_id) == Site.id)
    school = func.coalesce(col(Device.school_id), col(Site.school_id), col(FindingRecord.school_id))
    chosen = chosen.join(School, school == School.id).join(District, col(School.managed_by) == District.id)
    chosen = chosen.outerjoin(Channel, col(FindingRecord.channel_id) == Channel.id)
    found = rows(session, chosen.where(col(FindingRecord.id).in_(finding_ids)))
    places = {row.id: (row.rule, _place(row)) for row in found}
    held = {name: {getattr(row, name) for row in found} - {None} for name in names[1:]}
    return places, touching(session, {row.rule for row in found}, held)


def of_device(session: Session, device: Device) -> tuple[Place, list[Waiver]]:
    """The place of a device, and every waiver that is shown or may be for it or one of its channels."""
    chosen = choose(*PLACE[:3], Device.make, Device.model, District.id, literal(None).label("channel"))
    chosen = chosen.select_from(Device).join(School, col(Device.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id).where(col(Device.id) == device.id)
    (row,) = rows(session, chosen)
    channels = rows(session, choose(col(Channel.id)).where(col(Channel.device_id) == device.id))
    held = {"channel_id": {c.id for c in channels}, "device_id": {device.id}, "school_id": {device.school_id}}
    return _place(row), touching(session, None, {**held, "district_id": {row.id}})


def shown_is(state: str, today: Today) -> Sql:
    """The condition that the waiver which is shown beside a finding of a list is in this state now; `none`: there is
    none. One that is about to lapse is in force.
    """
    shown = _shown(today)
    if state == "in_force":
        return shown.in_(("in_force", "lapsing"))
    return shown.is_(None) if state == "none" else shown == state


def _shown(today: Today) -> Sql:
    """The state now of the waiver that is shown beside a finding; null for none. As `waivers.shown`."""
    now = standing(today)
    first = {name: rank for rank, name in enumerate(FIRST_SHOWN)} | {"lapsing": FIRST_SHOWN.index("in_force")}
    width = case({kind: n for n, kind in enumerate(SCOPES)}, value=col(WaiverRecord.scope))
    order = (case(first, value=now), width, col(WaiverRecord.ends).desc(), col(WaiverRecord.id).desc())
    about: Any = select(now).where(col(WaiverRecord.rule) == FindingRecord.rule, _covers())
    open_ones = about.where(col(WaiverRecord.state).in_(OPEN)).order_by(*order).limit(1)
    return open_ones.correlate_except(WaiverRecord).scalar_subquery()


def _covers() -> Sql:
    """One id alone stands in a row, so that the first that is the same is the scope."""
    return or_(
        col(WaiverRecord.channel_id) == FindingRecord.channel_id,
        col(WaiverRecord.device_id) == Device.id,
        col(WaiverRecord.school_id) == School.id,
        col(WaiverRecord.district_id) == District.id,
        and_(
            col(WaiverRecord.make) != "",
            func.plain(col(WaiverRecord.make)) == func.plain(col(Device.make)),
            func.plain(col(WaiverRecord.model)) == func.plain(col(Device.model)),
        ),
    )


def _place(row: Any) -> Place:
    return Place(
        district=row.district,
        school=row.school,
        device=row.device or "",
        channel=row.channel,
        make=row.make or "",
        model=row.model or "",
    )
