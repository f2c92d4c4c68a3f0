"""Take: what agents send is taken into the registry, committed, and then acknowledged.

Strategy: the subject says whose seal to try, and nothing else. What does not open, or does not count, is counted and
logged without what it holds, and acknowledged away, and so is what cannot be taken for a reason that nobody foresaw: it
costs one message, not the results of all others. What the database could not take, or the vault not open, comes again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from camera_registry.agents import subjects
from camera_registry.agents.bus import Bus, BusError, Delivered
from camera_registry.agents.keys import Keys
from camera_registry.agents.messages import FromAgent, MessageError, Refused, read_result, to_bytes
from camera_registry.agents.seals import SealError, open_sealed, seal
from camera_registry.database import reading, writing
from camera_registry.database.errors import DatabaseBusyError, DatabaseUnusableError
from camera_registry.models import Agent
from camera_registry.services.agent_results import take
from camera_registry.store import agents
from camera_registry.sweep.source import Judging
from camera_registry.vault import VaultError

MOST = 20
"""Messages that are asked for at a time."""
WAIT_S = 2.0
"""Seconds for which is waited until one comes."""
AGAIN_S = 1.0
_PREFIX = subjects.results("x").removesuffix("x")
_log = logging.getLogger(__name__)


class Taker:
    """Takes what comes over this bus. `became` counts what became of the messages: counted, late, unopened,
    failed.
    """

    def __init__(self, engine: Engine, bus: Bus, keys: Keys, judging: Judging, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._bus = bus
        self._keys = keys
        self._judging = judging
        self._now = now
        self.became: Counter[str] = Counter()
        self.caught_up = asyncio.Event()
        """No more waited at the broker once: what was seen before is in the registry."""

    async def run(self) -> None:
        """Works until it is cancelled. Raises DatabaseUnusableError."""
        while True:
            await self._bus.linked()
            try:
                await self._all()
            except BusError as error:
                _log.warning("Results wait: %s", error)
            except DatabaseBusyError:
                _log.warning("Results wait: the registry is held by another program")
            await asyncio.sleep(AGAIN_S)

    async def _all(self) -> None:
        pull = await self._bus.pull(subjects.RESULTS, subjects.REGISTRY)
        while True:
            found = await pull.fetch(MOST, WAIT_S)
            for message in found:
                await self.take(message)
            if len(found) < MOST:  # of many agents one greets at any time: there may never be nothing
                self.caught_up.set()

    async def take(self, message: Delivered) -> None:
        """The message is in the registry, where it counts, and acknowledged; it comes again where the key of its agent
        does not open now. Raises BusError, DatabaseUnusableError.
        """
        try:
            await self._take(message)
        except (BusError, DatabaseUnusableError):
            raise
        except VaultError as error:
            _log.error("A message on %r waits: %s", message.subject, error)
            return
        except Exception:  # noqa: BLE001  (the edge of a message: it costs itself, not what others send)
            self.became["failed"] += 1
            _log.exception("A message on %r cannot be taken", message.subject)
        await message.ack()

    async def _take(self, message: Delivered) -> None:
        agent, said = await asyncio.to_thread(self._opened, message.subject.removeprefix(_PREFIX), message.data)
        if agent is None or said is None:
            self.became["unopened"] += 1
            return
        answer = await asyncio.to_thread(self._taken, agent, said)
        if answer is not None:
            await self._answer(agent, answer)

    def _opened(self, code: str, data: bytes) -> tuple[Agent | None, FromAgent | None]:
        """The agent whose subject it is and what it said, where that was sealed with its key. Raises VaultError
        where the key of an active agent does not open: a fault of this machine.
        """
        with reading(self._engine) as session:
            agent = agents.by_code(session, code)
        if agent is None:
            _log.warning("A message of %r does not count: there is no such agent", code[:40])
            return None, None
        try:
            return agent, read_result(open_sealed(self._keys.of(agent), "result", agent.code, data))
        except VaultError:
            if agent.state == "active":
                raise
            error: Exception = SealError("its key does not open, and it is stopped")
        except (SealError, MessageError) as wrong:
            error = wrong
        _log.warning("A message of %s does not count: %s", agent.code, error)
        return agent, None

    def _taken(self, agent: Agent, said: FromAgent) -> Refused | None:
        with writing(self._engine) as session:
            known = agents.by_id(session, agent.id or 0)
            if known is None:
                return None
            taken = take(session, known, said, self._judging, self._now())
        self.became["counted" if taken.counts else "late"] += 1
        if not taken.counts:
            _log.warning("A message of %s (%s) came late, and changes nothing", agent.code, type(said).__name__)
        return taken.answer

    async def _answer(self, agent: Agent, answer: Refused) -> None:
        sealed = seal(self._keys.of(agent), "work", agent.code, to_bytes(answer))
        await self._bus.publish(subjects.work(agent.code), sealed)
