"""Sweeps, the leases of their sites, and their items.

Strategy: whoever wants a site reads which is the first, and takes it with one UPDATE that holds only while the site is
as it was read. A site is leased to one worker at a time, over all sweeps. An item gets its final state once: `finish`
says whether this call gave it. A lease that has run out offers again what has no final state. What is asked for every
device of a night is built once (`_BEGIN` and others): to build a statement costs more than to run it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from sqlalchemy import bindparam, case, exists, insert, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from camera_registry.models import Site, Sweep, SweepItem, SweepSite, UtcDateTime
from camera_registry.store.known import forget
from camera_registry.store.open_sites import AGENT, SITE, TAKE, first_waiting, lasts, leased
from camera_registry.store.passes import FINAL, as_first, changed, in_all, unfinished_items

_ITEM: Any = SweepItem.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
UNFINISHED = ("planned", "running", "paused")
OPEN = ("planned", "running")
NOBODY_ENDS = timedelta(days=1)
"""When an order of an agent is over for so long, there is nobody any more who ends it."""
Skipped = Literal[
    "cloud_only", "no_address", "unreadable_login", "cancelled", "window_over", "day_window", "silent", "agent_silent"
]
SKIPPED: tuple[Skipped, ...] = get_args(Skipped)
"""Why a device was not looked at."""


@dataclass(frozen=True)
class Lease:
    """One site of one sweep of a kind (night, day, light, asked), held under the name `owner`, which no other lease
    has: as long as it stands there, nobody else has taken the site. `school_day` is that of the sweep, `uplink_mbps`
    what the line of the site sends, where it is known.
    """

    sweep_id: int
    site_id: int
    kind: str
    owner: str
    school_day: bool = True
    uplink_mbps: float | None = None


@dataclass(frozen=True)
class Begun:
    """An item that is being looked at: for so many times now, in its first or its second pass."""

    device_id: int
    attempts: int
    passes: int


def add(
    session: Session,
    sweep: Sweep,
    sites: Mapping[int, int],
    items: Iterable[Mapping[str, Any]],
    not_before: Mapping[int, datetime] = MappingProxyType({}),
) -> Sweep:
    """`sweep` is planned: its sites with their ranks (the lowest first), when each may begin, and its items.

    Raises sqlalchemy.exc.IntegrityError when a sweep of this night is there already.
    """
    session.add(sweep)
    session.flush()
    leases = [
        {"sweep_id": sweep.id, "site_id": site, "rank": rank, "not_before": not_before.get(site)}
        for site, rank in sites.items()
    ]
    rows = [{"sweep_id": sweep.id, **item} for item in items]
    for table, values in ((SweepSite, leases), (SweepItem, rows)):
        if values:  # without values one row of defaults would be written
            session.execute(insert(table), values)
    return sweep


def by_night(session: Session, night: str) -> Sweep | None:
    """The sweep of this night."""
    return session.exec(select(Sweep).where(Sweep.night == night)).first()


def was_by_day(session: Session, night: str) -> bool:
    """True when there was a sweep by day on the day on which this night begins."""
    wanted = select(Sweep.id).where(Sweep.kind == "day", col(Sweep.night).startswith(f"{night} ", autoescape=True))
    return session.exec(wanted.limit(1)).first() is not None


def by_id(session: Session, sweep_id: int) -> Sweep | None:
    """The sweep with this id."""
    return session.get(Sweep, sweep_id)


def whole(session: Session, sweep_id: int) -> bool:
    """True when every site of the sweep is seen in this session: there is none of another's."""
    of_sweep = SITE.c.sweep_id == sweep_id  # over the bare table, without the limits of the viewer
    seen: int = session.exec(select(func.count()).select_from(SweepSite).where(SweepSite.sweep_id == sweep_id)).one()
    there: int = session.execute(sa_select(func.count()).select_from(SITE).where(of_sweep)).scalar_one()
    return seen == there


def unfinished(session: Session) -> list[Sweep]:
    """Sweeps that are planned, running or paused, the newest first."""
    wanted = select(Sweep).where(col(Sweep.state).in_(UNFINISHED)).order_by(col(Sweep.id).desc())
    return list(session.exec(wanted).all())


def latest(session: Session) -> Sweep | None:
    """The sweep that was planned last."""
    return session.exec(select(Sweep).order_by(col(Sweep.id).desc()).limit(1)).first()


def asked(session: Session, scope: str) -> Sweep | None:
    """The sweep of this scope that a person asked for and in which something is still to be looked at: one of which the
    worker has only its site to give back tells nothing new to who asks now.
    """
    wanted = select(Sweep).where(Sweep.kind == "asked", Sweep.scope == scope, col(Sweep.state).in_(UNFINISHED))
    return next((sweep for sweep in session.exec(wanted).all() if _goes_on(session, sweep.id or 0)), None)


def _goes_on(session: Session, sweep_id: int) -> bool:
    return session.exec(select(SweepItem.id).where(unfinished_items(sweep_id)).limit(1)).first() is not None


def claim(
    session: Session,
    owner: str,
    now: datetime,
    until: datetime,
    sweep_id: int | None = None,
    not_at: Collection[int] = (),
    kinds: Collection[str] | None = None,
    agent_id: int | None = None,
) -> Lease | None:
    """`owner` has a site until `until`: one that waits and may begin, or whose lease has run out; None when there is
    none. A site of an active agent is claimed for it alone (`agent_id`), and it has no other.

    What a person asked for goes first, then the sites in the order of their ranks; `kinds` are those of the sweeps that
    may be claimed of. A site that another sweep has leased is left alone, and so are the sites `not_at`. A lease that
    ends later than a lease may is of a clock that was wrong.
    """
    held = leased(session)
    barred = {row.site_id for row in held if lasts(row, now, until)} | set(not_at)
    run_out = [row for row in held if row.site_id not in barred and row.agent_id == agent_id]
    found = []
    for sweep in _open_sweeps(session, sweep_id, kinds):
        free = {"sweep": sweep.id, "now": now, "not_at": list(barred)}
        first = first_waiting(session, free, agent_id)
        sites = [*first, *(row for row in run_out if row.sweep_id == sweep.id)]
        found += [((sweep.kind != "asked", site.rank, site.site_id), sweep, site) for site in sites]
    if not found:
        return None
    _, sweep, site = min(found, key=lambda each: each[0])
    seen = {"sweep": sweep.id, "site": site.site_id, "was": site.state, "of": site.owner}
    if session.connection().execute(TAKE, {**seen, "by": owner, "ends": until}).rowcount == 0:
        return None
    if sweep.state == "planned":
        begun = update(Sweep).where(col(Sweep.id) == sweep.id, col(Sweep.state) == "planned")
        session.execute(begun.values(state="running", started_at=now))
    uplink = session.exec(select(Site.uplink_mbps).where(Site.id == site.site_id)).first()
    return Lease(sweep.id, site.site_id, sweep.kind, owner, sweep.school_day, uplink)


def _open_sweeps(session: Session, sweep_id: int | None, kinds: Collection[str] | None) -> Sequence[Any]:
    """The sweeps of which sites may be claimed: this one alone, of these kinds alone."""
    wanted = select(Sweep.id, Sweep.kind, Sweep.state, Sweep.school_day).where(col(Sweep.state).in_(OPEN))
    if sweep_id is not None:
        wanted = wanted.where(Sweep.id == sweep_id)
    if kinds is not None:
        wanted = wanted.where(col(Sweep.kind).in_(kinds))
    return session.exec(wanted).all()


def extend(session: Session, owners: Collection[str], until: datetime) -> set[str]:
    """Every lease that nobody else has taken runs until `until`, whatever the clock said before; their owners."""
    extending = (
        update(SweepSite)
        .where(col(SweepSite.owner).in_(owners), col(SweepSite.state) == "leased")
        .values(leased_until=until)
        .returning(col(SweepSite.owner))
    )
    return {row.owner for row in session.execute(extending).all()}


def may_begin(session: Session, lease: Lease, now: datetime) -> bool:
    """True while looks of its sweep may begin, and nobody else has taken this site."""
    held = {"sweep": lease.sweep_id, "site": lease.site_id, "owner": lease.owner, "now": now}
    return session.execute(_MAY_BEGIN, held).first() is not None


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
    """A site is given back: done when all its items have a final state, else it waits, until one of them may be looked
    at. A sweep whose sites are all done is over.
    """
    rest = session.exec(
        select(SweepItem.not_before)
        .where(unfinished_items(lease.sweep_id), SweepItem.site_id == lease.site_id)
        .order_by(col(SweepItem.not_before).is_not(None), col(SweepItem.not_before))
    ).all()
    session.execute(
        update(SweepSite)
        .where(
            col(SweepSite.sweep_id) == lease.sweep_id,
            col(SweepSite.site_id) == lease.site_id,
            col(SweepSite.owner) == lease.owner,
        )
        .values(state="waiting" if rest else "done", owner="", leased_until=None, not_before=rest[0] if rest else None)
    )
    end_when_done(session, lease.sweep_id, now)


def end_when_done(session: Session, sweep_id: int, now: datetime) -> None:
    """The sweep is over when each of its items has a final state; one that was cancelled stays so."""
    if _goes_on(session, sweep_id):
        return
    ending = update(Sweep).where(col(Sweep.id) == sweep_id, col(Sweep.ended_at).is_(None))
    over = case((col(Sweep.state) == "cancelled", "cancelled"), else_="done")
    session.execute(ending.values(state=over, ended_at=now))


def items_to_do(session: Session, lease: Lease, now: datetime | None = None) -> list[SweepItem]:
    """The items of a leased site without a final state that may be looked at now: those in their second pass when all
    others are done.
    """
    wanted = select(SweepItem).where(unfinished_items(lease.sweep_id), SweepItem.site_id == lease.site_id)
    if now is not None:
        wanted = wanted.where(col(SweepItem.not_before).is_(None) | (col(SweepItem.not_before) <= now))
    found = list(session.exec(wanted.order_by(col(SweepItem.id))).all())
    return [item for item in found if item.passes == 1] or found


def begin(session: Session, item_id: int, now: datetime) -> Begun | None:
    """The item is being looked at now, one attempt more; None when it has a final state, and while its device is being
    looked at in another sweep (it was moved to another site meanwhile).
    """
    row = session.connection().execute(_BEGIN, {"item": item_id, "now": now, "began": now}).first()
    forget(session, SweepItem, [item_id])
    return None if row is None else Begun(*row)


def device_of(session: Session, item_id: int) -> int:
    """The device of an item."""
    return session.exec(select(SweepItem.device_id).where(SweepItem.id == item_id)).one()


def put_step(session: Session, item_id: int, step: str) -> None:
    """A person may see what the look at this item is at."""
    session.execute(update(SweepItem).where(col(SweepItem.id) == item_id).values(step=step))


def put_back(session: Session, item_id: int) -> None:
    """The item waits again, as if it had not begun, unless it has a final state."""
    waiting = update(SweepItem).where(col(SweepItem.id) == item_id, col(SweepItem.state) == "leased")
    session.execute(waiting.values(state="waiting", attempts=col(SweepItem.attempts) - 1))


def refused(session: Session, item_id: int, *, late: bool = False) -> None:
    """The device has refused a login during the look that goes on: counted at once, whatever becomes of the look.
    `late`: during one that never came to its end here, whatever the item has come to since.
    """
    counting = update(SweepItem).where(col(SweepItem.id) == item_id)
    if not late:
        counting = counting.where(col(SweepItem.state).not_in(FINAL))
    session.execute(counting.values(refusals=col(SweepItem.refusals) + 1))


def finish(session: Session, item_id: int, state: str, now: datetime, **values: Any) -> bool:
    """True when the item has got its final state by this call; False when it had one. What it cost in an earlier pass
    is added; refusals counted before stay.
    """
    values |= {"state": state, "ended_at": now}
    bound = {f"new_{name}": value for name, value in values.items()}
    done = session.connection().execute(_finishing(tuple(sorted(values))), {"item": item_id, **bound})
    forget(session, SweepItem, [item_id])
    return changed(done) == 1


def skip_waiting(session: Session, sweep_id: int, reason: Skipped, now: datetime) -> None:
    """What has not begun in this sweep is skipped for `reason`, what waits for its second pass ends as its first did;
    what is under way ends as it will.
    """
    waiting = update(SweepItem).where(col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "waiting")
    session.execute(waiting.values(**as_first("skipped", reason, now)))


def skip_abandoned(session: Session, sweep_id: int, reason: Skipped, now: datetime) -> None:
    """What is under way in this sweep, and whose site nobody holds any more, is skipped for `reason`. What an agent has
    ends with its order, which is ended by whoever takes results, after those that had come; where nobody does, a day
    later.
    """
    of_agent = col(SweepSite.owner).startswith(AGENT, autoescape=True) & (
        col(SweepSite.leased_until) >= now - NOBODY_ENDS
    )
    held = select(SweepSite.site_id).where(
        SweepSite.sweep_id == sweep_id, SweepSite.state == "leased", (col(SweepSite.leased_until) >= now) | of_agent
    )
    abandoned = update(SweepItem).where(
        col(SweepItem.sweep_id) == sweep_id, col(SweepItem.state) == "leased", col(SweepItem.site_id).not_in(held)
    )
    session.execute(abandoned.values(**as_first("skipped", reason, now)))


def set_state(session: Session, sweep_id: int, state: str, *, only_from: Collection[str]) -> bool:
    """True when the sweep was in one of the states `only_from` and is in `state` now."""
    changing = update(Sweep).where(col(Sweep.id) == sweep_id, col(Sweep.state).in_(only_from))
    return changed(session.execute(changing.values(state=state))) == 1


def counts(session: Session, sweep_id: int) -> dict[str, int]:
    """How many items of a sweep are in each state."""
    wanted = select(SweepItem.state, func.count()).where(SweepItem.sweep_id == sweep_id).group_by(SweepItem.state)
    return dict(session.exec(wanted).all())


def to_tidy(session: Session, now: datetime) -> list[Sweep]:
    """Sweeps that may have work left that nobody will do: cancelled ones, and those whose time is over."""
    over = (col(Sweep.state) == "cancelled") | (col(Sweep.ends_by) < now)
    return list(session.exec(select(Sweep).where(over, col(Sweep.ended_at).is_(None))).all())


@cache
def _finishing(names: tuple[str, ...]) -> Any:
    """The statement that gives an item its final state and values of these names."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}", type_=_ITEM.c[name].type) for name in names}
    return update(_ITEM).where(_ITEM.c.id == bindparam("item"), _ITEM.c.state.not_in(FINAL)).values(in_all(new))


def _beginning() -> Any:
    other, now = _ITEM.alias(), bindparam("now", type_=UtcDateTime())
    here = (SITE.c.sweep_id == other.c.sweep_id) & (SITE.c.site_id == other.c.site_id)
    held = exists().where(here, SITE.c.state == "leased", SITE.c.leased_until >= now)
    same, another = other.c.device_id == _ITEM.c.device_id, other.c.id != _ITEM.c.id
    elsewhere = exists().where(same, other.c.ended_at.is_(None), other.c.state == "leased", another, held)
    began = bindparam("began", type_=_ITEM.c.started_at.type)
    return (
        update(_ITEM)
        .where(_ITEM.c.id == bindparam("item"), _ITEM.c.state.not_in(FINAL), ~elsewhere)
        .values(state="leased", started_at=began, attempts=_ITEM.c.attempts + 1)
        .returning(_ITEM.c.device_id, _ITEM.c.attempts, _ITEM.c.passes)
    )


_MAY_BEGIN = (
    sa_select(col(SweepSite.site_id))
    .join(Sweep, col(Sweep.id) == col(SweepSite.sweep_id))
    .where(
        col(SweepSite.sweep_id) == bindparam("sweep"),
        col(SweepSite.site_id) == bindparam("site"),
        col(SweepSite.owner) == bindparam("owner"),
        col(SweepSite.state) == "leased",
        col(Sweep.state).in_(OPEN),
        col(Sweep.ends_by).is_(None) | (col(Sweep.ends_by) > bindparam("now")),
    )
)
_BEGIN = _beginning()
