"""Units that manage schools; the public key is the code."""

from __future__ import annotations

from sqlmodel import Session, col, select

from camera_registry.models import District


def every(session: Session) -> list[District]:
    """All units, by code."""
    return list(session.exec(select(District).order_by(col(District.code))).all())


def by_name(session: Session, name: str) -> District | None:
    """The unit with this name, where there is one alone."""
    found = session.exec(select(District).where(District.name == name)).all()
    return found[0] if len(found) == 1 else None


def code_of(session: Session, district_id: int) -> str:
    """The code of the unit with this id."""
    return session.exec(select(District.code).where(District.id == district_id)).one()


def by_code(session: Session, code: str) -> District | None:
    """The unit with this code."""
    return session.exec(select(District).where(District.code == code)).first()
