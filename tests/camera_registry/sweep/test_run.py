"""One leased site: each item has one end, hosts are spared, and a stop loses nothing."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from camera_registry.sweep import run
from camera_registry.sweep.run import Item, run_site
from probes.facts import Observation
from probes.login import LoginState
from probes.target import Address, Limits, Target

SEEN = Observation(target="1", observed_at=datetime(2026, 11, 23, tzinfo=UTC))


class Work:
    """A source that remembers what it was told; `refuses` are items that may not be begun."""

    def __init__(self, hosts, refuses=(), deadline_s=60.0):
        self.hosts = hosts
        self.refuses = refuses
        self.deadline_s = deadline_s
        self.said = []

    async def items(self):
        """All of them."""
        return [Item(n, host) for n, host in enumerate(self.hosts)]

    async def begin(self, item):
        """A target, or None for what may not be begun."""
        if item.id in self.refuses:
            return None
        self.said.append(("begin", item.id))
        limits = Limits(deadline_s=self.deadline_s, channel_s=0.0)
        return Target(key=str(item.id), address=Address("host", item.host), limits=limits)

    def learned(self, item, version, state):
        """Remembers it."""
        self.said.append(("learned", item.id, version))

    async def finish(self, item, observation):
        """Remembers it."""
        self.said.append(("finish", item.id))

    async def give_up(self, item):
        """Remembers it."""
        self.said.append(("give up", item.id))

    def steps(self, item):
        """Nobody waits for a look."""

    async def put_back(self, item):
        """Remembers it."""
        self.said.append(("put back", item.id))

    def ends(self):
        """What each item came to."""
        return sorted(entry for entry in self.said if entry[0] not in ("begin", "learned"))


async def _seen(target, learned):
    await asyncio.sleep(0)
    return SEEN


def _run(work, look=_seen, at_once=2):
    asyncio.run(run_site(work, look, at_once, asyncio.Semaphore(9)))


def test_each_item_ends_once():
    """Those that may not be begun end nowhere."""
    work = Work(["a", "b", "c"], refuses=(1,))
    _run(work)
    assert work.ends() == [("finish", 0), ("finish", 2)]


def test_no_more_at_once_than_a_site_bears():
    """With room for two there are never three under way."""
    under_way, most = set(), []

    async def look(target, learned):
        under_way.add(target.key)
        most.append(len(under_way))
        await asyncio.sleep(0.01)
        under_way.discard(target.key)
        return SEEN

    _run(Work(list("abcdef")), look)
    assert max(most) == 2


def test_a_host_is_not_looked_at_twice_at_the_same_time():
    """Two devices behind one address take turns; another address does not wait for them."""
    under_way, met = set(), []

    async def look(target, learned):
        met.append(frozenset(under_way))
        under_way.add(target.address.host)
        await asyncio.sleep(0.01)
        under_way.discard(target.address.host)
        return SEEN

    _run(Work(["a", "a", "a", "b"]), look, at_once=4)
    assert len(met) == 4
    assert all(len(others) <= 1 for others in met)


def test_what_becomes_of_a_login_is_told_at_once():
    """Before the look has ended."""
    work = Work(["a"])

    async def look(target, learned):
        learned("7", LoginState().succeeded("onvif"))
        return SEEN

    _run(work, look)
    assert work.said == [("begin", 0), ("learned", 0, "7"), ("finish", 0)]


@pytest.mark.parametrize("error", [ValueError("unforeseen"), KeyError("x")])
def test_a_look_that_breaks_costs_that_device_alone(error, caplog):
    """It is given up and logged; the others have their results."""
    work = Work(["a", "b"])

    async def look(target, learned):
        if target.key == "0":
            raise error
        return SEEN

    _run(work, look)
    assert work.ends() == [("finish", 1), ("give up", 0)]
    assert "nobody foresaw" in caplog.text


def test_a_look_that_never_ends_is_given_up_after_its_deadline(monkeypatch, caplog):
    """The site goes on."""
    monkeypatch.setattr(run, "GRACE_S", 0.01)
    work = Work(["a"], deadline_s=0.01)

    async def look(target, learned):
        await asyncio.Event().wait()

    _run(work, look)
    assert work.ends() == [("give up", 0)]
    assert "after its deadline" in caplog.text


def test_what_is_stopped_waits_again():
    """A look that is cancelled is put back; what was not begun needs nothing."""
    work = Work(["a", "b", "c"])

    async def stopped():
        begun = asyncio.Event()

        async def look(target, learned):
            begun.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(run_site(work, look, 1, asyncio.Semaphore(9)))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    assert work.ends() == [("put back", 0)]


class Busy:
    """A line on which there is room after a while; `used` while somebody has it."""

    def __init__(self, wait_s):
        self.wait_s, self.used = wait_s, 0

    @asynccontextmanager
    async def room(self, kbps):
        """Room."""
        await asyncio.sleep(self.wait_s)
        self.used += kbps
        try:
            yield
        finally:
            self.used -= kbps


@pytest.mark.parametrize(("samples_s", "end"), [(0.0, "finish"), (9.0, "give up")])
def test_to_wait_for_room_does_not_count_against_the_limit_of_a_look(monkeypatch, samples_s, end):
    """A look that waits longer than it may last is still whole; one that samples for longer than that is given up."""
    monkeypatch.setattr(run, "GRACE_S", 0.0)
    line, work = Busy(0.2), Work(["a"], deadline_s=0.1)

    async def look(target, learned, line):
        async with line.room(4_000):
            assert work.said == [("begin", 0)]
            await asyncio.sleep(samples_s)
        return SEEN

    asyncio.run(run_site(work, look, 1, asyncio.Semaphore(9), line))
    assert (work.ends(), line.used) == ([(end, 0)], 0)
