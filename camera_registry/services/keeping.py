"""Periods of keeping: what is older than the settings say is deleted, every night.

Strategy: small batches, each in a transaction of its own with a pause after it, so that nobody who writes waits long;
what is to go is looked for by reading, beside whoever writes. What cannot be deleted now is deleted the next night.
Values of the audit log go with an entry that says so.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.audit.doing import SYSTEM, Doing
from camera_registry.config import KeepSettings
from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.services.audit import record
from camera_registry.store import audit, keeping

BATCH = 2000
ANSWER_DAYS = 1
"""An answer to a request with an idempotency key: whoever lost it asks again within the day."""
PAUSE_S = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keeper:
    """Deletes what is older than it is kept."""

    engine: Engine
    keep: KeepSettings
    now: Callable[[], datetime]

    def tidy(self) -> dict[str, int]:
        """How many rows of each table are gone, which is all that were too old; none where the database is held."""
        gone: Counter[str] = Counter()
        try:
            for kinds, days in self._periods():
                for kind in kinds:
                    gone[kind.name] += self._all(kind, self.now() - timedelta(days=days))
            gone["auditvalues"] = self._audit(self.now() - timedelta(days=self.keep.audit_values_days))
        except DatabaseUnusableError as error:
            _log.error("What is too old cannot be deleted yet: %s", error)
        if any(gone.values()):
            _log.info("Deleted what was too old: %s", dict(gone))
        return dict(gone)

    def _periods(self) -> tuple[tuple[Sequence[keeping.Kind], int], ...]:
        return (
            (keeping.NUMBERS, self.keep.measurements_days),
            (keeping.LOOKS, self.keep.looks_days),
            (keeping.HISTORY, self.keep.history_days),
            (keeping.SESSIONS, self.keep.sessions_days),
            (keeping.PHOTOS, self.keep.photos_days),
            (keeping.ANSWERS, ANSWER_DAYS),
        )

    def _all(self, kind: keeping.Kind, before: datetime) -> int:
        if not kind.of_devices:
            return self._batches(kind, before, None)
        with reading(self.engine) as session:
            some = keeping.devices(session)
        return sum(self._batches(kind, before, of) for of in some)

    def _batches(self, kind: keeping.Kind, before: datetime, of: Collection[int] | None) -> int:
        total = 0
        while True:
            with reading(self.engine) as session:
                keys = keeping.old(session, kind, before, BATCH, of)
            if not keys:
                return total
            with writing(self.engine) as session:
                gone = keeping.end(session, kind, keys)
            total += gone
            time.sleep(PAUSE_S)  # others write meanwhile: one batch after the other would hold the database

    def _audit(self, before: datetime) -> int:
        total = 0
        while True:
            with writing(self.engine) as session:
                gone = self._audit_values(session, before, BATCH)
            if not gone:
                return total
            total += gone
            time.sleep(PAUSE_S)  # others write meanwhile: one batch after the other would hold the database

    def _audit_values(self, session: Session, before: datetime, most: int) -> int:
        numbers = audit.older_than(session, before, most)
        if numbers:
            told = Doing(SYSTEM, "audit_expire", details={"count": len(numbers), "before": before.isoformat()})
            audit.erase(session, numbers, record(session, told, self.now()))
        return len(numbers)
