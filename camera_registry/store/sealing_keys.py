"""The pairs that browsers seal passwords to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from camera_registry.models import SealingKey


@dataclass(frozen=True)
class SealingPlace:
    """Which pair a sealed private number belongs to."""

    public: str

    def bound(self) -> bytes:
        """What the seal is bound to; no two places give the same bytes."""
        return f"camera-registry/sealing/{self.public}".encode()


def newest(session: Session) -> SealingKey | None:
    """The pair that is given out; None while there is none."""
    return session.exec(select(SealingKey).order_by(col(SealingKey.id).desc()).limit(1)).first()


def by_id(session: Session, number: int) -> SealingKey | None:
    """The pair of this number."""
    return session.get(SealingKey, number)


def add(session: Session, row: SealingKey) -> SealingKey:
    """The pair is kept; its number is known after the call."""
    session.add(row)
    session.flush()
    return row
