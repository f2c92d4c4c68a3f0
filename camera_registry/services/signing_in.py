"""Signing in: password, second factor, session; and who asks, by the token a browser or a program holds.

Strategy: a failure is counted before the password is looked at, in a transaction of its own, so that many guesses at
once count as many; a success takes the count back. Nobody learns whether a login is there, was closed, or had another
password. A session that waits for a code, a second factor or a new password opens nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from sqlmodel import Session

from camera_registry.access import second_factor, throttle, tokens
from camera_registry.access.second_factor import TotpPlace
from camera_registry.access.viewer import Viewer
from camera_registry.models import Account, LoginSession, LoginThrottle
from camera_registry.services.accounts import role_of
from camera_registry.services.days import day_of
from camera_registry.store import accounts, sessions
from camera_registry.vault import Vault

WaitsFor = Literal["", "code", "second_factor", "password"]
LONGEST_BROWSER = 200
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was seen last."""
CLOCKS = timedelta(minutes=5)
"""So much the clocks of machines that show the pages may differ."""


@dataclass(frozen=True)
class Terms:
    """How long a session lasts, without being used and at all, and which roles need a second factor."""

    idle: timedelta = timedelta(minutes=120)
    longest: timedelta = timedelta(hours=12)
    second_factor: frozenset[str] = frozenset({"admin"})


@dataclass(frozen=True)
class Known:
    """Who asks: the viewer, and what the session still waits for."""

    viewer: Viewer
    waits_for: str = ""


def counted(session: Session, login: str, address: str, now: datetime) -> datetime | None:
    """Until when nothing is taken for this login or from this address; None: the try was counted and may go on.

    To be committed before the password is looked at.
    """
    sessions.old_failures(session, now - throttle.FORGOTTEN_AFTER)
    rows = {kind: _row(session, kind, value, now) for kind, value in (("login", login), ("address", address))}
    until = max(
        (row.until for row in rows.values() if row.until is not None and throttle.waits(row.until, now)), default=None
    )
    if until is not None:
        return until
    for kind, row in rows.items():
        row.failures = throttle.failures_now(row.failures, row.last_at, now) + 1
        row.last_at, row.until = now, throttle.wait_until(kind, row.failures, now)
        session.add(row)
    return None


def kept_of(session: Session, login: str) -> str | None:
    """The hash of the password of this login; None for one that nobody has, or that is closed. It is compared when the
    session of the database is closed: that takes its time.
    """
    account = accounts.by_login(session, login)
    return account.password if account is not None and account.closed_at is None else None


def begin(
    session: Session, login: str, kept: str, terms: Terms, address: str, browser: str, now: datetime
) -> tuple[str, Account] | None:
    """The token of a new session of this person, whose password with the hash `kept` was right; None when it was
    changed, or the account closed, meanwhile. The failure that was counted at the address is taken back, those of the
    login once no code is waited for.
    """
    account = accounts.by_login(session, login)
    if account is None or account.password != kept or account.closed_at is not None:
        return None
    token, waits = tokens.new(), first_wait(account, terms)
    session.add(
        LoginSession(
            account_id=account.id or 0,
            token=tokens.digest(token),
            waits_for=waits,
            begun_at=now,
            seen_at=now,
            address=address,
            browser=browser[:LONGEST_BROWSER],
        )
    )
    forget_one(session, address)
    if waits != "code":
        sessions.forget_failures(session, throttle.key_of("login", login))
    return token, account


def first_wait(account: Account, terms: Terms) -> WaitsFor:
    """What a person has to do before anything else."""
    if account.totp is not None:
        return "code"
    return after_code(account, terms)


def after_code(account: Account, terms: Terms) -> WaitsFor:
    """What is left when the second factor was shown, or there is none."""
    if account.must_change:
        return "password"
    return "second_factor" if account.role in terms.second_factor and account.totp is None else ""


def code_is_right(session: Session, vault: Vault, account: Account, code: str, now: datetime) -> bool:
    """True when the phone of this person shows this code now, and it was not used before; it is used then."""
    if account.totp is None:
        return False
    secret = vault.open(account.totp, TotpPlace(account.id or 0))
    step = second_factor.step_of(secret, code, now, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    session.add(account)
    return True


def forget(session: Session, login: str, address: str) -> None:
    """The failures of this login, and this last one of the address, do not count."""
    sessions.forget_failures(session, throttle.key_of("login", login))
    forget_one(session, address)


def forget_one(session: Session, address: str) -> None:
    """The last failure of the address does not count."""
    row = sessions.failures(session, throttle.key_of("address", address))
    if row is not None:
        row.failures, row.until = max(0, row.failures - 1), None
        session.add(row)


def by_session(session: Session, token: str, terms: Terms, zone: tzinfo, address: str, now: datetime) -> Known | None:
    """Who holds this token in a browser; None for a session that has ended, or that was left alone too long, and for
    one that was seen in a time to come.
    """
    found = sessions.by_token(session, tokens.digest(token))
    if found is None:
        return None
    row, account = found
    over = row.ended_at is not None or now - row.begun_at > terms.longest or now - row.seen_at > terms.idle
    to_come = row.seen_at - now > CLOCKS  # the clock was set back: how long the session was left alone is not known
    if over or to_come or account.closed_at is not None:
        return None
    return Known(viewer_of(session, account, zone, address, now, session_id=row.id or 0), row.waits_for)


def by_program(session: Session, token: str, zone: tzinfo, address: str, now: datetime) -> Known | None:
    """In whose name the program that holds this token asks; None for one that has ended."""
    found = sessions.program(session, tokens.digest(token))
    if found is None:
        return None
    row, account = found
    if row.ended_at is not None or row.ends_at <= now or account.closed_at is not None:
        return None
    viewer = viewer_of(session, account, zone, address, now, writes=row.scope == "write")
    return Known(replace(viewer, only="watch") if row.scope == tokens.METRICS else viewer)


def was_seen(session: Session, known: Known, now: datetime) -> None:
    """The session is used at `now`."""
    row = sessions.by_id(session, known.viewer.session_id)
    if row is not None:
        row.seen_at = now
        session.add(row)


def is_due(session: Session, known: Known, now: datetime) -> bool:
    """True when it has to be kept again that the session is used."""
    row = sessions.by_id(session, known.viewer.session_id)
    return row is not None and now - row.seen_at > SEEN_EVERY


def viewer_of(
    session: Session,
    account: Account,
    zone: tzinfo,
    address: str,
    now: datetime,
    *,
    writes: bool = True,
    session_id: int = 0,
) -> Viewer:
    """The viewer that this account is at `now`."""
    number = account.id or 0
    mine = frozenset({account.school_id}) if account.school_id is not None else frozenset()
    if account.role == "technician":
        mine = accounts.schools_on(session, number, day_of(now, zone))
    return Viewer(
        account_id=number,
        login=account.login,
        name=account.name,
        role=role_of(account),
        district_id=account.district_id,
        school_ids=mine,
        writes=writes,
        address=address,
        session_id=session_id,
    )


def _row(session: Session, kind: str, value: str, now: datetime) -> LoginThrottle:
    key = throttle.key_of(kind, value)
    return sessions.failures(session, key) or LoginThrottle(key=key, last_at=now)
