"""Proof: an agent looks at cameras for a registry that cannot reach them, and loses nothing, whatever is killed."""

import asyncio
import subprocess

import pytest

from camera_registry.agents import bus, subjects
from camera_registry.agents.messages import PROTOCOL, GivenUp, Greeting, HandedBack, Learned, Refused, Seen
from probes.login import UNANSWERED_TRIES, LoginState
from probes.simulator import presets, running
from tests.acceptance.ordering import TYPED, Running, holding, item, of_kind, order, post, running_agent, until
from tests.nats_server import nats_server

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def server():
    """A nats-server; `server.join` makes agents."""
    with nats_server() as made:
        yield made


def _all_seen(count):
    return lambda results: len({each.item for each in of_kind(results, Seen | GivenUp)}) == count


def test_an_agent_looks_and_its_results_come_back_sealed(server, tmp_path):
    """Three cameras, at most two at a time; each has one result; the order is acknowledged when all are kept, and no
    password stands in the folder of the agent, in that of the broker, or in what the agent writes.
    """
    join = server.join("THCS-1")
    specs = [
        presets.good_h264(password=TYPED),
        presets.mjpeg_only(password=TYPED),
        presets.hd720_cannot(password=TYPED),
    ]
    with running(*specs) as cameras, running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(*(item(n, camera) for n, camera in enumerate(cameras, 1))))
                await registry.hear(bool)
                assert not holding((agent.state, server.folder), TYPED)
                results = await registry.hear(_all_seen(3))
                await registry.until_done()
                return results, registry

        results, registry = asyncio.run(doing())
        seen = of_kind(results, Seen)
        assert sorted((each.order, each.item, each.attempt) for each in seen) == [("o-1", n, 1) for n in (1, 2, 3)]
        assert all(each.observation.target == str(each.item) for each in seen)
        assert all(each.observation.channels[0].streams[0].measured for each in seen)
        assert all(each.logins[str(each.item)].onvif == "good" for each in seen)
        greeting = of_kind(registry.heard, Greeting)[0]
        assert (greeting.protocol, greeting.waiting) == (PROTOCOL, 0)
        assert all(camera.counters.refused_in_all == 0 for camera in cameras)
        assert agent.stop() == 130
    assert not holding((agent.state, server.folder), TYPED)
    assert TYPED not in agent.said()
    assert join.seed not in agent.said()
    assert all((path.stat().st_mode & 0o077) == 0 for path in (agent.state, *agent.state.iterdir()))


def _told(results):
    """What was told of the login of the first item."""
    return [each.state for each in of_kind(results, Learned) if each.version == "1"]


@pytest.mark.refusals(UNANSWERED_TRIES, "the agent was killed before it could know of the first: the crash rule")
def test_an_agent_that_is_killed_goes_on_and_tries_no_login_more_than_once_more(server, tmp_path):
    """Killed during the look at a camera that refuses slowly, twice: the order ends all the same, without another
    delivery; the login that was tried is told as one without an answer, and left the agent twice at most.
    """
    join = server.join("THCS-1")
    specs = [presets.good_h264(password="another", answer_after_s=2.0), presets.good_h264(password=TYPED)]
    with running(*specs) as cameras, running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(*(item(n, camera) for n, camera in enumerate(cameras, 1)), at_once=1))
                for tries in range(1, UNANSWERED_TRIES + 1):
                    await registry.hear(lambda results, tries=tries: LoginState(unanswered=tries) in _told(results))
                    agent.kill()  # the try has left, and its answer takes two seconds
                    agent.start()
                return await registry.hear(_all_seen(2))

        results = asyncio.run(doing())
        assert cameras[0].counters.with_credentials <= UNANSWERED_TRIES
    assert set(_told(results)) == {LoginState(unanswered=tries) for tries in range(1, UNANSWERED_TRIES + 1)}
    assert {each.item for each in of_kind(results, Seen)} == {1, 2}


def test_a_device_that_kills_the_agent_again_and_again_is_given_up(server, tmp_path):
    """After three deaths, and the others have their results."""
    join = server.join("THCS-1")
    specs = [presets.good_h264(password=TYPED, faults=frozenset({"silent"})), presets.good_h264(password=TYPED)]
    with running(*specs) as cameras, running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(*(item(n, camera) for n, camera in enumerate(cameras, 1)), at_once=1))
                for _ in range(3):
                    before = cameras[0].counters.onvif_connections
                    await until(lambda b=before: cameras[0].counters.onvif_connections > b)
                    agent.kill()
                    agent.start()
                return await registry.hear(_all_seen(2))

        results = asyncio.run(doing())
    assert [(each.item, each.why) for each in of_kind(results, GivenUp)] == [(1, "killed")]
    assert [each.item for each in of_kind(results, Seen)] == [2]


def test_what_is_seen_while_the_line_is_cut_is_kept_and_sent_later(server, tmp_path):
    """The broker dies in mid-look; the agent ends its order, is killed, started again without a line, and sends when
    there is one; the broker hears that the order is done.
    """
    join = server.join("THCS-1")
    with running(*[presets.good_h264(password=TYPED)] * 2) as cameras, running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(*(item(n, camera) for n, camera in enumerate(cameras, 1)), at_once=1))
                await until(lambda: cameras[0].counters.with_credentials)
                server.kill()
                await agent.says("Order o-1 is over")
                agent.kill()
                agent.start()
                server.start()
                await registry.bus.linked()
                return await registry.hear(_all_seen(2))

        results = asyncio.run(doing())
    assert sorted(each.item for each in of_kind(results, Seen)) == [1, 2]
    assert [camera.counters.refused_in_all for camera in cameras] == [0, 0]


def test_an_agent_goes_on_without_a_line(server, tmp_path):
    """Killed in mid-look and started again while there is no broker, it looks at what is left."""
    join = server.join("THCS-1")
    with running(presets.good_h264(password=TYPED)) as (camera,), running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(item(1, camera)))
                await until(lambda: camera.counters.with_credentials)
                agent.kill()
                server.kill()
                agent.start()
                await agent.says("Order o-1 is over")
                server.start()
                await registry.bus.linked()
                return await registry.hear(_all_seen(1))

        assert [each.item for each in of_kind(asyncio.run(doing()), Seen)] == [1]


def test_an_order_that_another_agent_had_begun_is_handed_back(server, tmp_path):
    """It was delivered once to somebody with the same key: nothing is looked at, and the broker may forget it."""
    join = server.join("THCS-1")
    with running(presets.good_h264(password=TYPED)) as (camera,):

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(item(1, camera)))
                async with bus.connected(server.way("THCS-1")) as other:
                    (taken,) = await (await other.pull(subjects.WORK, subjects.consumer("THCS-1"))).fetch(1, 10)
                    await taken._message.nak()
                with running_agent(tmp_path, join):
                    results = await registry.hear(bool)
                    await registry.until_done()
                return results

        assert asyncio.run(doing()) == [HandedBack("o-1")]
        assert camera.counters.onvif_connections == 0


def test_an_agent_that_is_too_old_is_told_so_and_ends(server, tmp_path):
    """With the words of the registry, in both languages, and exit status 2; they are not said to the next version."""
    join = server.join("THCS-1")
    words = {"vi": "Trạm kiểm tra đã cũ, hãy cập nhật.", "en": "This agent is too old: update it."}

    async def doing(agent):
        async with post(server, join) as registry:
            await registry.give(Refused(words, 2))
            status = await asyncio.to_thread(agent.process.wait, 90)
            await registry.until_done()
            return status

    with running_agent(tmp_path, join) as agent:
        assert asyncio.run(doing(agent)) == 2
    assert all(f"camera-registry: {text}" in agent.said() for text in words.values())


def test_an_agent_that_is_stopped_leaves_in_order(server, tmp_path):
    """In mid-look: its sessions are torn down, the look counts as none, and the next one ends the order."""
    join = server.join("THCS-1")
    with running(presets.good_h264(password=TYPED)) as (camera,), running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(item(1, camera)))
                for _ in range(3):
                    await until(lambda: camera.counters.sessions_open)
                    assert agent.stop() == 130
                    await until(lambda: not camera.counters.sessions_open)
                    agent.start()
                return await registry.hear(_all_seen(1))

        assert [type(each) for each in asyncio.run(doing()) if not isinstance(each, Learned)] == [Seen]
        assert camera.counters.sessions == camera.counters.teardowns


def test_an_order_for_another_agent_is_not_opened(server, tmp_path):
    """Wherever it came from: it is logged, nothing is looked at, and it is not given out again."""
    join, other = server.join("THCS-1"), server.join("THCS-2")
    with running(presets.good_h264(password=TYPED)) as (camera,), running_agent(tmp_path, join) as agent:

        async def doing():
            async with post(server, join) as registry:
                await registry.give(order(item(1, camera)), agent=other)
                await agent.says("was not sealed by whom it should be")
                await registry.until_done()

        asyncio.run(doing())
        assert camera.counters.onvif_connections == 0


def test_one_folder_has_one_agent(server, tmp_path):
    """The second one says so and ends; so does one whose code is not that of its file, and one whose file others may
    read.
    """
    join = server.join("THCS-1")
    with running_agent(tmp_path, join) as first:

        async def both():
            async with post(server, join) as registry:
                await registry.hear(lambda _: registry.heard)

        asyncio.run(both())
        second = Running(tmp_path, join)
        second.errors = tmp_path / "second.err"
        assert second.start().process.wait(60) == 2
        assert "another agent works with" in second.said()
        assert first.process.poll() is None
    words = [str(word) for word in first._words]
    wrong = subprocess.run([*words[:3], "B", *words[4:]], capture_output=True, text=True, timeout=60, check=False)
    assert (wrong.returncode, "is the join file of THCS-1, and not of B" in wrong.stderr) == (2, True)
    first.file.chmod(0o644)
    open_to_all = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (open_to_all.returncode, "chmod 600" in open_to_all.stderr) == (2, True)
