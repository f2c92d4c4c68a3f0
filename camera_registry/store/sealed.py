"""Sealed values: which columns hold them, the newest, all of them under another key, and those that no key opens.

Strategy: a table of columns. To add a column of sealed values: a line in `SEALED`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from camera_registry.access.second_factor import TotpPlace
from camera_registry.models import Account, Agent, Credential, Photo, ReplyPhoto, SealingKey, Webhook
from camera_registry.store.agents import AgentPlace
from camera_registry.store.credentials import place_of
from camera_registry.store.erasing import overwriting
from camera_registry.store.photos import PhotoPlace
from camera_registry.store.replies import ReplyPhotoPlace
from camera_registry.store.sealing_keys import SealingPlace
from camera_registry.store.webhooks import WebhookPlace
from camera_registry.vault import Sealed, SealedPlace, Vault


@dataclass(frozen=True)
class SealedColumn:
    """A column of `table` whose values are sealed at the `place` of their row; those `in_force` are opened still.
    `lose` takes a row out of force whose value no key opens.
    """

    table: type[Any]
    name: str
    place: Callable[[Any], SealedPlace]
    in_force: ColumnElement[bool]
    lose: Callable[[Session, Any, datetime], None]


def _retired(session: Session, row: Credential, now: datetime) -> None:
    """It stays for what is known of its doors."""
    row.retired_at = now
    session.add(row)


def _set_up_anew(session: Session, row: Account, _now: datetime) -> None:
    row.totp, row.totp_step = None, 0
    session.add(row)


def _deleted(session: Session, row: Photo | ReplyPhoto | SealingKey, _now: datetime) -> None:
    overwriting(session)
    session.delete(row)


def _off(session: Session, row: Webhook, _now: datetime) -> None:
    """It is told nothing until it is made anew."""
    row.active = False
    session.add(row)


def _stopped(session: Session, row: Agent, _now: datetime) -> None:
    """It has no orders until its keys are renewed."""
    row.state = "stopped"
    session.add(row)


def _of_account(row: Account) -> TotpPlace:
    return TotpPlace(row.id or 0)


def _of_photo(row: Photo) -> PhotoPlace:
    return PhotoPlace(row.channel_id, row.sha256)


def _of_reply(row: ReplyPhoto) -> ReplyPhotoPlace:
    return ReplyPhotoPlace(row.reply_id, row.sha256)


def _of_pair(row: SealingKey) -> SealingPlace:
    return SealingPlace(row.public)


def _of_webhook(row: Webhook) -> WebhookPlace:
    return WebhookPlace(row.id or 0)


def _of_agent(row: Agent) -> AgentPlace:
    return AgentPlace(row.id or 0)


SEALED = (
    SealedColumn(Credential, "sealed", place_of, col(Credential.retired_at).is_(None), _retired),
    SealedColumn(Account, "totp", _of_account, col(Account.totp).is_not(None), _set_up_anew),
    SealedColumn(Photo, "sealed", _of_photo, col(Photo.id).is_not(None), _deleted),
    SealedColumn(ReplyPhoto, "sealed", _of_reply, col(ReplyPhoto.id).is_not(None), _deleted),
    SealedColumn(SealingKey, "sealed", _of_pair, col(SealingKey.id).is_not(None), _deleted),
    SealedColumn(Webhook, "sealed", _of_webhook, col(Webhook.active).is_(True), _off),
    SealedColumn(Agent, "sealed", _of_agent, col(Agent.state) == "active", _stopped),
)
"""Every column of sealed values. Those of a column in force must all open, or no key is changed."""


def newest(session: Session) -> Sealed | None:
    """A sealed value in force and its place, to see whether a key is the right one; None when nothing is sealed."""
    for column in SEALED:
        latest = select(column.table).where(column.in_force).order_by(col(column.table.id).desc()).limit(1)
        row = session.exec(latest).first()
        if row is not None:
            return getattr(row, column.name), column.place(row)
    return None


def unopened(session: Session, vault: Vault) -> tuple[int, int]:
    """How many sealed values are in force, and how many of them do not open with this key. Row by row: photos are
    large.
    """
    total = lost = 0
    for column in SEALED:
        for id_ in session.exec(select(column.table.id).where(column.in_force)).all():
            row = session.get_one(column.table, id_)
            total, lost = total + 1, lost + (not vault.opens((getattr(row, column.name), column.place(row))))
            session.expunge(row)
    return total, lost


def seal_anew(session: Session, old: Vault, new: Vault) -> int:
    """Every sealed value is sealed with the key of `new`; how many of them are in force.

    Raises VaultError when one in force does not open with the key of `old`. One that is in force no more and does not
    open stays as it is: nobody could open it before.
    """
    return sum(_seal_column(session, column, old, new) for column in SEALED)


def forget_unreadable(session: Session, vault: Vault, now: datetime) -> dict[type[Any], int]:
    """What is in force opens with this key: logins that do not are retired, second factors of people are to be set up
    anew, photos and pairs of keys are gone. How many of each table were lost.
    """
    lost = {column.table: _lose(session, column, vault, now) for column in SEALED}
    session.flush()
    return lost


def _lose(session: Session, column: SealedColumn, vault: Vault, now: datetime) -> int:
    """Row by row: photos are large."""
    lost = 0
    for id_ in session.exec(select(column.table.id).where(column.in_force)).all():
        row = session.get_one(column.table, id_)
        if not vault.opens((getattr(row, column.name), column.place(row))):
            column.lose(session, row, now)
            lost += 1
    return lost


def _seal_column(session: Session, column: SealedColumn, old: Vault, new: Vault) -> int:
    in_force = set(session.exec(select(column.table.id).where(column.in_force)).all())
    changed = []
    for row in session.exec(select(column.table).where(col(getattr(column.table, column.name)).is_not(None))):
        value, place = getattr(row, column.name), column.place(row)
        if row.id in in_force or old.opens((value, place)):
            changed.append({"id": row.id, column.name: new.seal(old.open(value, place), place)})
    if changed:
        session.execute(update(column.table), changed)  # in one go: the database is held meanwhile
    return len(in_force)
