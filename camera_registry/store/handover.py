"""Cameras that are ready to be connected, or were handed over: which, what state each is in, and what it is told with.

Strategy: a camera counts once, and stands here as the channel that the others are recorded as. As in the other lists
the ids of a page come first; what is shown of them is read for these alone. A camera that was handed over stays in the
list when it is not ready any more: somebody has to be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device, District, Handover, School, Site, Stream, VerdictRecord
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.school_numbers import ready_cameras
from camera_registry.store.schools import CHUNK, chunks, chunks_of

State = Literal["proposed", "accepted", "connected", "returned"]
STATES: tuple[State, ...] = ("proposed", "accepted", "connected", "returned")
AWAY = ("proposed", "accepted", "connected")
"""States in which the centre counts on the camera."""
_CAMERA = func.coalesce(col(Channel.recorded_as), col(Channel.id))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cameras: `state` is one of STATES, `new` (ready, and not proposed) or `lost` (the centre counts on it, and
    it is not ready any more).
    """

    district: str | None = None
    school: str | None = None
    state: str | None = None
    page: int = 1
    size: int = 50


ALL = Wanted()


@dataclass(frozen=True)
class Put:
    """The state that a camera is to be in: since `day`, for `reason` where it was returned."""

    camera: int
    school_id: int
    state: State
    day: date
    reason: str = ""


def count(session: Session, wanted: Wanted) -> int:
    """How many cameras are wanted."""
    (row,) = rows(session, _wanted(wanted, func.count().label("n")))
    return int(row.n)


def tally(session: Session, wanted: Wanted) -> dict[tuple[str, bool], int]:
    """How many cameras of the place are in each state (empty: in none), ready or not, whatever state is wanted."""
    found = _listed(wanted, lambda state, ready: (state.label("state"), ready.is_not(None).label("is_ready")))
    each = found.subquery()
    counted = choose(each.c.state, each.c.is_ready, func.count().label("n")).group_by(each.c.state, each.c.is_ready)
    return {(row.state or "", bool(row.is_ready)): row.n for row in rows(session, counted)}


def count_streams(session: Session, wanted: Wanted) -> int:
    """How many cameras of the place a configuration takes that have the address of a main stream: those in the state
    that is wanted, else those that are ready and were not returned.
    """
    told = replace(wanted, state=wanted.state or "told")
    streams = choose(_CAMERA).select_from(Stream).join(Channel, col(Stream.channel_id) == Channel.id)
    streams = streams.join(Device, col(Channel.device_id) == Device.id)
    streams = streams.where(Stream.role == "main", Stream.uri != "", Device.host != "").correlate(None)
    found = _wanted(told, func.count().label("n")).where(col(Channel.id).in_(streams))
    (row,) = rows(session, found)
    return int(row.n)


def ids(session: Session, wanted: Wanted, *, every: bool = False) -> list[int]:
    """The ids of the channels of one page, by school, device and index, or of all pages."""
    found = _wanted(wanted, col(Channel.id).label("id"))
    found = found.order_by(col(School.code), col(Device.code), col(Channel.index))
    if not every:
        found = found.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return [row.id for row in rows(session, found)]


def of_ids(session: Session, cameras: Sequence[int]) -> list[Any]:
    """Place, position and contact of these cameras, in this order."""
    columns: tuple[Sql, ...] = (
        col(Channel.id).label("camera"), Channel.index, Channel.name, Channel.area, Channel.heading,
        Channel.latitude, Channel.longitude, col(Site.latitude).label("site_latitude"),
        col(Site.longitude).label("site_longitude"), Site.networks, col(Site.name).label("site"),
        col(Device.id).label("device_id"), col(Device.code).label("device_code"),
        col(School.id).label("school_id"), col(School.code).label("school_code"), col(School.name).label("school"),
        School.contact_name, School.contact_phone, School.contact_email,
        col(District.code).label("district_code"), col(District.name).label("district"),
    )  # fmt: skip
    chosen = _at_school(choose(*columns).select_from(Channel)).join(Site, col(Device.site_id) == Site.id)
    place = {camera: position for position, camera in enumerate(cameras)}
    return sorted(rows(session, chosen.where(col(Channel.id).in_(cameras))), key=lambda row: place[row.camera])


def members(session: Session, cameras: Collection[int]) -> dict[int, list[Any]]:
    """The channels of each camera, its own first: with the device that each is a channel of."""
    columns: tuple[Sql, ...] = (
        col(Channel.id).label("id"), _CAMERA.label("camera"), Channel.index, Channel.token, Channel.name, Channel.area,
        Channel.verdict, col(Device.id).label("device_id"), col(Device.code).label("device_code"), Device.kind,
        Device.host, Device.rtsp_port, Device.remembered,
    )  # fmt: skip
    chosen = choose(*columns).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    chosen = chosen.where(or_(col(Channel.id).in_(cameras), col(Channel.recorded_as).in_(cameras)))
    found: dict[int, list[Any]] = {}
    for row in rows(session, chosen.order_by(col(Channel.recorded_as).is_not(None), col(Channel.id))):
        found.setdefault(row.camera, []).append(row)
    return found


def streams(session: Session, channel_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The addresses of main and sub streams as devices gave them, by channel and role."""
    found: dict[int, dict[str, str]] = {}
    wanted = select(Stream).where(col(Stream.channel_id).in_(channel_ids), col(Stream.role).in_(("main", "sub")))
    for row in session.exec(wanted.order_by(col(Stream.id))):
        if row.uri:
            found.setdefault(row.channel_id, {}).setdefault(row.role, row.uri)
    return found


def found_ready(session: Session, channel_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """By which edition a channel that is compliant now was judged, and since when it is."""
    wanted = select(VerdictRecord).where(
        col(VerdictRecord.channel_id).in_(channel_ids),
        col(VerdictRecord.until).is_(None),
        col(VerdictRecord.name) == "compliant",
    )
    return {row.channel_id or 0: (row.edition, row.since) for row in session.exec(wanted)}


def now(session: Session, cameras: Collection[int]) -> dict[int, Handover]:
    """The state that each of these cameras is in now, on whichever of its channels it stands: the newest."""
    return {camera: each[-1] for camera, each in _open(session, cameras).items()}


def history(session: Session, cameras: Collection[int]) -> dict[int, list[Handover]]:
    """Every state that these cameras were in, the newest first."""
    found: dict[int, list[Handover]] = {}
    for row, camera in session.exec(_of(cameras).order_by(col(Handover.id).desc())):
        found.setdefault(camera, []).append(row)
    return found


def ready(session: Session, cameras: Collection[int]) -> set[int]:
    """Those of these cameras that are offered and ready now. It looks at all that are, so it is asked once."""
    each = ready_cameras().subquery()
    if len(cameras) > CHUNK:
        return {row.camera for row in rows(session, choose(each.c.camera))} & set(cameras)
    return {row.camera for row in rows(session, choose(each.c.camera).where(each.c.camera.in_(cameras)))}


def put_many(session: Session, wanted: Sequence[Put], by: str, at: datetime) -> None:
    """These cameras are in these states from `at`; whatever each was in, on any of its channels, is over. A camera
    stands in `wanted` once.
    """
    for row in (row for each in _open(session, [put.camera for put in wanted]).values() for row in each):
        row.until = at
        session.add(row)
    session.flush()  # what is over ends before another begins on the same channel
    session.add_all(
        Handover(school_id=put.school_id, channel_id=put.camera, state=put.state, day=put.day, reason=put.reason,
                 by=by, at=at)
        for put in wanted
    )  # fmt: skip
    session.flush()


def cameras_at(session: Session, codes: Iterable[str]) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Camera and school by the codes of school and device and the index of the channel, of all channels of schools."""
    found: dict[tuple[str, str, int], tuple[int, int]] = {}
    for chunk in chunks_of(set(codes)):
        columns: tuple[Sql, ...] = (col(School.code).label("school"), col(Device.code).label("device"), Channel.index)
        chosen = _at_school(choose(*columns, _CAMERA.label("camera"), Device.school_id).select_from(Channel))
        for row in rows(session, chosen.where(col(School.code).in_(chunk))):
            found[row.school, row.device, row.index] = (row.camera, row.school_id)
    return found


def names(session: Session, cameras: Collection[int]) -> Mapping[int, Any]:
    """School, device, index and name of these cameras."""
    columns: tuple[Sql, ...] = (
        col(Channel.id).label("camera"), Channel.index, Channel.name, col(Device.code).label("device"),
        col(School.code).label("school_code"), col(School.name).label("school"),
        col(District.id).label("district_id"), col(District.code).label("district_code"),
    )  # fmt: skip
    found: dict[int, Any] = {}
    for chunk in chunks(cameras):
        chosen = _at_school(choose(*columns).select_from(Channel)).where(col(Channel.id).in_(chunk))
        found |= {row.camera: row for row in rows(session, chosen)}
    return found


def _open(session: Session, cameras: Collection[int]) -> dict[int, list[Handover]]:
    """What each camera is in now, oldest first: several rows where channels were found to be one camera since."""
    found: dict[int, list[Handover]] = {}
    for chunk in chunks(cameras):
        for row, camera in session.exec(_of(chunk).where(col(Handover.until).is_(None)).order_by(col(Handover.id))):
            found.setdefault(camera, []).append(row)
    return found


def _of(cameras: Collection[int]) -> Any:
    """States with their camera, by the two ways to belong to it: both have an index, and the one over both has none."""
    wanted = select(Handover, _CAMERA).join(Channel, col(Handover.channel_id) == col(Channel.id))
    own = and_(col(Channel.id).in_(cameras), col(Channel.recorded_as).is_(None))
    return wanted.where(or_(own, col(Channel.recorded_as).in_(cameras)))


def _at_school(chosen: Sql) -> Sql:
    chosen = chosen.join(Device, col(Channel.device_id) == Device.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    return chosen.join(District, col(School.managed_by) == District.id)


def _wanted(wanted: Wanted, *columns: Sql) -> Sql:
    return _listed(wanted, lambda _state, _ready: columns, narrowed=True)


def _listed(wanted: Wanted, columns: Any, *, narrowed: bool = False) -> Sql:
    """The cameras of the place that are ready or were handed over; `columns` are made of state and readiness."""
    can = ready_cameras().subquery()
    newest = choose(_CAMERA.label("camera"), func.max(Handover.id).label("id")).select_from(Handover)
    newest = newest.join(Channel, col(Handover.channel_id) == Channel.id).where(col(Handover.until).is_(None))
    held = newest.group_by(_CAMERA).subquery()
    chosen = _at_school(choose(*columns(col(Handover.state), can.c.camera)).select_from(Channel))
    chosen = chosen.outerjoin(can, can.c.camera == Channel.id).outerjoin(held, held.c.camera == Channel.id)
    chosen = chosen.outerjoin(Handover, col(Handover.id) == held.c.id)
    chosen = chosen.where(or_(can.c.camera.is_not(None), held.c.id.is_not(None)), *_place(wanted))
    return chosen.where(*_in_state(wanted.state, can.c.camera)) if narrowed else chosen


def _place(wanted: Wanted) -> list[Sql]:
    found: list[Sql] = [] if wanted.district is None else [col(District.code) == wanted.district]
    return found if wanted.school is None else [*found, col(School.code) == wanted.school]


def _in_state(state: str | None, can: Sql) -> list[Sql]:
    match state:
        case None:
            return []
        case "new":
            return [col(Handover.state).is_(None)]
        case "lost":
            return [col(Handover.state).in_(AWAY), can.is_(None)]
        case "told":
            return [can.is_not(None), func.coalesce(col(Handover.state), "") != "returned"]
    return [col(Handover.state) == state]
