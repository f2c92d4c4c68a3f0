"""Who is signed in: sessions of browsers, tokens of programs, and failed logins."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select, update

from camera_registry.models import Account, ApiToken, LoginSession, LoginThrottle


def by_token(session: Session, digest: str) -> tuple[LoginSession, Account] | None:
    """The session of a browser that holds this token, and whose it is; ended ones too."""
    wanted = select(LoginSession, Account).join(Account).where(LoginSession.token == digest)
    return session.exec(wanted).first()


def by_id(session: Session, number: int) -> LoginSession | None:
    """The session of this number."""
    return session.get(LoginSession, number)


def going_on(session: Session, account_id: int) -> list[LoginSession]:
    """The sessions of an account that were not ended, the one seen last first."""
    wanted = select(LoginSession).where(LoginSession.account_id == account_id, col(LoginSession.ended_at).is_(None))
    return list(session.exec(wanted.order_by(col(LoginSession.seen_at).desc())).all())


def end_all(session: Session, account_id: int, now: datetime, but: int = 0) -> None:
    """Every session of the account has ended, but the one with the id `but`."""
    ending = update(LoginSession).where(
        col(LoginSession.account_id) == account_id, col(LoginSession.ended_at).is_(None), col(LoginSession.id) != but
    )
    session.execute(ending.values(ended_at=now))


def end_everybodys(session: Session, now: datetime) -> None:
    """Nobody is signed in any more."""
    session.execute(update(LoginSession).where(col(LoginSession.ended_at).is_(None)).values(ended_at=now))


def program(session: Session, digest: str) -> tuple[ApiToken, Account] | None:
    """The token of a program with this digest, and in whose name it asks."""
    wanted = select(ApiToken, Account).join(Account).where(ApiToken.token == digest)
    return session.exec(wanted).first()


def programs(session: Session, account_id: int) -> list[ApiToken]:
    """The tokens of an account, the newest first."""
    wanted = select(ApiToken).where(ApiToken.account_id == account_id)
    return list(session.exec(wanted.order_by(col(ApiToken.id).desc())).all())


def end_programs(session: Session, account_id: int, now: datetime) -> None:
    """Every token of the account has ended."""
    ending = update(ApiToken).where(col(ApiToken.account_id) == account_id, col(ApiToken.ended_at).is_(None))
    session.execute(ending.values(ended_at=now))


def failures(session: Session, key: str) -> LoginThrottle | None:
    """How often signing in failed under this key."""
    return session.get(LoginThrottle, key)


def forget_failures(session: Session, key: str) -> None:
    """Nothing failed under this key."""
    row = session.get(LoginThrottle, key)
    if row is not None:
        session.delete(row)


def old_failures(session: Session, before: datetime) -> None:
    """Failures from before that moment are forgotten."""
    for row in session.exec(select(LoginThrottle).where(col(LoginThrottle.last_at) < before)).all():
        session.delete(row)
