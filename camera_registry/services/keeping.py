"""Periods of keeping: what is older than the settings say is deleted, every night.

Strategy: small batches, each in a transaction of its own with a pause after it, so that nobody who writes waits long;
what cannot be deleted now is deleted the next night. Values of the audit log go with an entry that says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.audit.doing import SYSTEM, Doing
from camera_registry.config import KeepSettings
from camera_registry.database import DatabaseUnusableError, writing
from camera_registry.services.audit import record
from camera_registry.store import audit, keeping

BATCH = 2000
PAUSE_S = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keeper:
    """Deletes what is older than it is kept."""

    engine: Engine
    keep: KeepSettings
    now: Callable[[], datetime]

    def tidy(self) -> dict[str, int]:
        """How many rows of each kind are gone, which is all that were too old; none where the database is held."""
        gone: dict[str, int] = {}
        try:
            for name, (erase, days) in self._periods().items():
                gone[name] = self._all(erase, days)
        except DatabaseUnusableError as error:
            _log.error("What is too old cannot be deleted yet: %s", error)
        if any(gone.values()):
            _log.info("Deleted what was too old: %s", gone)
        return gone

    def _periods(self) -> dict[str, tuple[Callable[[Session, datetime, int], int], int]]:
        return {
            "measurement": (keeping.measurements, self.keep.measurements_days),
            "sweepitem": (keeping.sweep_items, self.keep.looks_days),
            "sweepsite": (keeping.sweep_sites, self.keep.looks_days),
            "loginsession": (keeping.login_sessions, self.keep.sessions_days),
            "auditvalues": (self._audit_values, self.keep.audit_values_days),
        }

    def _all(self, erase: Callable[[Session, datetime, int], int], days: int) -> int:
        before, total = self.now() - timedelta(days=days), 0
        while True:
            with writing(self.engine) as session:
                gone = erase(session, before, BATCH)
            if not gone:
                return total
            total += gone
            time.sleep(PAUSE_S)

    def _audit_values(self, session: Session, before: datetime, most: int) -> int:
        numbers = audit.older_than(session, before, most)
        if numbers:
            told = Doing(SYSTEM, "audit_expire", details={"count": len(numbers), "before": before.isoformat()})
            audit.erase(session, numbers, record(session, told, self.now()))
        return len(numbers)
