"""Deliveries: news are posted to webhooks, signed, and tried again later where nobody took them.

Strategy: a try is counted and the next one set before anything is sent, in a transaction of its own: a program that
dies meanwhile tries again later, and the receiver knows a message that comes twice by its id. Tries come a minute, two,
four … after each other, and what else waits for that receiver waits with it: one that is down costs the others one try.
A receiver that says 410 (gone) is told nothing any more.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from camera_registry.config import WebhookSettings
from camera_registry.database import DatabaseUnusableError, writing
from camera_registry.models import Webhook
from camera_registry.sending.post import PostError, Rules, post
from camera_registry.sending.signature import signed
from camera_registry.store import webhooks
from camera_registry.store.webhooks import WebhookPlace
from camera_registry.vault import Opener, VaultError

FIRST_WAIT = timedelta(minutes=1)
GONE = 410
EVENTS = {
    "sweep_ended": "sweep.ended",
    "digest": "digest",
    "school_unreachable": "school.unreachable",
    "school_back": "school.back",
    "period_frozen": "period.frozen",
    "handover_changed": "handover.changed",
}
"""What a kind of news is called in a message."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deliverer:
    """Posts what waits."""

    engine: Engine
    vault: Callable[[], Opener]
    rules: Rules
    settings: WebhookSettings
    now: Callable[[], datetime]

    def run(self) -> int:
        """How many messages were taken by their receivers now."""
        try:
            with writing(self.engine) as session:
                webhooks.plan(session, self.now())
                due = webhooks.due(session, self.now())
            return sum(self._one(number) for number in due)
        except (DatabaseUnusableError, VaultError) as error:
            _log.error("Webhooks cannot be told yet: %s", error)
            return 0

    def _one(self, number: int) -> bool:
        now = self.now()
        with writing(self.engine) as session:
            found = webhooks.delivery(session, number)
            if found is None or found[0].state != "waiting" or found[0].next_at > now:
                return False
            row, news, hook = found
            if not hook.active:
                row.state, row.error, row.ended_at = "failed", "the webhook is off", now
                session.add(row)
                return False
            row.attempts += 1
            row.next_at = now + FIRST_WAIT * 2 ** (row.attempts - 1)
            session.add(row)
            told = {"type": EVENTS[news.kind], "timestamp": news.at.isoformat(), "data": json.loads(news.body)}
            address, secret = hook.address, self._secret(hook)
        if secret is None:
            return self._ended(number, None, "the secret cannot be read: give the receiver a new one", now)
        body = json.dumps(told, ensure_ascii=False).encode()
        status, error = self._posted(address, secret, number, body, now)
        return self._ended(number, status, error, now)

    def _secret(self, hook: Webhook) -> str | None:
        """None where that of this webhook cannot be read. Raises VaultError where none can."""
        vault = self.vault()
        try:
            return vault.open(hook.sealed, WebhookPlace(hook.id or 0))
        except VaultError:
            return None

    def _posted(self, address: str, secret: str, number: int, body: bytes, now: datetime) -> tuple[int | None, str]:
        headers = signed(secret, f"msg_{number}", int(now.timestamp()), body)
        try:
            return post(address, body, headers, self.rules), ""
        except PostError as error:
            return None, str(error)

    def _ended(self, number: int, status: int | None, error: str, now: datetime) -> bool:
        taken = status is not None and 200 <= status < 300
        with writing(self.engine) as session:
            found = webhooks.delivery(session, number)
            if found is None:
                return taken
            row, _, hook = found
            row.status, row.error = status, error
            if taken:
                row.state, row.ended_at = "sent", now
            elif row.attempts >= self.settings.tries or status == GONE:
                row.state, row.ended_at = "failed", now
            if status == GONE:
                hook.active = False
                session.add(hook)
            session.add(row)
            if not taken and status != GONE:
                webhooks.postpone(session, hook.id or 0, row.next_at)
        return taken
