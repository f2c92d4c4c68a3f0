"""Texts of editions, by the SHA-256 of their bytes, and what people confirmed in them.

Strategy: a text is written once and never changed. Where an edition extends others, their texts are kept with it, so
that it can be loaded again as it was, whatever the product holds then.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, or_
from sqlmodel import Session, col, select

from camera_registry.models import ConfirmationRecord, EditionRecord, FindingRecord, SheetRecord
from standards import Edition


def keep(session: Session, edition: Edition, now: datetime, made_from: str | None = None) -> None:
    """The text of `edition` is kept, once; `made_from` is the SHA-256 of the edition that a person changed into it."""
    if session.get(EditionRecord, edition.sha256) is not None:
        return
    body = zlib.compress(json.dumps([text.decode() for text in edition.texts]).encode())
    session.add(
        EditionRecord(
            sha256=edition.sha256,
            edition=edition.id,
            version=edition.version,
            body=body,
            made_at=now,
            made_from=made_from,
        )
    )
    session.flush()


def texts(row: EditionRecord) -> tuple[bytes, ...]:
    """The texts of a kept edition, as in `Edition.texts`."""
    return tuple(text.encode() for text in json.loads(zlib.decompress(row.body)))


def by_sha256(session: Session, sha256: str) -> EditionRecord | None:
    """The kept edition with this SHA-256."""
    return session.get(EditionRecord, sha256)


def kept(session: Session, edition: str | None = None) -> list[EditionRecord]:
    """Every kept edition, or those with this id: the newest first."""
    wanted = select(EditionRecord).order_by(col(EditionRecord.made_at).desc(), col(EditionRecord.sha256))
    if edition is not None:
        wanted = wanted.where(EditionRecord.edition == edition)
    return list(session.exec(wanted).all())


def ids(session: Session) -> list[str]:
    """The id of every kept edition."""
    return list(session.exec(select(EditionRecord.edition).distinct().order_by(EditionRecord.edition)).all())


def newest_made(session: Session, edition: str | None = None) -> str | None:
    """The SHA-256 of the edition (of this id) that people made here last; None when they made none."""
    made = select(EditionRecord.sha256).where(col(EditionRecord.made_from).is_not(None))
    if edition is not None:
        made = made.where(EditionRecord.edition == edition)
    return session.exec(made.order_by(col(EditionRecord.made_at).desc(), col(EditionRecord.sha256)).limit(1)).first()


def put_confirmation(session: Session, row: ConfirmationRecord) -> ConfirmationRecord:
    """The confirmation is kept, with its number."""
    session.add(row)
    session.flush()
    return row


def confirmation(session: Session, number: int) -> ConfirmationRecord | None:
    """The confirmation with this number."""
    return session.get(ConfirmationRecord, number)


def confirmations(session: Session, edition: str | None = None, state: str | None = None) -> list[ConfirmationRecord]:
    """Every confirmation (of an edition by its id, in a state), the newest first."""
    wanted = select(ConfirmationRecord).order_by(col(ConfirmationRecord.id).desc())
    if edition is not None:
        wanted = wanted.where(ConfirmationRecord.edition == edition)
    if state is not None:
        wanted = wanted.where(ConfirmationRecord.state == state)
    return list(session.exec(wanted).all())


def judged_by_others(session: Session, in_force: Collection[str]) -> list[int]:
    """The devices that were looked at, and of which an open finding names another SHA-256 than those `in_force`, or no
    open finding names one of them.
    """
    of_device = (col(FindingRecord.device_id) == col(SheetRecord.device_id), col(FindingRecord.until).is_(None))
    others = exists().where(*of_device, col(FindingRecord.sha256).not_in(in_force))
    missing = [~exists().where(*of_device, col(FindingRecord.sha256) == sha256) for sha256 in in_force]
    wanted = select(SheetRecord.device_id).where(or_(others, *missing)).order_by(col(SheetRecord.device_id))
    return list(session.exec(wanted).all())
