"""Bus: the broker, NATS JetStream, as both sides use it. The one file that knows its library.

Strategy: one connection over TLS, which is made again whenever it is lost, for ever. What is published counts when
JetStream has said that it has it; nothing is published into a connection that is not there. Orders are a work queue
with a consumer for each agent, results one with the consumer of the registry: what is acknowledged is gone.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import NotFoundError

from camera_registry.agents import subjects
from probes.told import ToldError

ACK_WAIT_S = 60.0
"""An order of which nothing was heard for so long is given out again."""
HEARTBEAT_S = 15.0
"""So often an agent says that an order is in progress."""
WORK_AGE_S = 2 * 86_400
"""An order that nobody took for so long has ended long ago."""
ANSWER_S = 10.0
"""Seconds within which JetStream answers."""
AGAIN_S = 2.0
"""Seconds between two tries to connect."""
SPARE_BYTES = 4_096
"""What headers may take of the largest message."""
SOUND_SINCE = "2.11.16 or 2.12.7"
"""The first versions of nats-server that are known to keep what they have acknowledged."""
_log = logging.getLogger(__name__)
_Lost = (NatsError, OSError, TimeoutError)


class BusError(ToldError):
    """The broker has not done what it was asked for: it is not there, or it refuses; to be tried again."""


@dataclass(frozen=True)
class Way:
    """How to connect: where, as whom (the seed of an NKey), trusting whom, answered at which inbox."""

    server: str
    seed: str = field(repr=False)
    inbox: str
    tls: ssl.SSLContext
    name: str


class Delivered:
    """A message that was delivered and waits for its acknowledgement. `times`: how often it has been, this one
    included; `subject`: on which way it came, which proves nothing.
    """

    def __init__(self, message: Msg) -> None:
        self._message = message
        self.data: bytes = message.data
        self.subject: str = message.subject
        self.times: int = message.metadata.num_delivered

    async def ack(self) -> None:
        """JetStream has been told that the work is done, and has heard it. Raises BusError."""
        try:
            with _ending_when_told():
                await self._message.ack_sync(timeout=ANSWER_S)
        except _Lost as error:
            raise _said("a message could not be acknowledged", error) from None

    async def in_progress(self) -> None:
        """It is not given out again for a while; told once, heard or not."""
        with suppress(*_Lost):
            await self._message.in_progress()

    async def term(self) -> None:
        """It is never given out again; told once, heard or not."""
        with suppress(*_Lost):
            await self._message.term()


class Pull:
    """A consumer that is asked for messages. Of one task."""

    def __init__(self, pulling: JetStreamContext.PullSubscription, name: str) -> None:
        self._pulling = pulling
        self._name = name

    async def fetch(self, most: int, wait_s: float) -> Sequence[Delivered]:
        """What has come, `most` at most; nothing, when nothing came within `wait_s`. Raises BusError."""
        try:
            with _ending_when_told():
                found = await self._pulling.fetch(most, timeout=wait_s)
        except TimeoutError:  # the one of the library is one of these
            return ()
        except _Lost as error:
            raise _said(f"{self._name} gives nothing", error) from None
        return [Delivered(message) for message in found if message.reply]


class Bus:
    """A connection that is made again whenever it is lost."""

    def __init__(self, client: Client, linked: asyncio.Event) -> None:
        self._client = client
        self._jet = client.jetstream(timeout=ANSWER_S)
        self._linked = linked

    @property
    def is_linked(self) -> bool:
        """True while the connection stands, as far as is known."""
        return self._client.is_connected

    async def linked(self) -> None:
        """Returns when the connection stands."""
        while not self._client.is_connected:
            self._linked.clear()
            await self._linked.wait()

    @property
    def server_version(self) -> tuple[int, int, int]:
        """The version of nats-server."""
        version = self._client.connected_server_version
        return version.major, version.minor, version.patch

    @property
    def largest(self) -> int:
        """Bytes of the largest message that the broker carries."""
        return self._client.max_payload - SPARE_BYTES

    async def publish(self, subject: str, data: bytes, message_id: str | None = None) -> None:
        """JetStream has the message, on its disk as far as it says. Raises BusError: it may have it or not."""
        if not self._client.is_connected:
            raise BusError("the broker is not there")
        headers = None if message_id is None else {api.Header.MSG_ID.value: message_id}
        try:
            with _ending_when_told():
                await self._jet.publish(subject, data, headers=headers)
        except _Lost as error:
            raise _said("the broker has not taken a message", error) from None

    async def pull(self, stream: str, consumer: str) -> Pull:
        """The consumer, to be asked for messages; whether it is there is not asked. Raises BusError."""
        try:
            return Pull(await self._jet.pull_subscribe_bind(consumer=consumer, stream=stream), consumer)
        except _Lost as error:
            raise _said(f"{consumer} cannot be asked", error) from None

    async def make_streams(self) -> None:
        """Both streams and the consumer of results are there, as this program wants them. Server only; BusError."""
        results = api.ConsumerConfig(
            durable_name=subjects.REGISTRY,
            ack_policy=api.AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
        )  # without a filter: what an agent had its work sent to here stands under its old subject, and goes too
        try:
            await self._make_stream(_stream(subjects.WORK, subjects.ALL_WORK, WORK_AGE_S))
            await self._make_stream(_stream(subjects.RESULTS, subjects.ALL_RESULTS, 0))
            await self._jet.add_consumer(subjects.RESULTS, results)
        except _Lost as error:
            raise _said("the streams cannot be made", error) from None

    async def made_at(self, stream: str) -> datetime:
        """When the broker made this stream: what it had before is lost. Server only. Raises BusError."""
        try:
            created = (await self._jet.stream_info(stream)).created
        except _Lost as error:
            raise _said(f"{stream} is not told of", error) from None
        return created or datetime.min.replace(tzinfo=UTC)

    async def make_consumer(self, agent: str, at_once: int) -> None:
        """The consumer of this agent is there, and gives out at most `at_once` orders at a time. Server only."""
        wanted = api.ConsumerConfig(
            durable_name=subjects.consumer(agent),
            ack_policy=api.AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            filter_subject=subjects.work(agent),
            max_ack_pending=at_once,
        )
        try:
            await self._jet.add_consumer(subjects.WORK, wanted)
        except _Lost as error:
            raise _said(f"the consumer of {agent} cannot be made", error) from None

    async def consumers(self) -> set[str]:
        """The agents that have a consumer. Server only. Raises BusError."""
        beginning, found = subjects.consumer("x").removesuffix("x"), set[str]()
        try:
            while page := await self._jet.consumers_info(subjects.WORK, offset=len(found)):
                before = len(found)
                found |= {each.name for each in page}
                if len(found) == before:
                    break
        except _Lost as error:
            raise _said("the consumers are not told of", error) from None
        return {name.removeprefix(beginning) for name in found if name.startswith(beginning)}

    async def remove_consumer(self, agent: str) -> None:
        """The consumer of this agent and the orders that wait for it are gone. Server only. Raises BusError."""
        try:
            with suppress(NotFoundError):
                await self._jet.delete_consumer(subjects.WORK, subjects.consumer(agent))
            await self._jet.purge_stream(subjects.WORK, subject=subjects.work(agent))
        except _Lost as error:
            raise _said(f"the consumer of {agent} cannot be removed", error) from None

    async def _make_stream(self, wanted: api.StreamConfig) -> None:
        try:
            await self._jet.stream_info(wanted.name or "")
        except NotFoundError:
            await self._jet.add_stream(wanted)
        else:
            await self._jet.update_stream(wanted)


@asynccontextmanager
async def connected(way: Way) -> AsyncIterator[Bus]:
    """The broker, once it is there, however long that takes; the connection is closed on leaving."""
    linked = asyncio.Event()
    told = _Telling(way.server)

    async def back() -> None:
        told.back()
        linked.set()

    options: dict[str, Any] = {"error_cb": told.error, "disconnected_cb": told.lost, "reconnected_cb": back}
    client = await nats.connect(
        way.server,
        name=way.name,
        tls=way.tls,
        nkeys_seed_str=way.seed,
        inbox_prefix=way.inbox,
        max_reconnect_attempts=-1,
        reconnect_time_wait=AGAIN_S,
        ping_interval=20,
        **options,
    )
    try:
        yield Bus(client, linked)
    finally:
        told.over()
        with suppress(*_Lost):
            await client.close()


class _Telling:
    """What is logged of a connection: each reason once until it stands again, and no secret."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._said: set[str] = set()
        self._over = False

    def over(self) -> None:
        """That the connection is lost from now on is what was wanted."""
        self._over = True

    async def error(self, error: Exception) -> None:
        """Something went wrong on the connection."""
        words = f"{type(error).__name__}: {error}"
        if words not in self._said:
            self._said.add(words)
            _log.warning("The broker at %s: %s; trying on", self._server, words)

    async def lost(self) -> None:
        """The connection is gone."""
        if not self._over:
            _log.warning("The broker at %s is gone; trying to reach it again", self._server)

    def back(self) -> None:
        """The connection stands again."""
        self._said.clear()
        _log.warning("The broker at %s is back", self._server)


@contextmanager
def _ending_when_told() -> Iterator[None]:
    """Raises CancelledError after the block where this task was told to end in it: the library waits with `wait_for`,
    which before Python 3.12 gives an answer that comes at that moment, and forgets that it was told.
    """
    try:
        yield
    finally:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError


def is_sound(server: tuple[int, int, int]) -> bool:
    """True when this nats-server is not known to lose what it has acknowledged."""
    return server >= (2, 12, 7) or (2, 11, 16) <= server < (2, 12, 0)


def _stream(name: str, subject: str, age_s: float) -> api.StreamConfig:
    """A full stream refuses what is new: whoever published it keeps it."""
    return api.StreamConfig(
        name=name,
        subjects=[subject],
        retention=api.RetentionPolicy.WORK_QUEUE,
        storage=api.StorageType.FILE,
        discard=api.DiscardPolicy.NEW,
        max_age=age_s,
    )


def _said(what: str, error: BaseException) -> BusError:
    return BusError(f"{what}: {type(error).__name__}: {error}")
