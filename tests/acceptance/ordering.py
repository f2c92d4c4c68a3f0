"""The registry's side of agents without a registry: orders for simulated cameras, what comes back, and the agent as a
process of its own.
"""

import asyncio
import os
import signal
import subprocess
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta

from camera_registry.agents import join as joining
from camera_registry.agents import subjects
from camera_registry.agents.messages import Greeting, Order, OrderItem, read_result, to_bytes
from camera_registry.agents.seals import open_sealed, seal
from probes.outgoing import Networks
from probes.target import Address, Credential, Limits, Target
from probes.visit import utc_now
from tests.acceptance.command import COMMAND

TYPED = "typed-Pa55word"
LIMITS = replace(Limits(), picture=False, read_s=3.0, sample_s=1.5, deadline_s=20.0)


def item(number, camera, password=TYPED, **remembered):
    """A camera as an item of an order; the version of its login has the number of the item."""
    target = Target(
        str(number),
        Address("host", camera.host, onvif_port=camera.onvif_port),
        (Credential(str(number), "admin", password),),
        limits=LIMITS,
        networks=Networks(loopback=True),
    )
    remembered = replace(target.remembered, **remembered)
    return OrderItem(number, 1, camera.host, replace(target, remembered=remembered))


def order(*items, name="o-1", minutes=5.0, at_once=2):
    """An order for these items, which ends in so many minutes."""
    return Order(name, utc_now() + timedelta(minutes=minutes), at_once, None, items)


class Post:
    """What the registry says to one agent and hears of it, on a bus of its own."""

    def __init__(self, bus, join, pull):
        self.bus = bus
        self._join = join
        self._pull = pull
        self.heard = []
        self.sealed = []

    async def give(self, message, agent=None):
        """The message is on its way; sealed for this `agent` where it is to be another one."""
        join = agent or self._join
        sealed = seal(join.key, "work", join.agent, to_bytes(message))
        await self.bus.publish(subjects.work(self._join.agent), sealed)

    async def hear(self, enough):
        """All results that have come, once there are `enough` by a condition on them; greetings aside."""
        while not enough(self.results):
            for delivered in await self._pull.fetch(10, 2):
                assert delivered.subject == subjects.results(self._join.agent)
                self.sealed.append(delivered.data)
                content = open_sealed(self._join.key, "result", self._join.agent, delivered.data)
                self.heard.append(read_result(content))
                await delivered.ack()
        return self.results

    @property
    def results(self):
        """What was heard but greetings."""
        return [each for each in self.heard if not isinstance(each, Greeting)]

    async def waiting(self):
        """How many orders the broker still has."""
        return (await self.bus._jet.stream_info(subjects.WORK)).state.messages

    async def until_done(self):
        """The broker has no order any more: all were acknowledged."""
        while await self.waiting():  # noqa: ASYNC110  (the broker tells nobody)
            await asyncio.sleep(0.05)


async def until(condition):
    """Returns when the condition holds, of a camera, a file or a process."""
    while not condition():  # noqa: ASYNC110  (they tell nobody)
        await asyncio.sleep(0.01)


def holding(folders, secret):
    """The files in these folders that hold the secret."""
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in found if secret.encode() in path.read_bytes()]


def of_kind(results, kind):
    """The results of this kind."""
    return [each for each in results if isinstance(each, kind)]


@asynccontextmanager
async def post(server, join, seconds=180):
    """What the registry says and hears, while the block goes on; it lasts no longer than so many seconds."""
    async with asyncio.timeout(seconds), server.registry([join.agent]) as bus:
        yield Post(bus, join, await bus.pull(subjects.RESULTS, subjects.REGISTRY))


class Running:
    """An agent that runs as a process, with its folder."""

    def __init__(self, folder, join, state="state"):
        self.folder = folder
        self.state = folder / state
        self.errors = folder / f"{state}.err"
        self.file = folder / f"{state}.join"
        if not self.file.exists():
            joining.write(join, self.file)
        self._words = [COMMAND, "agent", "--site", join.agent, "--join", self.file, "--state", self.state]
        self.process = None

    def start(self):
        """It runs."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [str(word) for word in self._words], cwd=self.folder, env=clean, stdin=subprocess.DEVNULL, stderr=errors
            )
        return self

    def said(self):
        """What it has written on standard error since it was first started."""
        return self.errors.read_text(encoding="utf-8")

    def kill(self):
        """It is killed."""
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL, self.said()

    def stop(self):
        """Its exit status after it was told to end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    async def says(self, words):
        """It has written these words."""
        await until(lambda: words in self.said() or self.process.poll() is not None)
        assert words in self.said()


@contextmanager
def running_agent(folder, join, state="state"):
    """An agent that runs, while the block goes on."""
    agent = Running(folder, join, state)
    try:
        yield agent.start()
    finally:
        if agent.process.poll() is None:
            agent.process.kill()
        agent.process.wait(10)
        print(agent.said())  # noqa: T201  (shown where a test fails)
