"""Dispatch: orders are given out to agents.

Strategy: what is to be given out stands in the registry, committed, before anything is sent; what JetStream did not say
to have is sent again, under the same id. So orders that were open when this program ended are gone on with, and several
of these programs may run beside each other. What the broker had and has lost (its streams were made anew) is sent anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine

from camera_registry.agents import subjects
from camera_registry.agents.bus import Bus, BusError
from camera_registry.agents.keys import Keys
from camera_registry.agents.messages import to_bytes
from camera_registry.agents.seals import SealError, seal
from camera_registry.database import reading, writing
from camera_registry.database.errors import DatabaseBusyError, DatabaseUnusableError
from camera_registry.models import Agent
from camera_registry.services import agent_orders
from camera_registry.services.agent_orders import Terms
from camera_registry.services.agent_results import is_too_old
from camera_registry.store import agents, orders
from camera_registry.sweep.source import Judging
from camera_registry.vault import VaultError

EVERY_S = 1.0
"""How often is looked whether there is something to give out."""
PREPARED_S = 60.0
"""How often is seen to it that the streams and consumers are there."""
_log = logging.getLogger(__name__)


class Dispatcher:
    """Gives out orders over this bus."""

    def __init__(
        self, engine: Engine, bus: Bus, keys: Keys, judging: Judging, terms: Terms, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._bus = bus
        self._keys = keys
        self._judging = judging
        self._terms = terms
        self._now = now
        self._consumers: set[str] = set()
        self._at_broker: set[str] = set()
        self._held: set[int] = set()
        self._prepared_at: float | None = None

    async def run(self) -> None:
        """Works until it is cancelled. Raises DatabaseUnusableError."""
        while True:
            await self._bus.linked()
            try:
                await self.once()
            except BusError as error:
                self._prepared_at = None
                _log.warning("Orders wait: %s", error)
            except DatabaseBusyError:
                _log.warning("Orders wait: the registry is held by another program")
            await asyncio.sleep(EVERY_S)

    async def once(self) -> None:
        """What there is to do is with the broker. Raises BusError, DatabaseUnusableError."""
        if self._prepared_at is None or time.monotonic() - self._prepared_at > PREPARED_S:
            await self.prepare()
        known = await asyncio.to_thread(self._agents)
        await self._make_consumers({agent.code for agent in known})
        for agent in known:
            await self._serve(agent)

    async def _serve(self, agent: Agent) -> None:
        """This agent has its orders. One that is too old is sent none, and its devices have their end all the same."""
        try:
            numbers = await asyncio.to_thread(self._give, agent.id or 0)
            if not is_too_old(agent):
                await self._send(agent, numbers)
        except (BusError, DatabaseUnusableError):
            raise
        except Exception:  # noqa: BLE001  (the edge of an agent: it costs its orders, not those of others)
            _log.exception("Orders cannot be given to %s", agent.code)

    async def prepare(self) -> None:
        """The streams are there; what the broker had and has no more is to be sent again. Raises BusError,
        DatabaseUnusableError.
        """
        await self._bus.make_streams()
        made_at = await self._bus.made_at(subjects.WORK)
        await asyncio.to_thread(self._send_again, made_at)
        self._consumers, self._at_broker = set(), await self._bus.consumers()
        self._held.clear()
        self._prepared_at = time.monotonic()

    def _send_again(self, made_at: datetime) -> None:
        with reading(self._engine) as session:
            if not orders.sent_before(session, made_at):
                return
        with writing(self._engine) as session:
            for order in orders.sent_before(session, made_at):
                order.sent_at = None
                session.add(order)

    def _agents(self) -> list[Agent]:
        with reading(self._engine) as session:
            return agents.every(session)

    async def _make_consumers(self, wanted: set[str]) -> None:
        """Every agent has its consumer; one that was removed leaves nothing behind, whoever made it."""
        for code in (self._consumers | self._at_broker) - wanted:
            await self._bus.remove_consumer(code)
        self._at_broker.clear()
        for code in wanted - self._consumers:
            await self._bus.make_consumer(code, self._terms.at_once)
        self._consumers = wanted

    def _give(self, agent_id: int) -> list[int]:
        """New orders of this agent are in the registry; those that are to be sent."""
        with reading(self._engine) as session:
            if not orders.may_be_more(session, agent_id, self._terms.at_once):
                return orders.unsent(session, agent_id)
        with writing(self._engine) as session:
            agent = agents.by_id(session, agent_id)
            while agent is not None and agent_orders.give(session, agent, self._terms, self._now()) is not None:
                pass
            return orders.unsent(session, agent_id)

    async def _send(self, agent: Agent, numbers: Sequence[int]) -> None:
        """The broker has these orders. One that cannot be sent is tried again when all is prepared again."""
        for number in (each for each in numbers if each not in self._held):
            try:
                sealed = await asyncio.to_thread(self._sealed, agent, number)
            except (SealError, VaultError) as error:
                self._held.add(number)
                _log.error("Order %d cannot be sent to %s: %s", number, agent.code, error)
                continue
            if sealed is not None:
                await self._bus.publish(subjects.work(agent.code), sealed, f"order-{number}")
                await asyncio.to_thread(self._sent, number)

    def _sealed(self, agent: Agent, number: int) -> bytes | None:
        """The order as it is sent, made of what is known now; None when nothing is left of it."""
        with writing(self._engine) as session:
            order, now = orders.by_id(session, number), self._now()
            if order is None or order.state != "open":
                return None
            made = agent_orders.to_send(session, order, self._judging.asking, self._terms, now)
            if made is None:
                agent_orders.settle(session, order, self._judging.editions(), now)
                return None
        sealed = seal(self._keys.of(agent), "work", agent.code, to_bytes(made))
        if len(sealed) > self._bus.largest:
            raise SealError("it is more than the broker carries; set max_payload of nats-server to 8MB")
        return sealed

    def _sent(self, number: int) -> None:
        with writing(self._engine) as session:
            orders.was_sent(session, number, self._now())
