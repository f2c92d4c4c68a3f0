"""Discoveries that were asked for: one at a time at a site, held by one worker until its lease runs out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, update
from sqlmodel import Session, col, select

from camera_registry.models import Discovery, SweepSite
from camera_registry.store.places import choose
from camera_registry.store.schools import chunks

OPEN = ("waiting", "running")
_TABLE: Any = Discovery.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table


def by_id(session: Session, number: int) -> Discovery | None:
    """The discovery with this number."""
    return session.get(Discovery, number)


def add(session: Session, row: Discovery) -> Discovery:
    """It is kept, and has its number."""
    session.add(row)
    session.flush()
    return row


def open_at(session: Session, site_id: int) -> Discovery | None:
    """The discovery of this site that is not over."""
    wanted = select(Discovery).where(Discovery.site_id == site_id, col(Discovery.state).in_(OPEN))
    return session.exec(wanted).first()


def newest(session: Session, site_ids: Collection[int]) -> dict[int, Discovery]:
    """The newest discovery of each of these sites, whatever became of it."""
    return _newest(session, site_ids)


def newest_done(session: Session, site_ids: Collection[int]) -> dict[int, Discovery]:
    """The newest one that went through all addresses."""
    return _newest(session, site_ids, col(Discovery.state) == "done")


def _newest(session: Session, site_ids: Collection[int], *where: Any) -> dict[int, Discovery]:
    found: dict[int, Discovery] = {}
    for chunk in chunks(site_ids):
        last = choose(func.max(col(Discovery.id))).where(col(Discovery.site_id).in_(chunk), *where)
        wanted = select(Discovery).where(col(Discovery.id).in_(last.group_by(col(Discovery.site_id))))
        found |= {row.site_id: row for row in session.exec(wanted).all()}
    return found


def to_do(session: Session, now: datetime) -> int | None:
    """The one that waits longest, or whose worker is gone; not at a site at which a sweep is going on."""
    swept = exists().where(
        col(SweepSite.site_id) == col(Discovery.site_id),
        col(SweepSite.state) == "leased",
        col(SweepSite.leased_until) > now,
    )
    left = and_(col(Discovery.state) == "running", col(Discovery.leased_until) <= now)
    wanted = select(Discovery.id).where(or_(col(Discovery.state) == "waiting", left), ~swept)
    return session.exec(wanted.order_by(col(Discovery.id)).limit(1)).first()


def claim(session: Session, number: int, owner: str, now: datetime, until: datetime) -> bool:
    """True when `owner` has it until `until`: it still waited, or nobody had it any more."""
    left = and_(_TABLE.c.state == "running", _TABLE.c.leased_until <= now)
    mine = update(_TABLE).where(_TABLE.c.id == number, or_(_TABLE.c.state == "waiting", left))
    values = {"state": "running", "owner": owner, "leased_until": until, "attempts": _TABLE.c.attempts + 1}
    return session.connection().execute(mine.values(**values, checked=0)).rowcount == 1


def hold(session: Session, number: int, owner: str, until: datetime, checked: int, addresses: int) -> bool:
    """True when `owner` still has it, and goes on having it until `until`; so far it is."""
    mine = update(_TABLE).where(_TABLE.c.id == number, _TABLE.c.owner == owner, _TABLE.c.state == "running")
    values = {"leased_until": until, "checked": checked, "addresses": addresses}
    return session.connection().execute(mine.values(**values)).rowcount == 1


def end(session: Session, number: int, owner: str, values: dict[str, Any]) -> bool:
    """True when `owner` still had it; it has these values, and nobody has it any more."""
    mine = update(_TABLE).where(_TABLE.c.id == number, _TABLE.c.owner == owner, _TABLE.c.state == "running")
    gone = session.connection().execute(mine.values(**values, owner="", leased_until=None)).rowcount == 1
    session.expire_all()
    return gone
