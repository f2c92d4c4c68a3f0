"""Serving: orders and results of agents, beside a worker, for as long as that runs.

Strategy: what agents had sent while nothing ran here is taken before anything is given out or ended for want of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from sqlalchemy import Engine

from camera_registry.agents.bus import Bus, BusError
from camera_registry.agents.dispatch import Dispatcher
from camera_registry.agents.ending import Ending
from camera_registry.agents.keys import Keys
from camera_registry.agents.take import Taker
from camera_registry.database.errors import DatabaseBusyError
from camera_registry.services.agent_orders import Terms
from camera_registry.sweep.source import Judging

AGAIN_S = 2.0
HEARD_S = 600.0
"""What is over is ended without what agents had sent, where the broker is not there for so long."""
_log = logging.getLogger(__name__)


class AgentServer:
    """Gives out orders and takes results; `connect` is the connection to the broker."""

    def __init__(
        self,
        engine: Engine,
        connect: Callable[[], AbstractAsyncContextManager[Bus]],
        keys: Keys,
        judging: Judging,
        terms: Terms,
        now: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._connect = connect
        self._keys = keys
        self._judging = judging
        self._terms = terms
        self._now = now

    async def run(self) -> None:
        """Works until it is cancelled. Raises DatabaseUnusableError."""
        heard, began = asyncio.Event(), time.monotonic()

        def may_end() -> bool:
            return heard.is_set() or time.monotonic() - began > HEARD_S

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(Ending(self._engine, self._judging, self._now, may_end).run())
                group.create_task(self._over_the_bus(heard))
        except BaseExceptionGroup as errors:
            raise _first(errors) from None

    async def _over_the_bus(self, heard: asyncio.Event) -> None:
        async with self._connect() as bus:
            taker = Taker(self._engine, bus, self._keys, self._judging, self._now)
            giving = Dispatcher(self._engine, bus, self._keys, self._judging, self._terms, self._now)
            await _prepared(giving)
            async with asyncio.TaskGroup() as group:
                group.create_task(taker.run())
                await taker.caught_up.wait()  # what an agent has done is not given out again
                heard.set()
                group.create_task(giving.run())


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """What ended the work, and not the group it came in: whoever called knows what to say of it."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _prepared(giving: Dispatcher) -> None:
    while True:
        try:
            await giving.prepare()
        except (BusError, DatabaseBusyError) as error:
            _log.warning("Agents wait: %s", error)
            await asyncio.sleep(AGAIN_S)
        else:
            return
