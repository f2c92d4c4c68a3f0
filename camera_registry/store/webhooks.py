"""Webhooks, the news that they are told, and each piece of news on its way to one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import Delivery, District, NewsItem, Webhook

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class WebhookPlace:
    """Where the sealed secret of a webhook stands."""

    webhook_id: int

    def bound(self) -> bytes:
        """What the seal is bound to."""
        return f"camera-registry/webhook/{self.webhook_id}".encode()


def tell(
    session: Session,
    key: str,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    *,
    school_id: int | None = None,
    district_id: int | None = None,
    quiet: bool = False,
) -> bool:
    """The news are kept for the webhooks, which are not told what is `quiet`; False where news of this key were kept
    before.
    """
    if session.exec(select(NewsItem.id).where(NewsItem.key == key)).first() is not None:
        return False
    told = json.dumps(body, ensure_ascii=False)
    made = NewsItem(key=key, kind=kind, at=now, body=told, school_id=school_id, district_id=district_id)
    made.planned_at = now if quiet else None
    session.add(made)
    session.flush()
    return True


def is_told(session: Session, key: str) -> bool:
    """True where news of this key were kept."""
    return session.exec(select(NewsItem.id).where(NewsItem.key == key)).first() is not None


def digests_wanted(session: Session) -> list[tuple[int | None, str | None]]:
    """Id and code of the units whose digest a webhook wants (None: of all)."""
    wanted = select(Webhook, District.code).outerjoin(District, col(Webhook.district_id) == col(District.id))
    rows = session.exec(wanted.where(col(Webhook.active)).order_by(col(Webhook.id))).all()
    return list(dict.fromkeys((row.district_id, code) for row, code in rows if "digest" in row.kinds.split("; ")))


def last_digest(session: Session, district_id: int | None) -> datetime | None:
    """When the newest digest of this unit, or of all, was made."""
    wanted = select(NewsItem.at).where(NewsItem.kind == "digest", col(NewsItem.district_id) == district_id)
    if district_id is None:
        wanted = select(NewsItem.at).where(NewsItem.kind == "digest", col(NewsItem.district_id).is_(None))
    return session.exec(wanted.order_by(col(NewsItem.id).desc()).limit(1)).first()


def every(session: Session) -> list[tuple[Webhook, str]]:
    """All webhooks with the name of their unit (empty: all units), by name."""
    wanted = select(Webhook, District.name).outerjoin(District, col(Webhook.district_id) == col(District.id))
    return [(row, name or "") for row, name in session.exec(wanted.order_by(col(Webhook.name), col(Webhook.id)))]


def by_id(session: Session, number: int) -> Webhook | None:
    """The webhook of this number."""
    return session.get(Webhook, number)


def plan(session: Session, now: datetime) -> int:
    """News that no webhook was told are handed to those that want them; how many deliveries that is."""
    news = session.exec(select(NewsItem).where(col(NewsItem.planned_at).is_(None)).order_by(col(NewsItem.id))).all()
    hooks = session.exec(select(Webhook).where(col(Webhook.active))).all() if news else ()
    made = 0
    for item in news:
        item.planned_at = now
        session.add(item)
        for hook in hooks:
            if wants(hook, item):
                session.add(Delivery(news_id=item.id or 0, webhook_id=hook.id or 0, next_at=now))
                made += 1
    session.flush()
    return made


def wants(hook: Webhook, item: NewsItem) -> bool:
    """True where the webhook is told this: its kind, and its unit; one of all units is not told the digest of each."""
    if item.kind not in hook.kinds.split("; "):
        return False
    if hook.district_id is not None:
        return hook.district_id == item.district_id
    return item.kind != "digest" or item.district_id is None


def due(session: Session, now: datetime) -> list[int]:
    """The deliveries that may be tried now, the oldest first."""
    waiting = select(Delivery.id).where(Delivery.state == "waiting", col(Delivery.next_at) <= now)
    found = session.exec(waiting.order_by(col(Delivery.next_at), col(Delivery.id)).limit(MOST_AT_ONCE)).all()
    return [number for number in found if number is not None]


def postpone(session: Session, webhook_id: int, until: datetime) -> None:
    """What waits for this webhook is not tried before this moment."""
    waiting = select(Delivery).where(Delivery.webhook_id == webhook_id, Delivery.state == "waiting")
    for row in session.exec(waiting.where(col(Delivery.next_at) < until)).all():
        row.next_at = until
        session.add(row)


def delivery(session: Session, number: int) -> tuple[Delivery, NewsItem, Webhook] | None:
    """A delivery with its news and its webhook."""
    wanted = select(Delivery, NewsItem, Webhook).join(NewsItem, col(Delivery.news_id) == col(NewsItem.id))
    wanted = wanted.join(Webhook, col(Delivery.webhook_id) == col(Webhook.id)).where(Delivery.id == number)
    return session.exec(wanted).first()


def newest(session: Session, most: int) -> Sequence[tuple[Delivery, NewsItem, Webhook]]:
    """The newest deliveries."""
    wanted = select(Delivery, NewsItem, Webhook).join(NewsItem, col(Delivery.news_id) == col(NewsItem.id))
    wanted = wanted.join(Webhook, col(Delivery.webhook_id) == col(Webhook.id))
    return session.exec(wanted.order_by(col(Delivery.id).desc()).limit(most)).all()
