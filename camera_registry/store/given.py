"""Answers that the API has given to requests with an idempotency key; each is of the account that asked."""

from __future__ import annotations

from sqlmodel import Session, select

from camera_registry.models import GivenAnswer


def get(session: Session, account_id: int, key: str) -> GivenAnswer | None:
    """What was answered to this account under this key."""
    wanted = select(GivenAnswer).where(GivenAnswer.account_id == account_id, GivenAnswer.key == key)
    return session.exec(wanted).first()


def put(session: Session, answer: GivenAnswer) -> None:
    """The answer is kept; the one before under the same key is forgotten."""
    before = get(session, answer.account_id, answer.key)
    if before is not None:
        session.delete(before)
        session.flush()
    session.add(answer)
