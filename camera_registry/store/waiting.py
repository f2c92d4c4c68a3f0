"""What waits to be done, counted: devices of sweeps, replies, waivers, messages; and what is sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import Session, col

from camera_registry.models import Delivery, Mailed, NewsItem, Reply, SchoolSum, Sweep, SweepItem, WaiverRecord
from camera_registry.store.places import choose, rows
from camera_registry.store.sealed import SEALED

MAIL, WEBHOOK = "mail", "webhook"


def items(session: Session) -> Sequence[Any]:
    """How many `devices` of sweeps that are not over are in each `state`, by `kind` of sweep."""
    wanted = choose(Sweep.kind, SweepItem.state, func.count().label("devices"))
    wanted = wanted.join(SweepItem, col(SweepItem.sweep_id) == col(Sweep.id)).where(col(Sweep.ended_at).is_(None))
    return rows(session, wanted.group_by(col(Sweep.kind), col(SweepItem.state)))


def offered(session: Session) -> Any:
    """How many cameras are `offered` for connection, and how many of them are `ready`."""
    total = [func.coalesce(func.sum(getattr(SchoolSum, name)), 0).label(name) for name in ("offered", "ready")]
    return rows(session, choose(*total))[0]


def replies(session: Session) -> int:
    """How many replies wait for the check that was asked for with them."""
    wanted = choose(func.count()).select_from(Reply).join(Sweep, col(Sweep.id) == col(Reply.sweep_id))
    number: int = rows(session, wanted.where(col(Sweep.ended_at).is_(None)))[0][0]
    return number


def waivers(session: Session) -> int:
    """How many requests for waivers nobody has decided."""
    wanted = choose(func.count()).select_from(WaiverRecord).where(col(WaiverRecord.state) == "asked")
    number: int = rows(session, wanted)[0][0]
    return number


def messages(session: Session) -> Sequence[Any]:
    """How many `messages` of each `way` (mail, webhook) are in each `state`."""
    mails = choose(literal(MAIL).label("way"), Mailed.state, func.count().label("messages"))
    posts = choose(literal(WEBHOOK).label("way"), Delivery.state, func.count().label("messages"))
    return [
        *rows(session, mails.group_by(col(Mailed.state))),
        *rows(session, posts.group_by(col(Delivery.state))),
    ]


def oldest(session: Session) -> Mapping[str, datetime | None]:
    """Since when the oldest message of each way waits; None where none does."""
    mails = choose(func.min(Mailed.at)).where(col(Mailed.state) == "waiting")
    posts = choose(func.min(NewsItem.at)).join(Delivery, col(Delivery.news_id) == col(NewsItem.id))
    posts = posts.where(col(Delivery.state) == "waiting")
    return {MAIL: rows(session, mails)[0][0], WEBHOOK: rows(session, posts)[0][0]}


def sealed_values(session: Session) -> Mapping[str, int]:
    """How many sealed values in force each table has."""
    counted = {column.table.__tablename__: column for column in SEALED}
    return {
        str(name): rows(session, choose(func.count()).select_from(column.table).where(column.in_force))[0][0]
        for name, column in counted.items()
    }
