"""What a sweep has come to, counted: how devices ended, what it cost, which sites took long, which verdicts changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, School, SheetRecord, Site, Sweep, SweepItem, VerdictRecord
from camera_registry.store.places import Sql, choose, rows

_Before = aliased(VerdictRecord)
_Earlier = aliased(SweepItem)


def last(session: Session, limit: int) -> Sequence[Sweep]:
    """The newest sweeps."""
    return [row[0] for row in rows(session, choose(Sweep).order_by(col(Sweep.id).desc()).limit(limit))]


def newest_night(session: Session, *, ended: bool = False) -> Sweep | None:
    """The nightly sweep that was planned last, or that ended last."""
    wanted = choose(Sweep).where(col(Sweep.kind) == "night")
    if ended:
        wanted = wanted.where(col(Sweep.ended_at).is_not(None))
    return next((row[0] for row in rows(session, wanted.order_by(col(Sweep.id).desc()).limit(1))), None)


def night_before(session: Session, sweep_id: int) -> Sweep | None:
    """The nightly sweep that was planned before this sweep."""
    wanted = choose(Sweep).where(col(Sweep.kind) == "night", col(Sweep.id) < sweep_id)
    return next((row[0] for row in rows(session, wanted.order_by(col(Sweep.id).desc()).limit(1))), None)


def ends(session: Session, sweep_id: int) -> Sequence[Any]:
    """How many devices (`devices`) are in each `state` for each `reason`, the most first."""
    number = func.count().label("devices")
    wanted = choose(SweepItem.state, SweepItem.reason, number).where(col(SweepItem.sweep_id) == sweep_id)
    grouped = wanted.group_by(col(SweepItem.state), col(SweepItem.reason))
    return rows(session, grouped.order_by(number.desc(), col(SweepItem.state), col(SweepItem.reason)))


def cost(session: Session, sweep_id: int) -> Any:
    """What a sweep has cost in all: connections, tries, refusals, bytes_in, bytes_out; `again`: devices that were to be
    looked at twice, and `again_answered`: those of them that answered in the end.
    """
    again = col(SweepItem.passes) > 1
    answered = again & (col(SweepItem.state) == "done")
    summed = ("connections", "tries", "refusals", "bytes_in", "bytes_out")
    wanted = choose(
        *(func.coalesce(func.sum(getattr(SweepItem, name)), 0).label(name) for name in summed),
        func.coalesce(func.sum(case((again, 1), else_=0)), 0).label("again"),
        func.coalesce(func.sum(case((answered, 1), else_=0)), 0).label("again_answered"),
    )
    return rows(session, wanted.where(col(SweepItem.sweep_id) == sweep_id))[0]


def channels(session: Session, sweep_id: int) -> int:
    """How many channels the devices have that answered."""
    wanted = choose(func.count()).select_from(Channel)
    wanted = wanted.join(SweepItem, col(SweepItem.device_id) == col(Channel.device_id))
    number: int = rows(session, wanted.where(col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "done"))[0][0]
    return number


def moved_to_day(session: Session, sweep_id: int, before_id: int) -> int:
    """How many devices this night left out as silent that the night before did not."""
    earlier = choose(_Earlier.device_id).where(
        col(_Earlier.sweep_id) == before_id, col(_Earlier.state) == "skipped", col(_Earlier.reason) == "silent"
    )
    wanted = choose(func.count()).select_from(SweepItem)
    wanted = wanted.where(col(SweepItem.sweep_id) == sweep_id, col(SweepItem.reason) == "silent")
    number: int = rows(session, wanted.where(col(SweepItem.device_id).not_in(earlier)))[0][0]
    return number


def came_back(session: Session, sweep_id: int, before_id: int) -> int:
    """How many devices that the night before left out as silent have answered in this one."""
    wanted = choose(func.count()).select_from(SweepItem)
    wanted = wanted.join(_Earlier, col(_Earlier.device_id) == col(SweepItem.device_id))
    wanted = wanted.where(col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "done")
    number: int = rows(session, wanted.where(_Earlier.sweep_id == before_id, _Earlier.reason == "silent"))[0][0]
    return number


def sites(session: Session, sweep_id: int) -> Sequence[Any]:
    """Of each site that was looked at: the school's code and name, that of the site, how many devices, when the first
    look at them began and the last one of the first pass ended, and the bytes that came.
    """
    wanted = choose(
        col(School.code).label("school"), col(School.name).label("name"), col(Site.name).label("site"),
        func.count().label("devices"), func.min(SweepItem.started_at).label("began"),
        func.max(SweepItem.ended_at).label("ended"), func.sum(SweepItem.bytes_in).label("bytes_in"),
    ).select_from(SweepItem)  # fmt: skip
    wanted = wanted.join(Site, col(Site.id) == col(SweepItem.site_id))
    wanted = wanted.join(School, col(School.id) == col(Site.school_id))
    wanted = wanted.where(
        col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state).in_(("done", "failed")), col(SweepItem.passes) == 1
    )
    return rows(session, wanted.group_by(col(Site.id), col(School.code), col(School.name), col(Site.name)))


def verdicts_moved(session: Session, since: datetime, until: datetime) -> Sequence[Any]:
    """How many `channels` (and devices without any) were worth `before` at `since` and `after` at `until`, where these
    differ; `before` is null for what had no verdict. The most first.
    """
    after, number = VerdictRecord, func.count().label("channels")
    same = (col(_Before.device_id) == col(after.device_id)) & (
        func.coalesce(_Before.channel_id, 0) == func.coalesce(col(after.channel_id), 0)
    )
    held = same & (col(_Before.since) <= since) & (col(_Before.until) > since)
    wanted = choose(col(_Before.name).label("before"), col(after.name).label("after"), number).select_from(after)
    wanted = wanted.outerjoin(_Before, held).where(
        col(after.since) > since,
        col(after.since) <= until,
        or_(col(after.until).is_(None), col(after.until) > until),
        or_(col(_Before.name).is_(None), col(_Before.name) != col(after.name)),
    )
    grouped = wanted.group_by(col(_Before.name), col(after.name))
    return rows(session, grouped.order_by(number.desc(), col(after.name), col(_Before.name)))


def silent(session: Session) -> Sequence[Any]:
    """How many `devices` have not answered for so many `nights`; none for those that have."""
    wanted = choose(col(Device.silent_nights).label("nights"), func.count().label("devices"))
    return rows(session, wanted.where(col(Device.silent_nights) > 0).group_by(col(Device.silent_nights)))


def kinds(session: Session) -> Sequence[Any]:
    """How many `devices` there are of each `kind`."""
    return rows(session, choose(Device.kind, func.count().label("devices")).group_by(col(Device.kind)))


def looked_at(session: Session, since: datetime | None = None) -> int:
    """How many devices were looked at, ever or since then."""
    wanted: Sql = choose(func.count()).select_from(SheetRecord)
    if since is not None:
        wanted = wanted.where(col(SheetRecord.at) >= since)
    number: int = rows(session, wanted)[0][0]
    return number


def oldest_look(session: Session) -> datetime | None:
    """When the device was looked at whose last look is the longest ago, of those that ever were."""
    at: datetime | None = rows(session, choose(func.min(SheetRecord.at)))[0][0]
    return at


def going_on(session: Session) -> Sequence[Any]:
    """How many `sweeps` of each `kind` are not over."""
    wanted = choose(Sweep.kind, func.count().label("sweeps")).where(col(Sweep.ended_at).is_(None))
    return rows(session, wanted.group_by(col(Sweep.kind)))
