"""Mailboxes, what was sent to whom on which day, maintenance, and schools that are out of reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_
from sqlmodel import Session, col, select

from camera_registry.models import (
    Account,
    Device,
    District,
    Mailbox,
    Mailed,
    Maintenance,
    Outage,
    Reply,
    School,
    Site,
    Sweep,
    SweepItem,
    WaiverRecord,
)
from camera_registry.store.places import Sql, choose, rows

OUT_OF_REACH = ("unreachable", "timeout")
"""Failures of a look that say that nobody was there."""
CUT_OFF = ("window_over", "cancelled", "agent_silent")
"""Why a device was not looked at by a sweep that did not come to its end."""
LATE = timedelta(days=3)
"""A sweep that ended longer ago is no news."""
HELD = timedelta(days=14)
"""Maintenance that no night came after for longer is not looked for."""


def mailbox(session: Session, account_id: int) -> Mailbox | None:
    """The mailbox of this account; None where there is none."""
    return session.get(Mailbox, account_id)


def mailbox_of(session: Session, account_id: int) -> tuple[Mailbox, Account] | None:
    """The mailbox with its account, if that is open; None where there is none."""
    wanted = select(Mailbox, Account).join(Account, col(Mailbox.account_id) == col(Account.id))
    return session.exec(wanted.where(col(Account.closed_at).is_(None), Mailbox.account_id == account_id)).first()


def mailboxes(session: Session) -> list[tuple[Mailbox, Account]]:
    """The mailboxes of all accounts that are open."""
    wanted = select(Mailbox, Account).join(Account, col(Mailbox.account_id) == col(Account.id))
    return list(session.exec(wanted.where(col(Account.closed_at).is_(None)).order_by(col(Account.id))).all())


def mailed_on(session: Session, day: date) -> dict[tuple[int, str], Mailed]:
    """What became of the messages of this day, by account and kind."""
    found = session.exec(select(Mailed).where(Mailed.day == day)).all()
    return {(row.account_id, row.kind): row for row in found}


def mailed(session: Session, account_id: int, kind: str, day: date) -> Mailed | None:
    """What became of the message of this kind and day."""
    wanted = select(Mailed).where(Mailed.account_id == account_id, Mailed.kind == kind, Mailed.day == day)
    return session.exec(wanted).first()


def told_until(session: Session, account_id: int, kind: str) -> datetime | None:
    """Until when the news of this kind were told to the person; None: never."""
    wanted = select(Mailed.at).where(Mailed.account_id == account_id, Mailed.kind == kind)
    wanted = wanted.where(col(Mailed.state).in_(("sent", "quiet"))).order_by(col(Mailed.day).desc()).limit(1)
    return session.exec(wanted).first()


def windows(session: Session, since: datetime, until: datetime) -> list[Maintenance]:
    """The maintenance that goes on at some moment between the two."""
    wanted = select(Maintenance).where(col(Maintenance.begins) < until, col(Maintenance.ends) > since)
    return list(session.exec(wanted.order_by(col(Maintenance.id))).all())


def released(session: Session, since: datetime, until: datetime) -> list[Maintenance]:
    """The maintenance after which the first night ended in (since, until]: what broke in it and was not mended is known
    by then.
    """
    chosen = choose(Sweep.started_at, Sweep.ended_at).where(Sweep.kind == "night", Sweep.state == "done")
    nights = rows(session, chosen.where(col(Sweep.ended_at) > since - HELD, col(Sweep.ended_at) <= until))
    found = []
    for window in windows(session, since - HELD, until):
        after = [night.ended_at for night in nights if night.started_at and night.started_at >= window.ends]
        if after and since < min(after):
            found.append(window)
    return found


def maintenance_rows(session: Session, since: datetime) -> Sequence[Any]:
    """The maintenance that has not ended before this moment, with the names of its place, what begins last first."""
    columns: tuple[Sql, ...] = (Maintenance, col(District.name).label("district"), col(School.name).label("school"))
    chosen = choose(*columns).select_from(Maintenance)
    chosen = chosen.outerjoin(District, col(Maintenance.district_id) == District.id)
    chosen = chosen.outerjoin(School, col(Maintenance.school_id) == School.id)
    return rows(session, chosen.where(col(Maintenance.ends) > since).order_by(col(Maintenance.begins).desc()))


def maintenance(session: Session, number: int) -> Maintenance | None:
    """The maintenance of this number."""
    return session.exec(select(Maintenance).where(Maintenance.id == number)).first()


def sweeps_ended(session: Session, now: datetime) -> list[Sweep]:
    """The sweeps by night and by day that have ended lately, the oldest first."""
    wanted = select(Sweep).where(col(Sweep.kind).in_(("night", "day")), Sweep.state == "done")
    wanted = wanted.where(col(Sweep.ended_at) > now - LATE)
    return list(session.exec(wanted.order_by(col(Sweep.ended_at), col(Sweep.id))).all())


def at_schools(session: Session, sweep_id: int, *, by_day: bool = False) -> Sequence[Any]:
    """Of each school in a sweep: how many devices were looked at, how many of them were there (`answered`), how many
    the sweep did not come to (`left`), when the last look ended. `by_day`: only schools that are looked at by day
    alone, because no site has power at night; of others a sweep by day sees what was silent, which tells nothing.
    """
    looked = col(SweepItem.state).in_(("done", "failed"))
    cut = (col(SweepItem.state) == "skipped") & col(SweepItem.reason).in_(CUT_OFF)
    out = (col(SweepItem.state) == "failed") & col(SweepItem.reason).in_(OUT_OF_REACH)
    columns: tuple[Sql, ...] = (
        col(School.id).label("school_id"), col(School.code).label("code"), col(School.name).label("name"),
        col(School.managed_by).label("district_id"), func.sum(case((looked, 1), else_=0)).label("looked"),
        func.sum(case((looked & ~out, 1), else_=0)).label("answered"), func.sum(case((cut, 1), else_=0)).label("left"),
        func.max(case((looked, SweepItem.ended_at))).label("at"),
    )  # fmt: skip
    chosen = choose(*columns).select_from(SweepItem).join(Device, col(SweepItem.device_id) == Device.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    chosen = chosen.where(col(SweepItem.sweep_id) == sweep_id, or_(looked, cut))
    if by_day:
        chosen = chosen.where(~_looked_at_by_night())
    grouped = chosen.group_by(col(School.id), col(School.code), col(School.name), col(School.managed_by))
    return rows(session, grouped.order_by(col(School.code)))


def _looked_at_by_night() -> Sql:
    """The condition that a school has a device that can be reached at a site with power at night."""
    lit = choose(Device.id).join(Site, col(Site.id) == col(Device.site_id)).where(~col(Site.day_window))
    return (
        lit.where(Device.school_id == School.id, Device.kind != "cloud", Device.host != "").correlate(School).exists()
    )


def outages_now(session: Session) -> dict[int, Outage]:
    """The schools that are out of reach, by their ids."""
    return {row.school_id: row for row in session.exec(select(Outage).where(col(Outage.ended_at).is_(None))).all()}


def outages(session: Session, since: datetime, district_id: int | None = None) -> Sequence[Any]:
    """Outages of which it was noticed after a moment that they began or ended, or that go on: with code and name of the
    school.
    """
    columns: tuple[Sql, ...] = (
        col(School.code).label("code"),
        col(School.name).label("school"),
        Outage.began_at,
        Outage.ended_at,
        Outage.noticed_at,
        Outage.over_noticed_at,
    )
    chosen = choose(*columns).select_from(Outage).join(School, col(Outage.school_id) == School.id)
    chosen = chosen.where(or_(col(Outage.ended_at).is_(None), col(Outage.over_noticed_at) > since))
    chosen = chosen if district_id is None else chosen.where(col(School.managed_by) == district_id)
    return rows(session, chosen.order_by(col(School.name), col(Outage.id)))


def out_of_reach(session: Session) -> set[str]:
    """The codes of the schools that are out of reach now."""
    chosen = choose(School.code).select_from(Outage).join(School, col(Outage.school_id) == School.id)
    return {row.code for row in rows(session, chosen.where(col(Outage.ended_at).is_(None)))}


def waivers_new(session: Session, since: datetime, until: datetime, first: date, last: date) -> tuple[int, int]:
    """How many waivers were asked for in (since, until] and wait still; how many that are approved end between two
    days, both included.
    """
    asked = (col(WaiverRecord.state) == "asked") & (col(WaiverRecord.asked_at) > since)
    asked &= col(WaiverRecord.asked_at) <= until
    ending = (col(WaiverRecord.state) == "approved") & col(WaiverRecord.ends).between(first, last)
    counts = [func.sum(case((condition, 1), else_=0)) for condition in (asked, ending)]
    (row,) = rows(session, choose(*counts).select_from(WaiverRecord))
    return int(row[0] or 0), int(row[1] or 0)


def replies_new(session: Session, since: datetime, until: datetime) -> int:
    """How many replies schools have sent in (since, until]."""
    come = (col(Reply.at) > since, col(Reply.at) <= until)
    (row,) = rows(session, choose(func.count()).select_from(Reply).where(*come))
    return int(row[0])


def schools(session: Session, codes: Collection[str]) -> dict[str, tuple[int, int, str]]:
    """Id, unit and name of these schools, by their codes."""
    chosen = choose(School.id, School.code, School.managed_by, School.name)
    found = rows(session, chosen)
    return {row.code: (row.id, row.managed_by, row.name) for row in found if row.code in codes}
