"""Discovering: a worker does the discoveries that people have asked for, one after the other.

Strategy: as with sweeps, the registry says what there is to do. A discovery is held by a lease that is extended while
it goes on; a worker that dies leaves it to the next one, and one that is stopped puts it back. It asks addresses of the
registered networks of its site and of no other, at the pace of the settings, and has no login to send.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.database.errors import DatabaseBusyError
from camera_registry.services import discoveries as services
from camera_registry.services.discover import Place
from camera_registry.services.discoveries import Begun
from camera_registry.store import discoveries
from camera_registry.sweep.worker import name
from probes.discovery.found import Found
from probes.discovery.scan import Part, Progress
from probes.outgoing import Networks

IDLE_S = 2.0
"""How often is looked whether somebody has asked."""
BEAT_S = 2.0
"""How often is written how far it is, and that it goes on."""
MOST_REPEATS = 5
"""How often a result is tried to be written while another program holds the registry."""
Discover = Callable[[Place, Progress], Awaitable[Sequence[Found]]]
"""Looks through the networks of a place."""
_log = logging.getLogger(__name__)


class Discoverer:
    """Does what was asked for in this registry. `outgoing` says where may be connected to, whatever the site."""

    def __init__(
        self, engine: Engine, discover: Discover, outgoing: Callable[[], Networks], now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._discover = discover
        self._outgoing = outgoing
        self._now = now
        self._name = name()

    async def run(self) -> None:
        """Works until it is cancelled. Raises DatabaseUnusableError."""
        while True:
            if not await self.once():
                await asyncio.sleep(IDLE_S)

    async def once(self) -> bool:
        """True when there was something to do, which is done. Raises DatabaseUnusableError."""
        begun = await asyncio.to_thread(self._begin)
        if begun is None:
            return False
        counter = _Counter()
        beating = asyncio.create_task(self._beat(begun, counter))
        try:
            await self._look(begun, counter)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self._write_back, begun))
            raise
        finally:
            beating.cancel()
        return True

    async def _look(self, begun: Begun, counter: _Counter) -> None:
        try:
            seen = await self._discover(begun.place, counter)
        except Exception:  # noqa: BLE001  (the edge of a discovery: it costs this one, not the worker)
            _log.exception("Discovery %d has failed", begun.number)
            await asyncio.to_thread(self._fail, begun)
            return
        await asyncio.to_thread(self._finish, begun, seen)

    async def _beat(self, begun: Begun, counter: _Counter) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            with suppress(DatabaseBusyError):
                await asyncio.to_thread(self._tell, begun, counter)

    def _begin(self) -> Begun | None:
        with suppress(DatabaseBusyError):  # whoever asked waits a little longer
            with reading(self._engine) as session:
                if discoveries.to_do(session, self._now()) is None:
                    return None
            with writing(self._engine) as session:
                return services.begin(session, self._name, self._outgoing(), self._now())
        return None

    def _tell(self, begun: Begun, counter: _Counter) -> None:
        with writing(self._engine) as session:
            services.goes_on(session, begun, counter.checked, counter.total, self._now())

    def _finish(self, begun: Begun, seen: Sequence[Found]) -> None:
        self._patiently(lambda session: services.finish(session, begun, seen, self._now()))

    def _fail(self, begun: Begun) -> None:
        self._patiently(lambda session: services.fail(session, begun.number, begun.owner, "ours", self._now()))

    def _patiently(self, change: Callable[[Session], object]) -> None:
        """The change is written, unless the registry is held for very long: then the lease runs out, and it is done
        anew.
        """
        for _ in range(MOST_REPEATS):
            with suppress(DatabaseBusyError):
                with writing(self._engine) as session:
                    change(session)
                return
        _log.warning("The registry was held for too long; what was found is looked for again")

    def _write_back(self, begun: Begun) -> None:
        with suppress(DatabaseUnusableError), writing(self._engine) as session:
            services.put_back(session, begun)


class _Counter:
    """How far a discovery is: both parts of it ask every address, so each counts for a half."""

    def __init__(self) -> None:
        self.checked = self.total = 0

    def __call__(self, part: Part, done: int, total: int) -> None:
        self.total = total
        self.checked = (done + (total if part == "ports" else 0)) // 2
