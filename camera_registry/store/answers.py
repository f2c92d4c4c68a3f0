"""What people said to manual rules. A row is never changed: a newer answer is a new row, and the newest one counts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import AnswerRecord
from camera_registry.store.schools import chunks


def of_school(session: Session, school_id: int) -> list[AnswerRecord]:
    """Every answer about a school, its sites, devices and channels, the newest first."""
    wanted = select(AnswerRecord).where(AnswerRecord.school_id == school_id)
    return list(session.exec(wanted.order_by(col(AnswerRecord.at).desc(), col(AnswerRecord.id).desc())).all())


def of_site(session: Session, site_id: int) -> list[AnswerRecord]:
    """Every answer about a site itself, the oldest first."""
    wanted = select(AnswerRecord).where(AnswerRecord.site_id == site_id, AnswerRecord.subject == "site")
    return list(session.exec(wanted.order_by(col(AnswerRecord.at), col(AnswerRecord.id))).all())


def of_device(session: Session, device_id: int) -> list[AnswerRecord]:
    """Every answer about a device and its channels, the oldest first."""
    return list(session.execute(_OF_DEVICE, {"device": device_id}).scalars())


def of_devices(session: Session, device_ids: Collection[int]) -> dict[int, list[AnswerRecord]]:
    """Every answer about these devices and their channels, by device id, the oldest first."""
    found: dict[int, list[AnswerRecord]] = {}
    for chunk in chunks(device_ids):
        wanted = select(AnswerRecord).where(col(AnswerRecord.device_id).in_(chunk))
        for row in session.exec(wanted.order_by(col(AnswerRecord.at), col(AnswerRecord.id))).all():
            found.setdefault(row.device_id or 0, []).append(row)
    return found


_OF_DEVICE = (
    sa_select(AnswerRecord)
    .where(col(AnswerRecord.device_id) == bindparam("device"))
    .order_by(col(AnswerRecord.at), col(AnswerRecord.id))
)
