"""Waivers beside findings: those that are shown for some findings or a device, and which findings have one.

Strategy: which waiver is shown for a row is decided by `waivers.shown` of the standards; a list that is narrowed by it
needs the same in SQL. A test holds both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, literal, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, ListedFinding, School, WaiverRecord
from camera_registry.store.places import Sql, Today, choose, rows
from camera_registry.store.waiver_days import standing
from camera_registry.store.waivers import OPEN, PLACE, touching
from standards.waiving.waivers import FIRST_SHOWN, SCOPES, Place, Waiver

_Row = aliased(ListedFinding)
_KEYS = ("channel_id", "device_id", "school_id", "district_id")
"""What a waiver is for, by one id alone, that of its scope."""
_LISTED: tuple[Sql, ...] = (
    *(col(getattr(ListedFinding, name)) for name in ("finding_id", "rule", *_KEYS)),
    col(ListedFinding.district_code).label("district"),
    col(ListedFinding.school_code).label("school"),
    col(ListedFinding.device_code).label("device"),
    case((col(ListedFinding.channel_id).is_(None), None), else_=col(ListedFinding.channel_index)).label("channel"),
)


def of_findings(session: Session, finding_ids: Sequence[int]) -> tuple[dict[int, tuple[str, Place]], list[Waiver]]:
    """Rule and place of these rows of the list by their ids, and every waiver that is shown or may be for one."""
    chosen = choose(*_LISTED, Device.make, Device.model).select_from(ListedFinding)
    chosen = chosen.join(Device, col(ListedFinding.device_id) == Device.id)
    found = rows(session, chosen.where(col(ListedFinding.finding_id).in_(finding_ids)))
    places = {row.finding_id: (row.rule, _place(row)) for row in found}
    held = {name: {getattr(row, name) for row in found} - {None} for name in _KEYS}
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
    pairs = _pairs().subquery()
    row = col(ListedFinding.finding_id)
    if state == "none":
        return row.not_in(choose(pairs.c.finding_id))
    meant = ("in_force", "lapsing") if state == "in_force" else (state,)
    now = standing(today)
    first = func.row_number().over(partition_by=pairs.c.finding_id, order_by=_order(now))
    shown = choose(pairs.c.finding_id, now.label("now"), first.label("place")).select_from(pairs)
    shown = shown.join(WaiverRecord, col(WaiverRecord.id) == pairs.c.waiver_id).subquery()
    return row.in_(choose(shown.c.finding_id).where(shown.c.place == 1, shown.c.now.in_(meant)))


def _pairs() -> Sql:
    """Each row of the list with each waiver that is shown for it or may be: found from the waivers, by the one id that
    each has, or by make and model.
    """
    about = choose(col(_Row.finding_id), col(WaiverRecord.id).label("waiver_id")).select_from(_Row)
    about = about.join(WaiverRecord, col(WaiverRecord.rule) == _Row.rule).where(col(WaiverRecord.state).in_(OPEN))
    model = func.plain(WaiverRecord.make) + "\n" + func.plain(WaiverRecord.model)
    each = [about.where(getattr(WaiverRecord, name) == getattr(_Row, name)) for name in _KEYS]
    return union_all(*each, about.where(col(WaiverRecord.make) != "", model == _Row.model))


def _order(now: Sql) -> tuple[Sql, ...]:
    """The order of which the first waiver is shown beside a finding; `now` is its state. As `waivers.shown`."""
    first = {name: rank for rank, name in enumerate(FIRST_SHOWN)} | {"lapsing": FIRST_SHOWN.index("in_force")}
    width = case({kind: n for n, kind in enumerate(SCOPES)}, value=col(WaiverRecord.scope))
    return case(first, value=now), width, col(WaiverRecord.ends).desc(), col(WaiverRecord.id).desc()


def _place(row: Any) -> Place:
    return Place(
        district=row.district,
        school=row.school,
        device=row.device or "",
        channel=row.channel,
        make=row.make or "",
        model=row.model or "",
    )
