"""Bus: with a real nats-server over TLS, which holds each user to its permissions and keeps what it has taken."""

import asyncio
from contextlib import suppress

import nats
import pytest

from camera_registry.agents import bus, join, subjects
from camera_registry.agents.bus import BusError
from tests.nats_server import nats_server


@pytest.fixture
def server():
    """A nats-server with two agents."""
    with nats_server() as made:
        made.join("A1")
        made.join("B1")
        yield made


def _run(doing):
    async def within():
        async with asyncio.timeout(60):
            await doing

    asyncio.run(within())


def test_an_order_and_its_result_go_their_way(server):
    """Given out once while it is in progress, gone when it is acknowledged; so is a result."""

    async def doing():
        async with server.registry(["A1", "B1"]) as registry, bus.connected(server.way("A1")) as agent:
            await registry.publish(subjects.work("A1"), b"order", "1")
            work = await agent.pull(subjects.WORK, subjects.consumer("A1"))
            (order,) = await work.fetch(1, 10)
            assert (order.data, order.times) == (b"order", 1)
            assert not await work.fetch(1, 0.2)
            await order.in_progress()
            await agent.publish(subjects.results("A1"), b"result", "1")
            await order.ack()
            results = await registry.pull(subjects.RESULTS, subjects.REGISTRY)
            (result,) = await results.fetch(10, 10)
            assert (result.data, result.subject) == (b"result", "results.A1")
            await result.ack()
            assert not await results.fetch(10, 0.2)

    _run(doing())


def test_no_more_orders_are_out_than_there_may_be(server):
    """The consumer of an agent gives out the next one when one is acknowledged."""

    async def doing():
        async with server.registry(["A1"], at_once=1) as registry, bus.connected(server.way("A1")) as agent:
            for number in range(2):
                await registry.publish(subjects.work("A1"), b"%d" % number)
            work = await agent.pull(subjects.WORK, subjects.consumer("A1"))
            (first,) = await work.fetch(1, 10)
            assert not await work.fetch(1, 0.2)
            await first.ack()
            assert [each.data for each in await work.fetch(1, 10)] == [b"1"]

    _run(doing())


def test_what_was_taken_outlives_a_kill_of_the_broker(server):
    """The connection comes back by itself; until then nothing is published."""

    async def doing():
        async with server.registry(["A1"]) as registry, bus.connected(server.way("A1")) as agent:
            await registry.publish(subjects.work("A1"), b"order")
            server.kill()
            while agent.is_linked:  # noqa: ASYNC110  (nothing tells a test that a client has noticed)
                await asyncio.sleep(0.01)
            with pytest.raises(BusError, match="not there"):
                await agent.publish(subjects.results("A1"), b"result")
            server.start()
            await agent.linked()
            work = await agent.pull(subjects.WORK, subjects.consumer("A1"))
            assert [each.data for each in await work.fetch(1, 10)] == [b"order"]

    _run(doing())


def test_an_agent_connects_before_the_broker_is_there(server):
    """It waits, and is there when the broker is."""

    async def doing():
        server.kill()
        async with asyncio.TaskGroup() as group:
            group.create_task(_connects(server))
            await asyncio.sleep(0.2)  # it has tried at least once
            server.start()

    _run(doing())


async def _connects(server):
    async with bus.connected(server.way("A1")) as agent:
        assert agent.is_linked


def test_who_is_shut_out_is_put_out_and_comes_back_when_let_in_again(server, caplog):
    """By itself; meanwhile it is said once why, and no key with it."""

    async def doing():
        async with server.registry(["A1"]), bus.connected(server.way("A1")) as agent:
            public = server.shut_out("A1")
            while "Authorization Violation" not in caplog.text:  # noqa: ASYNC110  (as above)
                await asyncio.sleep(0.01)
            assert not agent.is_linked
            server.let_in("A1", public)
            await agent.linked()
            await agent.publish(subjects.results("A1"), b"result")

    _run(doing())
    assert server.joined["A1"].seed not in caplog.text


def test_streams_are_made_once_and_an_agent_goes(server):
    """To make them again changes nothing; an agent that is removed leaves no order behind."""

    async def doing():
        async with server.registry(["A1"]) as registry:
            await registry.publish(subjects.work("A1"), b"order")
            await registry.make_streams()
            await registry.make_consumer("A1", 2)
            await registry.remove_consumer("A1")
            await registry.remove_consumer("A1")
            await registry.make_consumer("A1", 2)
            work = await registry._jet.stream_info(subjects.WORK)
            assert work.state.messages == 0

    _run(doing())


@pytest.mark.parametrize(
    "subject",
    [
        "work.A1",
        "work.B1",
        "results.B1",
        "$JS.API.CONSUMER.MSG.NEXT.WORK.agent-B1",
        "$JS.API.CONSUMER.MSG.NEXT.RESULTS.registry",
        "$JS.API.STREAM.INFO.WORK",
        "$JS.API.STREAM.MSG.GET.WORK",
        "$JS.API.DIRECT.GET.WORK",
        "$JS.API.CONSUMER.CREATE.WORK",
        "$JS.API.CONSUMER.INFO.WORK.agent-A1",
        "$JS.API.STREAM.DELETE.RESULTS",
        "$JS.ACK.WORK.agent-B1.1.1.1.1.1",
        "$SYS.REQ.SERVER.PING",
        "_INBOX.B1.x",
        "_REGISTRY.x",
    ],
)
def test_an_agent_may_say_nothing_else(server, subject):
    """The raw client of an agent is refused by the server itself."""
    assert _refused(server, lambda client: client.publish(subject, b"x"))


@pytest.mark.parametrize("subject", [">", "work.A1", "work.B1", "results.>", "_INBOX.>", "_INBOX.B1.>", "_REGISTRY.>"])
def test_an_agent_may_hear_nothing_else(server, subject):
    """Neither orders nor answers of others, nor what passes by."""
    assert _refused(server, lambda client: client.subscribe(subject))


@pytest.mark.parametrize(
    "subject",
    [
        "$JS.API.STREAM.DELETE.WORK",
        "$JS.API.STREAM.DELETE.RESULTS",
        "$JS.API.STREAM.PURGE.WORK",
        "$JS.API.CONSUMER.DELETE.WORK.agent-B1",
        "$JS.API.CONSUMER.DELETE.RESULTS.registry",
        "$JS.ACK.WORK.agent-B1.1.1.1.1.0",
        "work.B1",
    ],
)
def test_no_answer_does_for_an_agent_what_it_may_not(server, subject):
    """It asks for work where there is none, or puts a result, and has the answer sent there: the broker would say it
    itself, with nothing in it, and that deletes a stream where the agent has a part in it.
    """

    async def doing():
        way = server.way("A1")
        async with server.registry(["A1", "B1"]) as registry, bus.connected(server.way("B1")) as other:
            await registry.publish(subjects.work("B1"), b"order")
            (order,) = await (await other.pull(subjects.WORK, subjects.consumer("B1"))).fetch(1, 10)
            client = await nats.connect(server.url, tls=way.tls, nkeys_seed_str=way.seed, inbox_prefix=way.inbox)
            for asked in (b'{"batch":1,"no_wait":true}', b'{"batch":1,"expires":10000000}'):
                await client.publish("$JS.API.CONSUMER.MSG.NEXT.WORK.agent-A1", asked, reply=subject)
            await client.publish("results.A1", b"", reply=subject)
            await client.flush()
            await asyncio.sleep(0.3)  # the answer that must do nothing comes on its own
            await client.close()
            assert (await registry._jet.stream_info(subjects.WORK)).state.messages == 1
            await registry._jet.consumer_info(subjects.RESULTS, subjects.REGISTRY)
            assert await registry.consumers() == {"A1", "B1"}
            await order.ack()

    _run(doing())


def test_who_is_let_in_while_the_broker_runs_has_its_part(server):
    """Also one that was not known when it began, after one reload, and those that were there keep theirs."""

    async def doing():
        async with server.registry(["A1"]) as registry, bus.connected(server.way("A1")) as old:
            server.join("C1")
            await registry.make_consumer("C1", 1)
            async with bus.connected(server.way("C1")) as new:
                for agent, name in ((old, "A1"), (new, "C1")):
                    await agent.linked()
                    await agent.publish(subjects.results(name), b"result")
                    await registry.publish(subjects.work(name), b"order")
                    (order,) = await (await agent.pull(subjects.WORK, subjects.consumer(name))).fetch(1, 10)
                    await order.ack()

    _run(doing())


def _refused(server, doing):
    """What the server has refused to the raw client of A1; what is not refused within a while was not."""
    said = []

    async def ask():
        came = asyncio.Event()

        async def told(error):
            said.append(str(error))
            came.set()

        way = server.way("A1")
        client = await nats.connect(server.url, tls=way.tls, nkeys_seed_str=way.seed, error_cb=told)
        await doing(client)
        with suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), 10)
        await client.close()

    _run(ask())
    return said and "permissions violation" in said[0]


def test_who_is_not_known_or_does_not_trust_is_not_let_in(server):
    """An agent with other keys; one that trusts another authority says so and sends no key."""
    stranger = join.make("A1", server.url, server.ca)

    async def ask(tls, seed):
        with pytest.raises((nats.errors.Error, OSError)):
            await nats.connect(server.url, tls=tls, nkeys_seed_str=seed, allow_reconnect=False)

    _run(ask(join.trusting(server.ca), stranger.seed))
    _run(ask(join.trusting(None), server.joined["A1"].seed))


def test_who_is_told_to_end_while_the_library_waits_ends():
    """The answer comes at that moment, and `wait_for` of Python 3.11 forgets that it was told."""

    async def asking():
        with bus._ending_when_told(), suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
        return "it goes on"

    async def go():
        task = asyncio.create_task(asking())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(go())
