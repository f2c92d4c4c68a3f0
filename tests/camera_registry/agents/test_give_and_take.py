"""Giving out and taking, with a real nats-server and registry: what goes wrong with one agent stays there."""

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from camera_registry import daylight
from camera_registry.agents import bus, nkey, subjects
from camera_registry.agents.dispatch import Dispatcher
from camera_registry.agents.keys import Keys
from camera_registry.agents.messages import GivenUp, Greeting, to_bytes
from camera_registry.agents.seals import seal
from camera_registry.agents.serving import AgentServer
from camera_registry.agents.take import WAIT_S, Taker
from camera_registry.database import reading, writing
from camera_registry.models import SweepItem
from camera_registry.services import agent_orders, agents, sweeps
from camera_registry.services.agent_orders import Terms
from camera_registry.services.agents import Broker, Wanted
from camera_registry.services.targets import Asking
from camera_registry.store import agents as stored
from camera_registry.store import credentials, orders
from camera_registry.sweep.source import Judging
from camera_registry.vault import Vault
from probes.outgoing import Networks
from probes.target import Limits
from tests.camera_registry.registered import device
from tests.nats_server import nats_server
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))
JUDGING = Judging(Asking(VAULT, lambda: EDITIONS, Limits(), Networks), lambda: EDITIONS, daylight.always)
TERMS = Terms(timedelta(hours=2), timedelta(hours=1), 4, 2, lambda uplink, _: (uplink or 4) * 1000)


def _now():
    return NOW


@pytest.fixture
def world(engine):
    """A night over two schools, each with one device and an agent of its own (A, B), at a broker of small messages."""
    with nats_server(max_payload=16_384) as server:
        made = SimpleNamespace(engine=engine, server=server, joined={}, devices={})
        broker = Broker(server.url, server.ca, str, None)
        with writing(engine) as session:
            for code in "AB":
                one = device(session, f"{code}-01", district=f"2674{ord(code)}")
                made.devices[code] = one.id
                wanted = Wanted(code, f"Trạm {code}", (f"079-{code}-01",))
                made.joined[code] = agents.add(session, VAULT, wanted, broker, "x", NOW)
                server.let_in(code, nkey.public_of(made.joined[code].seed))
                server.joined[code] = made.joined[code]
            sweeps.nightly(session, "2026-11-23", NOW, NOW + timedelta(hours=7))
        yield made


def _run(doing):
    async def within():
        async with asyncio.timeout(60):
            await doing

    asyncio.run(within())


def _taker(world, over, judging=JUDGING, vault=VAULT):
    return Taker(world.engine, over, Keys(vault), judging, _now)


def _dispatcher(world, over):
    return Dispatcher(world.engine, over, Keys(VAULT), JUDGING, TERMS, _now)


async def _say(world, code, message, over):
    """The agent says this on its own subject."""
    await over.publish(subjects.results(code), seal(world.joined[code].key, "result", code, to_bytes(message)))


async def _until(condition):
    while not condition():  # noqa: ASYNC110  (nothing tells a test what became of a message)
        await asyncio.sleep(0.02)


async def _messages(registry, stream, subject):
    found = await registry._jet.stream_info(stream, subjects_filter=subject)
    return (found.state.subjects or {}).get(subject, 0)


def _greeting(instance="a"):
    return Greeting("1", 1, instance, 0)


def test_a_message_that_nobody_foresaw_costs_itself_alone(world, caplog):
    """What cannot be taken, for whatever reason, is logged and gone; what another agent sends after it counts."""

    def broken():
        raise RuntimeError

    async def doing():
        with writing(world.engine) as session:
            order = agent_orders.give(session, stored.by_code(session, "A"), TERMS, NOW)
            ((item, attempt),) = agent_orders.attempts_of(order).items()
        async with world.server.registry("AB") as registry:
            taker = _taker(world, registry, replace(JUDGING, editions=broken))
            async with bus.connected(world.server.way("A")) as a, bus.connected(world.server.way("B")) as b:
                await _say(world, "A", GivenUp(str(order.id), item, attempt, "our_limit"), a)
                await _say(world, "B", _greeting(), b)
            running = asyncio.create_task(taker.run())
            await _until(lambda: running.done() or taker.became.total() == 2)
            assert taker.became == {"failed": 1, "counted": 1}
            await taker.caught_up.wait()
            running.cancel()
            assert (await registry._jet.stream_info(subjects.RESULTS)).state.messages == 0

    _run(doing())
    assert "cannot be taken" in caplog.text
    with reading(world.engine) as session:
        assert stored.by_code(session, "B").seen_at == NOW


def test_what_the_vault_does_not_open_now_is_not_lost(world):
    """A program with the wrong key leaves the results of agents where they are; one with the right key takes them."""

    async def doing():
        async with world.server.registry("A") as registry, bus.connected(world.server.way("A")) as a:
            await _say(world, "A", _greeting(), a)
            pull = await registry.pull(subjects.RESULTS, subjects.REGISTRY)
            (message,) = await pull.fetch(1, 10)
            await _taker(world, registry, vault=Vault(bytes([1] * 32))).take(message)
            assert await _messages(registry, subjects.RESULTS, "results.A") == 1
            taker = _taker(world, registry)
            await taker.take(message)
            assert taker.became == {"counted": 1}
            assert await _messages(registry, subjects.RESULTS, "results.A") == 0

    _run(doing())


def test_what_had_come_while_nothing_ran_here_counts(world):
    """The server was down beyond the end of an order, and the result waited at the broker: it is taken before the order
    is ended for want of it, and no worker that begins skips it meanwhile.
    """
    with writing(world.engine) as session:
        order = agent_orders.give(session, stored.by_code(session, "A"), TERMS, NOW)
        ((item, attempt),) = agent_orders.attempts_of(order).items()
    later = order.ends_by + timedelta(hours=5)

    async def doing():
        async with world.server.registry("A"), bus.connected(world.server.way("A")) as a:
            await _say(world, "A", GivenUp(str(order.id), item, attempt, "our_limit"), a)
        with writing(world.engine) as session:
            sweeps.tidy(session, later)
        connect = partial(bus.connected, world.server.way())
        server = AgentServer(world.engine, connect, Keys(VAULT), JUDGING, TERMS, lambda: later)
        serving = asyncio.create_task(server.run())
        await _until(lambda: serving.done() or _ended(world, item))
        serving.cancel()

    _run(doing())
    assert _ended(world, item) == ("failed", "our_limit")


def test_what_nobody_ends_is_skipped_a_day_later(world):
    """Agents are not set up any more: what one had is not under way for ever."""
    with writing(world.engine) as session:
        order = agent_orders.give(session, stored.by_code(session, "A"), TERMS, NOW)
        (item,) = agent_orders.attempts_of(order)
    for late, ended in ((timedelta(hours=23), None), (timedelta(hours=25), ("skipped", "window_over"))):
        with writing(world.engine) as session:
            sweeps.tidy(session, order.ends_by + late)
        assert _ended(world, item) == ended


def _ended(world, number):
    with reading(world.engine) as session:
        item = session.get_one(SweepItem, number)
        return None if item.ended_at is None else (item.state, item.reason)


def test_orders_do_not_wait_until_no_agent_greets(world):
    """Of very many one does at any time: what waits is taken, and that there is never a pause changes nothing."""

    async def doing():
        async with world.server.registry("A") as registry, bus.connected(world.server.way("A")) as a:

            async def greet():
                while True:
                    await _say(world, "A", _greeting(), a)
                    await asyncio.sleep(WAIT_S / 10)

            taker = _taker(world, registry)
            tasks = [asyncio.create_task(each) for each in (greet(), taker.run())]
            async with asyncio.timeout(6 * WAIT_S):
                await taker.caught_up.wait()
            for task in tasks:
                task.cancel()
            assert taker.became["counted"] > 0

    _run(doing())


def test_an_agent_that_was_removed_meanwhile_leaves_nothing_at_the_broker(world):
    """While no `work` ran: its consumer and the orders that waited for it are gone with the next one."""

    async def doing():
        async with bus.connected(world.server.way()) as registry:
            await _dispatcher(world, registry).once()
            assert await registry.consumers() == {"A", "B"}
            assert await _messages(registry, subjects.WORK, "work.A") == 1
            with writing(world.engine) as session:
                agents.remove(session, stored.by_code(session, "A"), EDITIONS, NOW)
            await _dispatcher(world, registry).once()
            assert await registry.consumers() == {"B"}
            assert await _messages(registry, subjects.WORK, "work.A") == 0

    _run(doing())


def test_what_an_agent_that_is_too_old_has_to_do_comes_to_an_end(world):
    """It has an order, which has its end, and which is sent when the agent is updated before that."""

    async def doing():
        async with bus.connected(world.server.way()) as registry:
            dispatcher = _dispatcher(world, registry)
            _speaks(world, 0)
            await dispatcher.once()
            assert await _messages(registry, subjects.WORK, "work.A") == 0
            with reading(world.engine) as session:
                (order,) = orders.open_of(session, stored.by_code(session, "A").id)
                assert orders.to_close(session, order.ends_by + timedelta(seconds=1))
            _speaks(world, 1)
            await dispatcher.once()
            assert await _messages(registry, subjects.WORK, "work.A") == 1

    _run(doing())


def _speaks(world, protocol):
    with writing(world.engine) as session:
        agent = stored.by_code(session, "A")
        agent.protocol = protocol
        session.add(agent)


def test_an_order_that_the_broker_does_not_carry_keeps_no_other_agent_from_its_own(world, caplog):
    """It is said once what to do, and tried again after a while."""
    with writing(world.engine) as session:
        credentials.put(session, VAULT, world.devices["A"], "admin", secrets.token_hex(20_000), NOW)

    async def doing():
        async with bus.connected(world.server.way()) as registry:
            dispatcher = _dispatcher(world, registry)
            for _ in range(3):
                await dispatcher.once()
            assert [await _messages(registry, subjects.WORK, f"work.{code}") for code in "AB"] == [0, 1]

    _run(doing())
    assert caplog.text.count("max_payload") == 1
