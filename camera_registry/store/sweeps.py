"""Sweeps, the leases of their sites, and their items.

Strategy: whoever wants a site takes it with one conditional UPDATE, never by reading first. A site is leased to one
worker at a time, over all sweeps. An item gets its final state once: `finish` says whether this call gave it. A lease
that has run out offers again what has no final state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CursorResult, and_, case, exists, insert, or_, tuple_, update
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from camera_registry.models import Channel, Device, FindingRecord, School, SheetRecord, Sweep, SweepItem, SweepSite

UNFINISHED = ("planned", "running", "paused")
OPEN = ("planned", "running")
FINAL = ("done", "failed", "skipped")
LOOKED_AT = ("done", "failed")
Skipped = Literal["cloud_only", "no_address", "unreadable_login", "cancelled", "window_over"]
SKIPPED: tuple[Skipped, ...] = ("cloud_only", "no_address", "unreadable_login", "cancelled", "window_over")
"""Why a device was not looked at."""


@dataclass(frozen=True)
class Lease:
    """One site of one sweep of a kind (night, light, asked), held under the name `owner`, which no other lease has: as
    long as it stands there, nobody else has taken the site.
    """

    sweep_id: int
    site_id: int
    kind: str
    owner: str


@dataclass(frozen=True)
class Candidate:
    """A device that may be looked at: where it stands, and how old the facts about it are."""

    device_id: int
    site_id: int
    kind: str
    host: str
    seen_at: datetime | None


def candidates(
    session: Session,
    *,
    district_id: int | None = None,
    school_id: int | None = None,
    device_id: int | None = None,
    undecided: Collection[str] | None = None,
) -> list[Candidate]:
    """The devices of a district, of a school, the one with this id, those of which the rules `undecided` could say
    nothing though something was seen or fail by what the newest look did not show again, or all there are.
    """
    wanted = select(Device, SheetRecord.at).join(
        SheetRecord, col(SheetRecord.device_id) == col(Device.id), isouter=True
    )
    if district_id is not None:
        wanted = wanted.join(School, col(School.id) == col(Device.school_id)).where(School.managed_by == district_id)
    if school_id is not None:
        wanted = wanted.where(Device.school_id == school_id)
    if device_id is not None:
        wanted = wanted.where(Device.id == device_id)
    if undecided is not None:
        wanted = wanted.where(col(Device.id).in_(_undecided(undecided)))
    rows = session.exec(wanted.order_by(col(Device.id))).all()
    return [Candidate(device.id or 0, device.site_id, device.kind, device.host, at) for device, at in rows]


def add(session: Session, sweep: Sweep, sites: Mapping[int, int], items: Iterable[Mapping[str, Any]]) -> Sweep:
    """`sweep` is planned: its sites with their ranks (the lowest first), and its items.

    Raises sqlalchemy.exc.IntegrityError when a sweep of this night is there already.
    """
    session.add(sweep)
    session.flush()
    leases = [{"sweep_id": sweep.id, "site_id": site, "rank": rank} for site, rank in sites.items()]
    rows = [{"sweep_id": sweep.id, **item} for item in items]
    for table, values in ((SweepSite, leases), (SweepItem, rows)):
        if values:  # without values one row of defaults would be written
            session.execute(insert(table), values)
    return sweep


def by_night(session: Session, night: str) -> Sweep | None:
    """The sweep of this night."""
    return session.exec(select(Sweep).where(Sweep.night == night)).first()


def by_id(session: Session, sweep_id: int) -> Sweep | None:
    """The sweep with this id."""
    return session.get(Sweep, sweep_id)


def whole(session: Session, sweep_id: int) -> bool:
    """True when every site of the sweep is seen in this session: there is none of another's."""
    sites = SweepSite.__table__  # type: ignore[attr-defined]  # without the limits of the viewer, to see whether there are more
    of_sweep = sites.c.sweep_id == sweep_id
    seen: int = session.exec(select(func.count()).select_from(SweepSite).where(SweepSite.sweep_id == sweep_id)).one()
    there: int = session.execute(sa_select(func.count()).select_from(sites).where(of_sweep)).scalar_one()
    return seen == there


def unfinished(session: Session) -> list[Sweep]:
    """Sweeps that are planned, running or paused, the newest first."""
    wanted = select(Sweep).where(col(Sweep.state).in_(UNFINISHED)).order_by(col(Sweep.id).desc())
    return list(session.exec(wanted).all())


def latest(session: Session) -> Sweep | None:
    """The sweep that was planned last."""
    return session.exec(select(Sweep).order_by(col(Sweep.id).desc()).limit(1)).first()


def asked(session: Session, scope: str) -> Sweep | None:
    """The sweep of this scope that a person asked for and that is not over."""
    wanted = select(Sweep).where(Sweep.kind == "asked", Sweep.scope == scope, col(Sweep.state).in_(UNFINISHED))
    return session.exec(wanted).first()


def claim(
    session: Session,
    owner: str,
    now: datetime,
    until: datetime,
    sweep_id: int | None = None,
    not_at: Collection[int] = (),
) -> Lease | None:
    """`owner` has a site until `until`: one that waits, or whose lease has run out; None when there is none.

    What a person asked for goes first, then the sites in the order of their ranks. A site that another sweep has
    leased is left alone, and so are the sites `not_at`. A lease that ends later than a lease may is of a clock that
    was wrong.
    """
    here, elsewhere = aliased(SweepSite), aliased(SweepSite)
    free = (col(here.state) == "waiting") | ((col(here.state) == "leased") & ~_lasts(here, now, until))
    taken = exists().where(
        col(elsewhere.site_id) == col(here.site_id),
        col(elsewhere.sweep_id) != col(here.sweep_id),
        col(elsewhere.state) == "leased",
        _lasts(elsewhere, now, until),
    )
    first = (
        select(here.sweep_id, here.site_id)
        .join(Sweep, col(Sweep.id) == col(here.sweep_id))
        .where(col(Sweep.state).in_(OPEN), free, ~taken, col(here.site_id).not_in(not_at))
        .order_by(case((col(Sweep.kind) == "asked", 0), else_=1), col(here.rank), col(here.site_id))
        .limit(1)
    )
    if sweep_id is not None:
        first = first.where(here.sweep_id == sweep_id)
    taking = (
        update(SweepSite)
        .where(tuple_(col(SweepSite.sweep_id), col(SweepSite.site_id)).in_(first))
        .values(state="leased", owner=owner, leased_until=until)
        .returning(col(SweepSite.sweep_id), col(SweepSite.site_id))
    )
    row = session.execute(taking).first()
    if row is None:
        return None
    begun = update(Sweep).where(col(Sweep.id) == row.sweep_id, col(Sweep.state) == "planned")
    session.execute(begun.values(state="running", started_at=now))
    kind = session.exec(select(Sweep.kind).where(Sweep.id == row.sweep_id)).one()
    return Lease(row.sweep_id, row.site_id, kind, owner)


def extend(session: Session, owners: Collection[str], until: datetime) -> set[str]:
    """Every lease that nobody else has taken runs until `until`, whatever the clock said before; their owners."""
    extending = (
        update(SweepSite)
        .where(col(SweepSite.owner).in_(owners), col(SweepSite.state) == "leased")
        .values(leased_until=until)
        .returning(col(SweepSite.owner))
    )
    return {row.owner for row in session.execute(extending).all()}


def goes_on(session: Session, sweep_id: int, now: datetime) -> bool:
    """True while looks of this sweep may begin."""
    in_time = col(Sweep.ends_by).is_(None) | (col(Sweep.ends_by) > now)
    wanted = select(Sweep.id).where(Sweep.id == sweep_id, col(Sweep.state).in_(OPEN), in_time)
    return session.exec(wanted).first() is not None


def holds(session: Session, lease: Lease) -> bool:
    """True while nobody else has taken this site."""
    wanted = select(SweepSite.site_id).where(
        SweepSite.sweep_id == lease.sweep_id,
        SweepSite.site_id == lease.site_id,
        SweepSite.owner == lease.owner,
        SweepSite.state == "leased",
    )
    return session.exec(wanted).first() is not None


def release(session: Session, lease: Lease, now: datetime) -> None:
    """A site is given back: done when all its items have a final state, else it waits. A sweep whose sites are all
    done is over.
    """
    rest = session.exec(_without_final_state(lease.sweep_id).where(SweepItem.site_id == lease.site_id).limit(1)).first()
    session.execute(
        update(SweepSite)
        .where(
            col(SweepSite.sweep_id) == lease.sweep_id,
            col(SweepSite.site_id) == lease.site_id,
            col(SweepSite.owner) == lease.owner,
        )
        .values(state="waiting" if rest else "done", owner="", leased_until=None)
    )
    end_when_done(session, lease.sweep_id, now)


def end_when_done(session: Session, sweep_id: int, now: datetime) -> None:
    """The sweep is over when each of its items has a final state; one that was cancelled stays so."""
    if session.exec(_without_final_state(sweep_id).limit(1)).first() is not None:
        return
    ending = update(Sweep).where(col(Sweep.id) == sweep_id, col(Sweep.ended_at).is_(None))
    over = case((col(Sweep.state) == "cancelled", "cancelled"), else_="done")
    session.execute(ending.values(state=over, ended_at=now))


def items_to_do(session: Session, lease: Lease) -> list[SweepItem]:
    """The items of a leased site without a final state."""
    wanted = select(SweepItem).where(
        SweepItem.sweep_id == lease.sweep_id, SweepItem.site_id == lease.site_id, col(SweepItem.state).not_in(FINAL)
    )
    return list(session.exec(wanted.order_by(col(SweepItem.id))).all())


def begin(session: Session, item_id: int, now: datetime) -> SweepItem | None:
    """The item as it is being looked at now, one attempt more; None when it has a final state, and while its device is
    being looked at in another sweep (it was moved to another site meanwhile).
    """
    if _looked_at_elsewhere(session, item_id, now):
        return None
    beginning = (
        update(SweepItem)
        .where(col(SweepItem.id) == item_id, col(SweepItem.state).not_in(FINAL))
        .values(state="leased", started_at=now, attempts=col(SweepItem.attempts) + 1)
    )
    if _changed(session.execute(beginning)) == 0:
        return None
    return session.get_one(SweepItem, item_id, populate_existing=True)


def device_of(session: Session, item_id: int) -> int:
    """The device of an item."""
    return session.exec(select(SweepItem.device_id).where(SweepItem.id == item_id)).one()


def put_back(session: Session, item_id: int) -> None:
    """The item waits again, as if it had not begun, unless it has a final state."""
    waiting = update(SweepItem).where(col(SweepItem.id) == item_id, col(SweepItem.state) == "leased")
    session.execute(waiting.values(state="waiting", attempts=col(SweepItem.attempts) - 1))


def refused(session: Session, item_id: int) -> None:
    """The device has refused a login during the look that goes on: counted at once, whatever becomes of the look."""
    counting = update(SweepItem).where(col(SweepItem.id) == item_id, col(SweepItem.state).not_in(FINAL))
    session.execute(counting.values(refusals=col(SweepItem.refusals) + 1))


def finish(session: Session, item_id: int, state: str, now: datetime, **values: Any) -> bool:
    """True when the item has got its final state by this call; False when it had one. Refusals counted before stay."""
    if "refusals" in values:
        counted = values["refusals"]
        values["refusals"] = case((col(SweepItem.refusals) > counted, col(SweepItem.refusals)), else_=counted)
    finishing = update(SweepItem).where(col(SweepItem.id) == item_id, col(SweepItem.state).not_in(FINAL))
    return _changed(session.execute(finishing.values(state=state, ended_at=now, **values))) == 1


def skip_waiting(session: Session, sweep_id: int, reason: Skipped, now: datetime) -> None:
    """What has not begun in this sweep is skipped for `reason`; what is under way ends as it will."""
    waiting = update(SweepItem).where(col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "waiting")
    session.execute(waiting.values(state="skipped", reason=reason, ended_at=now))


def skip_abandoned(session: Session, sweep_id: int, reason: Skipped, now: datetime) -> None:
    """What is under way in this sweep, and whose site nobody holds any more, is skipped for `reason`."""
    held = select(SweepSite.site_id).where(
        SweepSite.sweep_id == sweep_id, SweepSite.state == "leased", col(SweepSite.leased_until) >= now
    )
    abandoned = update(SweepItem).where(
        col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "leased", col(SweepItem.site_id).not_in(held)
    )
    session.execute(abandoned.values(state="skipped", reason=reason, ended_at=now))


def set_state(session: Session, sweep_id: int, state: str, *, only_from: Collection[str]) -> bool:
    """True when the sweep was in one of the states `only_from` and is in `state` now."""
    changing = update(Sweep).where(col(Sweep.id) == sweep_id, col(Sweep.state).in_(only_from))
    return _changed(session.execute(changing.values(state=state))) == 1


def counts(session: Session, sweep_id: int) -> dict[str, int]:
    """How many items of a sweep are in each state."""
    wanted = select(SweepItem.state, func.count()).where(SweepItem.sweep_id == sweep_id).group_by(SweepItem.state)
    return dict(session.exec(wanted).all())


def looked_at_since(session: Session, sweep_id: int, since: datetime) -> int:
    """How many devices of a sweep were looked at (not skipped) and ended at `since` or later."""
    wanted = select(func.count()).where(
        SweepItem.sweep_id == sweep_id, col(SweepItem.state).in_(LOOKED_AT), col(SweepItem.ended_at) >= since
    )
    return session.exec(wanted).one()


def last_durations(session: Session, sweep_id: int, limit: int) -> list[float]:
    """How many seconds the last looks of a sweep took that came to an answer."""
    wanted = select(SweepItem.started_at, SweepItem.ended_at).where(
        SweepItem.sweep_id == sweep_id, SweepItem.state == "done"
    )
    rows = session.exec(wanted.order_by(col(SweepItem.ended_at).desc()).limit(limit)).all()
    return [(ended - started).total_seconds() for started, ended in rows if started is not None and ended is not None]


def under_way(session: Session, sweep_id: int) -> list[tuple[datetime, int]]:
    """The looks that go on: since when, and how many channels are registered of each device."""
    wanted = (
        select(SweepItem.started_at, func.count(col(Channel.id)))
        .join(Channel, col(Channel.device_id) == col(SweepItem.device_id), isouter=True)
        .where(SweepItem.sweep_id == sweep_id, SweepItem.state == "leased")
        .group_by(col(SweepItem.id), col(SweepItem.started_at))
    )
    return [(started, channels) for started, channels in session.exec(wanted).all() if started is not None]


def to_tidy(session: Session, now: datetime) -> list[Sweep]:
    """Sweeps that may have work left that nobody will do: cancelled ones, and those whose time is over."""
    over = (col(Sweep.state) == "cancelled") | (col(Sweep.ends_by) < now)
    return list(session.exec(select(Sweep).where(over, col(Sweep.ended_at).is_(None))).all())


def _undecided(rules: Collection[str]) -> Any:
    newest_look = select(SheetRecord.at).where(SheetRecord.device_id == FindingRecord.device_id).scalar_subquery()
    not_since = and_(col(FindingRecord.outcome) == "fail", col(FindingRecord.seen_at) < newest_look)
    return select(FindingRecord.device_id).where(
        col(FindingRecord.rule).in_(rules),
        or_(col(FindingRecord.outcome) == "unknown", not_since),
        col(FindingRecord.seen_at).is_not(None),
        col(FindingRecord.until).is_(None),
    )


def _lasts(site: Any, now: datetime, until: datetime) -> Any:
    """A lease that has not run out, and does not end so late that its clock must have been wrong."""
    return (col(site.leased_until) >= now) & (col(site.leased_until) <= until + (until - now))


def _looked_at_elsewhere(session: Session, item_id: int, now: datetime) -> bool:
    here, elsewhere = aliased(SweepItem), aliased(SweepItem)
    wanted = (
        select(elsewhere.id)
        .join(here, col(here.device_id) == col(elsewhere.device_id))
        .join(
            SweepSite,
            (col(SweepSite.sweep_id) == col(elsewhere.sweep_id)) & (col(SweepSite.site_id) == col(elsewhere.site_id)),
        )
        .where(
            here.id == item_id,
            col(elsewhere.id) != item_id,
            elsewhere.state == "leased",
            SweepSite.state == "leased",
            col(SweepSite.leased_until) >= now,
        )
    )
    return session.exec(wanted.limit(1)).first() is not None


def _without_final_state(sweep_id: int) -> Any:
    return select(SweepItem.id).where(SweepItem.sweep_id == sweep_id, col(SweepItem.state).not_in(FINAL))


def _changed(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
