"""Running: an agent takes orders, works on them, and sends what it has seen, for as long as it is let.

Strategy: what is kept on the disk drives everything. Work goes on without a line; a line that is there again first
carries what waits. An order is acknowledged when all its results are kept; until then the broker is told that it is in
progress, and gives it out again when it hears nothing. An order that comes again without being known here was begun by
somebody else: it is handed back.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from camera_registry.agents import subjects
from camera_registry.agents.at_site import rows, steps
from camera_registry.agents.at_site.kept import Kept
from camera_registry.agents.at_site.source import AgentSource, Hands
from camera_registry.agents.at_site.steps import Telling
from camera_registry.agents.bus import AGAIN_S, HEARTBEAT_S, SOUND_SINCE, Bus, BusError, Delivered, Pull, is_sound
from camera_registry.agents.join import Join
from camera_registry.agents.messages import (
    PROTOCOL,
    FromAgent,
    GivenUp,
    Greeting,
    MessageError,
    Order,
    Refused,
    ToAgent,
    read_result,
    read_work,
    to_bytes,
)
from camera_registry.agents.seals import SealError, open_sealed, seal
from camera_registry.sweep.run import Look, run_site
from probes.line import Line
from probes.told import ToldError

AT_ONCE = 32
"""Devices that one agent looks at at the same time, whatever the orders allow."""
GREET_S = 60.0
ASK_S = 10.0
"""How long the broker is asked for an order until it is asked again."""
REMEMBERED = timedelta(days=4)
"""An order that ended so long ago is not given out again by any broker."""
_log = logging.getLogger(__name__)


class RefusedError(ToldError):
    """The registry gives this agent no work; its words say why."""


@dataclass(frozen=True)
class Setup:
    """What an agent is made of: who it is, how to reach the broker, how to look, its version, the time (UTC), and the
    addresses of its machine.
    """

    join: Join
    connect: Callable[[], AbstractAsyncContextManager[Bus]]
    look: Look
    version: str
    now: Callable[[], datetime]
    own_addresses: Callable[[], Sequence[str]]


class Agent:
    """One agent with what it has kept."""

    def __init__(self, setup: Setup, kept: Kept) -> None:
        self._setup = setup
        self._kept = kept
        self._instance = secrets.token_hex(8)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._news = asyncio.Event()
        self._telling = Telling(self._sealed)
        self._hands = Hands(kept, self._telling, setup.now, setup.own_addresses, self._news.set)
        self._delivered: dict[str, Delivered] = {}
        self._said: set[str] = set()

    async def run(self) -> None:
        """Works until it is cancelled. Raises KeptError, and RefusedError when the registry refuses it."""
        try:
            async with asyncio.TaskGroup() as group:
                for each in await self._kept.do(rows.open_orders):
                    await self._go_on(each, group)
                group.create_task(self._on_the_line(group))
        except BaseExceptionGroup as errors:
            raise _first(errors) from None

    async def _go_on(self, kept: rows.OpenOrder, group: asyncio.TaskGroup) -> None:
        order = self._opened(kept.sealed)
        if isinstance(order, Order):
            self._start(group, order)
        else:  # it was sealed with another key
            await self._kept.do(lambda db: steps.close(db, kept.id, self._telling))

    async def _on_the_line(self, group: asyncio.TaskGroup) -> None:
        async with self._setup.connect() as bus:
            if not is_sound(bus.server_version):
                _log.warning("nats-server is too old: %s or later is needed", SOUND_SINCE)
            async with asyncio.TaskGroup() as talking:
                talking.create_task(self._greet(bus))
                talking.create_task(self._send(bus))
                talking.create_task(self._keep_alive(bus))
                talking.create_task(self._take(bus, group))

    def _sealed(self, message: FromAgent) -> bytes:
        """The message, sealed. Raises MessageError for what the registry could not read, SealError for too much."""
        join, content = self._setup.join, to_bytes(message)
        read_result(content)
        return seal(join.key, "result", join.agent, content)

    def _opened(self, sealed: bytes) -> ToAgent | None:
        """What the registry says; None for what is nothing of its, which is logged."""
        join = self._setup.join
        try:
            return read_work(open_sealed(join.key, "work", join.agent, sealed))
        except (SealError, MessageError) as error:
            _log.error("An order cannot be used: %s", error)
            return None

    async def _take(self, bus: Bus, group: asyncio.TaskGroup) -> None:
        """Every order that comes is kept, or answered."""
        consumer = subjects.consumer(self._setup.join.agent)
        pull: Pull | None = None
        while True:
            await bus.linked()
            try:
                pull = pull or await bus.pull(subjects.WORK, consumer)
                found = await pull.fetch(1, ASK_S)
            except BusError as error:
                await self._wait_after(error)
                continue
            for delivered in found:
                await self._came(delivered, group)

    async def _came(self, delivered: Delivered, group: asyncio.TaskGroup) -> None:
        message = self._opened(delivered.data)
        match message:
            case Order():
                await self._order_came(message, delivered, group)
            case Refused():
                await _ack(delivered)  # it is of the program that runs now, and not of one that is updated
                raise RefusedError(f"{message.words['vi']}\n{message.words['en']}")
            case None:
                await delivered.term()

    async def _order_came(self, order: Order, delivered: Delivered, group: asyncio.TaskGroup) -> None:
        known = await self._kept.do(lambda db: rows.known(db, order.id))
        if known == "open":
            self._delivered[order.id] = delivered
        elif known == "over":
            await _ack(delivered)
        elif delivered.times > 1:
            await self._hand_back(order, delivered)
        elif self._setup.now() >= order.ends_by:
            _log.warning("Order %s had ended before it came; is the clock of this machine right?", order.id)
            await _ack(delivered)
        else:
            await self._keep(order, delivered)
            self._start(group, order)

    async def _hand_back(self, order: Order, delivered: Delivered) -> None:
        _log.warning("Order %s was given to another agent with this key, or before this folder was there", order.id)
        await self._kept.do(lambda db: steps.hand_back(db, order.id, self._telling))
        self._news.set()
        await _ack(delivered)

    async def _keep(self, order: Order, delivered: Delivered) -> None:
        items, old = [each.item for each in order.items], self._setup.now() - REMEMBERED

        def keep(db: Connection) -> None:
            rows.forget_orders(db, old)
            rows.put_order(db, order.id, order.ends_by, delivered.data, items)

        await self._kept.do(keep)
        self._delivered[order.id] = delivered

    def _start(self, group: asyncio.TaskGroup, order: Order) -> None:
        _log.info("Order %s: %d devices", order.id, len(order.items))
        group.create_task(self._work(order))

    async def _work(self, order: Order) -> None:
        """Every device of the order has its end, or the order has; then the broker may forget it."""
        line = None if order.line_kbps is None else Line(order.line_kbps)
        await run_site(AgentSource(order, self._hands), self._setup.look, order.site_at_once, self._free, line)
        await self._kept.do(lambda db: steps.close(db, order.id, self._telling))
        self._news.set()
        _log.info("Order %s is over", order.id)
        delivered = self._delivered.pop(order.id, None)
        if delivered is not None:
            await _ack(delivered)

    async def _keep_alive(self, bus: Bus) -> None:
        """The broker is told what is in progress."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if bus.is_linked:
                for delivered in list(self._delivered.values()):
                    await delivered.in_progress()

    async def _greet(self, bus: Bus) -> None:
        while True:
            await self._say_hello(bus)
            await asyncio.sleep(GREET_S)

    async def _say_hello(self, bus: Bus) -> None:
        """The registry is told who is there, once, if the line lets it."""
        waiting = await self._kept.do(rows.waiting)
        message = Greeting(self._setup.version, PROTOCOL, self._instance, waiting)
        with suppress(BusError):
            await bus.publish(subjects.results(self._setup.join.agent), self._sealed(message))

    async def _send(self, bus: Bus) -> None:
        """What is posted is sent, the oldest first, and forgotten when the broker has it."""
        while True:
            self._news.clear()
            sent = False
            while posted := await self._kept.do(rows.oldest):
                await self._send_one(bus, posted)
                sent = True
            if sent:
                await self._say_hello(bus)
            await self._news.wait()

    async def _send_one(self, bus: Bus, posted: rows.Posted) -> None:
        await bus.linked()
        if len(posted.content) > bus.largest:
            await self._shorten(posted)
            return
        try:
            await bus.publish(subjects.results(self._setup.join.agent), posted.content, posted.message_id)
        except BusError as error:
            await self._wait_after(error)
            return
        self._said.clear()
        await self._kept.do(lambda db: rows.sent(db, posted.number, self._setup.now()))

    async def _wait_after(self, error: BusError) -> None:
        """A while before it is tried again; each reason is logged once until something is sent."""
        if str(error) not in self._said:
            self._said.add(str(error))
            _log.warning("%s; trying on, nothing is lost", error)
        await asyncio.sleep(AGAIN_S)

    async def _shorten(self, posted: rows.Posted) -> None:
        """A result that the broker does not carry is told as one that was given up."""
        of = posted.of
        _log.error("What was seen of the device of item %s is more than the broker carries", of.item)
        content = self._sealed(GivenUp(of.order, of.item or 0, of.attempt or 0, "too_large"))
        await self._kept.do(lambda db: rows.put_instead(db, posted.number, content))


async def _ack(delivered: Delivered) -> None:
    """The broker has heard that the order is done; if not, it comes again and is acknowledged then."""
    with suppress(BusError):
        await delivered.ack()


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
