"""Accounts, and where technicians work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from camera_registry.models import Account, Assignment, Credential, Device, District, School


def by_id(session: Session, account_id: int) -> Account | None:
    """The account with this id."""
    return session.get(Account, account_id)


def by_login(session: Session, login: str) -> Account | None:
    """The account of this login."""
    return session.exec(select(Account).where(Account.login == login)).first()


def by_seen_name(session: Session, seen: str) -> Account | None:
    """The account of a person who looks like this."""
    return session.exec(select(Account).where(Account.seen_name == seen)).first()


def every(session: Session, words: str = "") -> list[Account]:
    """All accounts whose login or name holds `words`; closed ones last."""
    wanted = select(Account).order_by(col(Account.closed_at).is_not(None), col(Account.role), col(Account.login))
    if words:
        like = f"%{words}%"
        wanted = wanted.where(or_(col(Account.login).like(like), func.has_words(Account.name, words)))
    return list(session.exec(wanted).all())


def open_ones(session: Session, role: str) -> int:
    """How many accounts of this role are open."""
    wanted = select(func.count()).select_from(Account).where(Account.role == role, col(Account.closed_at).is_(None))
    return int(session.exec(wanted).one())


def places(session: Session) -> tuple[dict[int, str], dict[int, str]]:
    """The names of units and of schools, by id, to be shown beside accounts."""
    districts = {row.id or 0: row.name for row in session.exec(select(District)).all()}
    schools = {row.id or 0: f"{row.name} ({row.code})" for row in session.exec(select(School)).all()}
    return districts, schools


def logins_of(session: Session, school_id: int) -> list[str]:
    """The logins of the people of a school."""
    return list(session.exec(select(Account.login).where(Account.school_id == school_id).order_by(Account.login)).all())


def assignments(session: Session, account_id: int) -> list[Assignment]:
    """Where a technician works and worked, the newest first."""
    wanted = select(Assignment).where(Assignment.account_id == account_id)
    return list(session.exec(wanted.order_by(col(Assignment.begins).desc(), col(Assignment.id).desc())).all())


def assignment(session: Session, number: int) -> Assignment | None:
    """The assignment of this number."""
    return session.get(Assignment, number)


def end_assignments(session: Session, account_id: int, today: date) -> None:
    """Access of this technician ends at once everywhere; what has not begun is gone."""
    for row in assignments(session, account_id):
        end_now(session, row, today)


def end_now(session: Session, row: Assignment, today: date) -> None:
    """Access ends at once: the last day was yesterday. What has ended before stays so; what has not begun is gone."""
    yesterday = today - timedelta(days=1)
    if row.begins > today:
        session.delete(row)
    elif row.ends is None or row.ends > yesterday:
        row.ends = yesterday
        session.add(row)


def schools_on(session: Session, account_id: int, day: date) -> frozenset[int]:
    """The schools at which a technician works on this day."""
    wanted = select(Assignment.school_id).where(
        Assignment.account_id == account_id,
        col(Assignment.begins) <= day,
        or_(col(Assignment.ends).is_(None), col(Assignment.ends) >= day),
    )
    return frozenset(session.exec(wanted).all())


def unchanged_since(session: Session, day: date) -> list[tuple[Assignment, Account, School, Device, Credential]]:
    """Logins of devices of schools at which a technician worked until before `day`, as they were then: assignment, who,
    where, which device, which login. Where the technician works there again there is none.
    """
    wanted = (
        select(Assignment, Account, School, Device)
        .join(Account, col(Account.id) == col(Assignment.account_id))
        .join(School, col(School.id) == col(Assignment.school_id))
        .join(Device, col(Device.school_id) == col(Assignment.school_id))
        .where(col(Assignment.ends) < day, col(Assignment.id).not_in(_of_those_who_are_back(day)))
        .order_by(col(School.code), col(Device.code), col(Assignment.ends).desc())
    )
    in_force = select(Credential).where(col(Credential.retired_at).is_(None)).order_by(col(Credential.id))
    logins: dict[int, list[Credential]] = {}
    for credential in session.exec(in_force).all():
        logins.setdefault(credential.device_id, []).append(credential)
    rows = session.exec(wanted).all()
    return [(*row, login) for row in rows for login in logins.get(row[3].id or 0, ())]


def _of_those_who_are_back(day: date) -> Any:
    """Assignments of technicians who work at the same school on this day."""
    here, before = aliased(Assignment), aliased(Assignment)
    same = and_(col(here.account_id) == col(before.account_id), col(here.school_id) == col(before.school_id))
    goes_on = or_(col(here.ends).is_(None), col(here.ends) >= day)
    return select(before.id).join(here, same).where(col(here.begins) <= day, goes_on)
