"""Ending: orders whose time is over, or whose items are all done, are closed, whether the broker is there or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine

from camera_registry.database import reading, writing
from camera_registry.database.errors import DatabaseBusyError
from camera_registry.services import agent_orders
from camera_registry.store import orders
from camera_registry.sweep.source import Judging

EVERY_S = 1.0
_log = logging.getLogger(__name__)


class Ending:
    """Closes what is over, as soon as it may (`may_end`)."""

    def __init__(
        self, engine: Engine, judging: Judging, now: Callable[[], datetime], may_end: Callable[[], bool]
    ) -> None:
        self._engine = engine
        self._judging = judging
        self._now = now
        self._may_end = may_end

    async def run(self) -> None:
        """Works until it is cancelled. Raises DatabaseUnusableError."""
        while True:
            with suppress(DatabaseBusyError):
                await asyncio.to_thread(self.once)
            await asyncio.sleep(EVERY_S)

    def once(self) -> None:
        """What is over now is closed. Raises DatabaseUnusableError."""
        with reading(self._engine) as session:
            if not orders.to_close(session, self._now()) or not self._may_end():
                return
        editions = self._judging.editions()
        with writing(self._engine) as session:
            now = self._now()
            for order in orders.to_close(session, now):
                if not agent_orders.settle(session, order, editions, now):
                    _log.warning("Order %d is over; its agent was silent about some devices", order.id)
                    agent_orders.end_silent(session, order, editions, now)
