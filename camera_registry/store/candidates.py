"""Candidates: the devices that a sweep may look at, as the registry knows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from camera_registry.models import Device, FindingRecord, School, SheetRecord, Site, Sweep, SweepItem

BY_DAY = ("light", "day")
"""The kinds of sweeps that go on while the sun is up."""


@dataclass(frozen=True)
class Candidate:
    """A device that may be looked at: where it stands, how old the facts about it are, whether the power of its site is
    cut at night, and for how many nights it has not answered.
    """

    device_id: int
    site_id: int
    kind: str
    host: str
    seen_at: datetime | None
    day_window: bool = False
    silent_nights: int = 0


def candidates(
    session: Session,
    *,
    district_id: int | None = None,
    school_id: int | None = None,
    device_id: int | None = None,
    device_ids: Collection[int] | None = None,
    undecided: Collection[str] | None = None,
    unlit_since: datetime | None = None,
    silent_nights: int | None = None,
) -> list[Candidate]:
    """The devices of a district, of a school, the one with this id, those with these ids, those of which the rules
    `undecided` could say
    nothing though something was seen or fail by what the newest look did not show again (and those that they decided by
    what no sweep in light has seen since `unlit_since`), those of sites without power at night or silent for
    `silent_nights` or more (of both what can be reached), or all there are.
    """
    wanted = (
        select(Device, SheetRecord.at, Site.day_window)
        .join(Site, col(Site.id) == col(Device.site_id))
        .join(SheetRecord, col(SheetRecord.device_id) == col(Device.id), isouter=True)
    )
    if district_id is not None:
        wanted = wanted.join(School, col(School.id) == col(Device.school_id)).where(School.managed_by == district_id)
    if school_id is not None:
        wanted = wanted.where(Device.school_id == school_id)
    if device_id is not None:
        wanted = wanted.where(Device.id == device_id)
    if device_ids is not None:
        wanted = wanted.where(col(Device.id).in_(device_ids))
    if undecided is not None:
        left = col(Device.id).in_(_undecided(undecided))
        if unlit_since is not None:
            left |= col(Device.id).in_(_decided(undecided)) & ~_seen_in_light(unlit_since)
        wanted = wanted.where(left)
    if silent_nights is not None:
        by_day = or_(col(Site.day_window), col(Device.silent_nights) >= silent_nights)
        wanted = wanted.where(by_day, Device.kind != "cloud", Device.host != "")
    return [
        Candidate(device.id or 0, device.site_id, device.kind, device.host, at, day_window, device.silent_nights)
        for device, at, day_window in session.exec(wanted.order_by(col(Device.id))).all()
    ]


def _undecided(rules: Collection[str]) -> Any:
    newest_look = select(SheetRecord.at).where(SheetRecord.device_id == FindingRecord.device_id).scalar_subquery()
    not_since = and_(col(FindingRecord.outcome) == "fail", col(FindingRecord.seen_at) < newest_look)
    return select(FindingRecord.device_id).where(
        col(FindingRecord.rule).in_(rules),
        or_(col(FindingRecord.outcome) == "unknown", not_since),
        col(FindingRecord.seen_at).is_not(None),
        col(FindingRecord.until).is_(None),
    )


def _decided(rules: Collection[str]) -> Any:
    return select(FindingRecord.device_id).where(
        col(FindingRecord.rule).in_(rules),
        col(FindingRecord.outcome).in_(("pass", "fail")),
        col(FindingRecord.until).is_(None),
    )


def _seen_in_light(since: datetime) -> Any:
    """The condition that a device answered in a sweep by day that ended with it at `since` or later."""
    look = select(SweepItem.id).join(Sweep, col(Sweep.id) == col(SweepItem.sweep_id))
    by_day = (col(Sweep.kind).in_(BY_DAY), SweepItem.state == "done", col(SweepItem.ended_at) >= since)
    return look.where(SweepItem.device_id == Device.id, *by_day).exists()
