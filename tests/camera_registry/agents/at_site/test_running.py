"""Running: an agent in this process, with a real nats-server and looks of our own."""

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from camera_registry.agents import bus, subjects
from camera_registry.agents.at_site import running
from camera_registry.agents.at_site.kept import kept_in
from camera_registry.agents.at_site.running import Agent, RefusedError, Setup
from camera_registry.agents.messages import GivenUp, Greeting, Refused, Seen
from probes.errors import Failure
from probes.facts import Observation
from probes.outgoing import ANYWHERE
from tests.acceptance.ordering import Post, item, of_kind, order, until
from tests.nats_server import nats_server

CAMERA = SimpleNamespace(host="192.168.1.64", onvif_port=80)
OTHER = SimpleNamespace(host="192.168.1.65", onvif_port=80)


class Looks:
    """Looks that wait until `go`, and remember what they were given."""

    def __init__(self, *failures):
        self.go = asyncio.Event()
        self.targets, self.lines = [], []
        self._failures = failures
        self.nonsense_of = ()

    async def __call__(self, target, learned, line=None):
        """One look."""
        self.targets.append(target)
        self.lines.append(line)
        await self.go.wait()
        if target.key in self.nonsense_of:
            return "nonsense"
        seen = {"target": target.key, "remembered": target.remembered, "failures": self._failures}
        return Observation(observed_at=datetime.now(UTC), **seen)


@asynccontextmanager
async def _agent(server, folder, look, now=lambda: datetime.now(UTC)):
    """An agent that works, and what the registry says to it and hears."""
    join = server.join("A1")
    setup = Setup(join, lambda: bus.connected(server.way("A1")), look, "1.2.3", now, lambda: ("10.0.0.1",))
    with kept_in(folder) as kept:
        async with asyncio.timeout(60), server.registry(["A1"]) as registry:
            post = Post(registry, join, await registry.pull(subjects.RESULTS, subjects.REGISTRY))
            working = asyncio.create_task(Agent(setup, kept).run())
            try:
                yield post, working
            finally:
                working.cancel()
                await asyncio.wait([working])


def _run(folder, doing, *failures, max_payload=8 * 2**20, **how):
    async def within():
        look = Looks(*failures)
        async with _agent(server, folder, look, **how) as (post, working):
            return await doing(post, look, working)

    with nats_server(max_payload=max_payload) as server:
        return asyncio.run(within())


def test_an_order_that_comes_again_is_worked_on_once(tmp_path):
    """While it is worked on, because the broker had heard nothing, and when it is over, because somebody sent it again:
    it has one result, and is acknowledged each time.
    """

    async def doing(post, look, _):
        impatient = (await post.bus._jet.consumer_info(subjects.WORK, subjects.consumer("A1"))).config
        await post.bus._jet.add_consumer(subjects.WORK, replace(impatient, ack_wait=0.5))
        given = order(item(1, CAMERA))
        await post.give(given)
        await until(lambda: look.targets)
        await asyncio.sleep(1.5)  # the broker gives it out again, once at least
        look.go.set()
        await post.hear(bool)
        await post.until_done()
        await post.give(given)
        await post.until_done()
        return await post.hear(bool), look

    results, look = _run(tmp_path, doing)
    assert [type(each) for each in results] == [Seen]
    assert len(look.targets) == 1


def test_an_order_that_has_ended_is_not_begun(tmp_path):
    """Whoever waits for it has given up; the broker may forget it."""

    async def doing(post, look, _):
        await post.give(order(item(1, CAMERA), minutes=-1))
        await post.until_done()
        return look

    assert _run(tmp_path, doing).targets == []


def test_what_has_not_begun_when_the_order_ends_has_no_result(tmp_path):
    """What is under way ends as it will; then the broker may forget the order."""
    ahead = []

    async def doing(post, look, _):
        await post.give(order(item(1, CAMERA), item(2, OTHER), at_once=1))
        await until(lambda: look.targets)
        ahead.append(timedelta(hours=1))
        look.go.set()
        await post.until_done()
        return await post.hear(bool)

    results = _run(tmp_path, doing, now=lambda: datetime.now(UTC) + sum(ahead, timedelta()))
    assert [each.item for each in results] == [1]


def test_a_result_that_the_broker_does_not_carry_is_given_up(tmp_path):
    """With the reason, and what comes after it is sent."""
    detail = os.urandom(40_000).hex()

    async def doing(post, look, _):
        look.go.set()
        await post.give(order(item(1, CAMERA)))
        return await post.hear(lambda results: of_kind(results, GivenUp))

    large = Failure("timeout", "run", detail)
    results = _run(tmp_path, doing, large, max_payload=32_000)
    assert of_kind(results, Seen | GivenUp) == [GivenUp("o-1", 1, 1, "too_large")]


def test_what_the_broker_does_not_take_is_sent_until_it_does(tmp_path, caplog):
    """It has lost its stream; when that is there again the result comes, once."""

    async def doing(post, look, _):
        await post.give(order(item(1, CAMERA)))
        await until(lambda: look.targets)
        await post.bus._jet.delete_stream(subjects.RESULTS)
        look.go.set()
        await until(lambda: "trying on, nothing is lost" in caplog.text)
        await post.bus.make_streams()
        await post.hear(bool)
        return post.results

    assert [type(each) for each in _run(tmp_path, doing)] == [Seen]


def test_a_result_that_the_registry_could_not_read_is_given_up(tmp_path):
    """A text with half of a sign: nobody would hear of the look at all."""

    async def doing(post, look, _):
        look.go.set()
        await post.give(order(item(1, CAMERA)))
        return await post.hear(lambda results: of_kind(results, Seen | GivenUp))

    half = Failure("timeout", "run", "\ud800")
    assert of_kind(_run(tmp_path, doing, half), Seen | GivenUp) == [GivenUp("o-1", 1, 1, "too_large")]


def test_an_agent_greets_at_its_start_and_when_all_is_sent(tmp_path):
    """With its version and how much waits, so the registry knows that it has everything."""

    async def doing(post, look, _):
        look.go.set()
        await post.hear(lambda _: post.heard)
        await post.give(order(item(1, CAMERA)))
        await post.hear(lambda _: len(post.heard) >= 3)
        return post.heard

    heard = _run(tmp_path, doing)
    assert [type(each) for each in heard[:3]] == [Greeting, Seen, Greeting]
    assert {(each.version, each.protocol, each.waiting) for each in of_kind(heard, Greeting)} == {("1.2.3", 1, 0)}
    assert len({each.instance for each in of_kind(heard, Greeting)}) == 1


def test_no_more_devices_than_the_order_allows_and_no_address_of_the_agent_itself(tmp_path):
    """Nor anywhere at all, whatever the target says; the samples take room on the line of the order."""
    targets = [item(number, SimpleNamespace(host=f"192.168.1.{number}", onvif_port=80)) for number in range(1, 6)]
    anywhere = [replace(each, target=replace(each.target, networks=ANYWHERE)) for each in targets]

    async def doing(post, look, _):
        await post.give(replace(order(*anywhere, at_once=2), line_kbps=4_000))
        await until(lambda: len(look.targets) == 2)
        await asyncio.sleep(0.3)  # a third one would have begun by now
        begun = len(look.targets)
        look.go.set()
        await post.hear(lambda results: len(results) == len(anywhere))
        return begun, look

    begun, look = _run(tmp_path, doing)
    assert begun == 2
    assert all(not target.networks.anywhere and "10.0.0.1" in target.networks.refused for target in look.targets)
    assert len({id(line) for line in look.lines}) == len(anywhere)
    assert all(line is not None for line in look.lines)


def test_a_result_that_cannot_be_told_costs_that_device_alone(tmp_path, caplog):
    """It is given up with the reason, which is logged, and the others have their results."""

    async def doing(post, look, _):
        look.nonsense_of = ("1",)
        look.go.set()
        await post.give(order(item(1, CAMERA), item(2, OTHER)))
        return of_kind(await post.hear(lambda results: len(of_kind(results, Seen | GivenUp)) == 2), Seen | GivenUp)

    results = _run(tmp_path, doing)
    assert {each.item: type(each) for each in results} == {1: GivenUp, 2: Seen}
    assert "What was seen of the device of item 1 cannot be told" in caplog.text


def test_who_is_refused_ends_with_the_words(tmp_path):
    """Devices that are looked at then wait for the next version."""

    async def doing(post, look, working):
        await post.give(order(item(1, CAMERA)))
        await until(lambda: look.targets)
        await post.give(Refused({"vi": "Cũ quá", "en": "Too old"}, 2))
        with pytest.raises(RefusedError, match="Cũ quá\nToo old"):
            await working
        assert await post.waiting() == 1

    _run(tmp_path, doing)


def test_a_broker_in_progress_is_told_so(tmp_path, monkeypatch):
    """An order that is worked on for longer than the broker waits is not given out again."""
    monkeypatch.setattr(running, "HEARTBEAT_S", 0.2)

    async def doing(post, look, _):
        consumer = subjects.consumer("A1")
        impatient = (await post.bus._jet.consumer_info(subjects.WORK, consumer)).config
        await post.bus._jet.add_consumer(subjects.WORK, replace(impatient, ack_wait=2.0))
        await post.give(order(item(1, CAMERA)))
        await until(lambda: look.targets)
        await asyncio.sleep(4.0)  # twice as long as the broker waits
        told = await post.bus._jet.consumer_info(subjects.WORK, consumer)
        look.go.set()
        await post.hear(bool)
        return told

    assert _run(tmp_path, doing).num_redelivered == 0
