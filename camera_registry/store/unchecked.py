"""What could not be checked: channels, and devices without channels, whose verdict is unverified, or that have none.

Strategy: as in the list of what is not compliant, the ids of a page first, then its rows. Fix and actor are columns of
the query, because people filter by them; the sentence of the reason is made of the rows of one page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site, SweepItem
from camera_registry.store.places import (
    COUNTED_ONCE,
    PLACE,
    Sql,
    Wanted,
    choose,
    ordered,
    rows,
    within,
)
from standards.reasons import FIX_TO_KNOW

LOOKED = ("done", "failed")
_KEY = func.coalesce(col(Channel.id), -col(Device.id))
"""A channel by its id; a device without channels by its own, negative."""
_Item = aliased(SweepItem)
_Unknown = aliased(FindingRecord)


def _newest(what: Sql, *states: str) -> Sql:
    """`what` of the newest item of the device in one of these states."""
    mine = choose(what).where(col(SweepItem.device_id) == Device.id, col(SweepItem.state).in_(states))
    newest = mine.order_by(col(SweepItem.ended_at).desc(), col(SweepItem.id).desc()).limit(1)
    return newest.correlate_except(SweepItem).scalar_subquery()


def _first_unknown() -> Sql:
    """The first deciding finding that could not be told: of the channel, else of the device."""
    first = choose(func.min(FindingRecord.id)).where(
        col(FindingRecord.until).is_(None), col(FindingRecord.outcome) == "unknown", col(FindingRecord.decides)
    )
    of_channel = first.where(col(FindingRecord.channel_id) == Channel.id)
    of_device = first.where(col(FindingRecord.device_id) == Device.id, col(FindingRecord.channel_id).is_(None))
    both = (f.correlate_except(FindingRecord).scalar_subquery() for f in (of_channel, of_device))
    return func.coalesce(*both)


_NOT_SINCE = or_(col(Device.last_answered_at).is_(None), col(_Item.ended_at) >= col(Device.last_answered_at))
_SKIPPED = _newest(col(SweepItem.reason), "skipped")
_KIND = case(
    (col(Device.kind) == "cloud", "cloud_only"),
    (col(Device.host) == "", "no_address"),
    ((col(_Item.reason) != "") & _NOT_SINCE, col(_Item.reason)),
    (col(_Unknown.id).is_not(None), "finding"),
    (_SKIPPED.is_not(None), "skipped"),
    else_="never",
)
"""Why, as a code: what cost the newest look unless the device has answered since, else what it is judged by."""
_FIX = case(
    (_KIND.in_(("cloud_only", "no_address")), "survey"),
    (_KIND == "finding", col(_Unknown.fix)),
    else_=case(FIX_TO_KNOW, value=_KIND, else_=None),
)
_ACTOR = func.coalesce(
    func.nullif(_Unknown.actor, ""), case((col(Device.maintainer) != "", "maintainer"), else_="school")
)
SORTS: dict[str, tuple[Sql, str]] = {
    "severity": (col(Device.silent_nights), "desc"),
    "district": (col(District.code), "asc"),
    "school": (col(School.code), "asc"),
    "device": (col(Device.code), "asc"),
    "fix": (_FIX, "asc"),
    "actor": (_ACTOR, "asc"),
    "last_answered": (col(Device.last_answered_at), "asc"),
}
"""What the list may be sorted by, and the direction it has when none is said; the worst are silent longest."""


def count(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many rows are wanted in all, and how many channels and devices that is."""
    (numbers,) = rows(session, _wanted(wanted, func.count(), func.count(COUNTED_ONCE.distinct())))
    return numbers[0], numbers[1]


def by_kind(session: Session) -> dict[str, int]:
    """How many cameras there are of each reason, the most frequent first: those that sums count as unverified, each
    once. The reason is that of the channel a camera is counted at, else of its first channel.
    """
    chosen = _explained(_joined(choose(_KIND.label("why")).select_from(Device)))
    each = chosen.where(col(Channel.id).in_(_told_of())).subquery()
    counted = choose(each.c.why, func.count().label("n")).group_by(each.c.why)
    found = {row.why: row.n for row in rows(session, counted)}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _told_of() -> Sql:
    """One channel of each camera of a school of which every channel is unverified."""
    camera = func.coalesce(col(Channel.recorded_as), col(Channel.id))
    pointed: Sql = choose(col(Channel.recorded_as)).where(col(Channel.recorded_as).is_not(None))
    paired = col(Channel.recorded_as).is_not(None) | col(Channel.id).in_(pointed)
    known = choose(Device.school_id, camera).join(Channel, col(Channel.device_id) == Device.id)
    known = known.where(paired, col(Channel.verdict) != "unverified")
    at = func.coalesce(func.max(case((col(Channel.id) == camera, col(Channel.id)))), func.min(Channel.id))
    chosen = choose(at).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    unknown = (col(Channel.verdict) == "unverified", tuple_(col(Device.school_id), camera).not_in(known))
    return chosen.where(*unknown).group_by(col(Device.school_id), camera)


def without_channels(session: Session) -> int:
    """How many devices without channels are unverified: no sum of cameras has them."""
    chosen = choose(func.count().label("n")).select_from(Device)
    chosen = chosen.outerjoin(Channel, col(Channel.device_id) == Device.id)
    (row,) = rows(session, chosen.where(col(Channel.id).is_(None), col(Device.verdict) == "unverified"))
    return int(row.n)


def ids(session: Session, wanted: Wanted, *, every: bool = False) -> list[int]:
    """The keys of one page in their order, or of all pages: the id of a channel, or less the id of a device."""
    by, natural = SORTS[wanted.sort]
    descending = (wanted.direction or natural) == "desc"
    found = _wanted(wanted, _KEY.label("key")).order_by(*ordered(by, descending=descending, last=_KEY))
    if not every:
        found = found.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return [row.key for row in rows(session, found)]


def of_ids(session: Session, keys: Sequence[int]) -> list[Any]:
    """Place, reason, newest look and first unknown finding of these keys, in this order."""
    columns = (
        _KEY.label("key"), *PLACE, _KIND.label("kind"), _FIX.label("fix"), _ACTOR.label("actor"),
        col(Device.last_answered_at).label("last_answered"), Device.silent_nights,
        _SKIPPED.label("skipped"), col(_Item.failures).label("failures"),
        col(_Unknown.why).label("why"), col(_Unknown.fact).label("fact"), col(_Unknown.rule).label("rule"),
    )  # fmt: skip
    channels, devices = [key for key in keys if key > 0], [-key for key in keys if key < 0]
    chosen = or_(col(Channel.id).in_(channels), col(Channel.id).is_(None) & col(Device.id).in_(devices))
    found = rows(session, _explained(_joined(choose(*columns).select_from(Device))).where(chosen))
    place = {key: position for position, key in enumerate(keys)}
    return sorted(found, key=lambda row: place[row.key])


def looks(session: Session, device_ids: Sequence[int]) -> dict[int, Any]:
    """How often each device was looked at (`attempts`), and when last (`last_attempt`)."""
    counted = choose(
        SweepItem.device_id, func.count().label("attempts"), func.max(SweepItem.ended_at).label("last_attempt")
    ).where(col(SweepItem.device_id).in_(device_ids), col(SweepItem.state).in_(LOOKED))
    return {row.device_id: row for row in rows(session, counted.group_by(col(SweepItem.device_id)))}


def _wanted(wanted: Wanted, *columns: Sql) -> Sql:
    chosen = _joined(choose(*columns).select_from(Device))
    told = (wanted.fix, wanted.actor, wanted.kind) != (None, None, None)
    if told or wanted.sort in ("fix", "actor"):
        chosen = _explained(chosen)
    unknown = func.coalesce(col(Channel.verdict), col(Device.verdict)) == "unverified"
    chosen = chosen.where(unknown, *within(wanted))
    if wanted.fix is not None:
        chosen = chosen.where(wanted.fix == _FIX)
    if wanted.kind is not None:
        chosen = chosen.where(wanted.kind == _KIND)
    return chosen if wanted.actor is None else chosen.where(wanted.actor == _ACTOR)


def _joined(chosen: Sql) -> Sql:
    chosen = chosen.join(Site, col(Device.site_id) == Site.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    return chosen.outerjoin(Channel, col(Channel.device_id) == Device.id)


def _explained(chosen: Sql) -> Sql:
    chosen = chosen.outerjoin(_Item, col(_Item.id) == _newest(col(SweepItem.id), *LOOKED))
    return chosen.outerjoin(_Unknown, col(_Unknown.id) == _first_unknown())
