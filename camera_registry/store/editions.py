"""Texts of editions, by the SHA-256 of their bytes, and what people confirmed in them.

Strategy: a text is written once and never changed. Where an edition extends others, their texts are kept with it, so
that it can be loaded again as it was, whatever the product holds then.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime

from sqlmodel import Session, col, select

from camera_registry.models import EditionRecord
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


def newest_made(session: Session) -> str | None:
    """The SHA-256 of the edition that people made here last; None when they made none."""
    made = select(EditionRecord.sha256).where(col(EditionRecord.made_from).is_not(None))
    return session.exec(made.order_by(col(EditionRecord.made_at).desc(), col(EditionRecord.sha256)).limit(1)).first()
