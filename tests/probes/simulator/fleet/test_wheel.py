"""The shared clock: everybody in time, nobody early, and nobody after being cancelled."""

import asyncio

from probes.simulator.fleet.wheel import Wheel


class Steps:
    """A playback of `count` pictures, `every` seconds apart, that writes down how early it was called."""

    def __init__(self, count, every):
        self.count, self.every, self.early = count, every, []

    def begin(self, now):
        """As of a playback."""
        self.began = self.due = now
        return now if self.count else None

    def step(self):
        """As of a playback."""
        self.early.append(self.due - asyncio.get_running_loop().time())
        self.due = self.began + len(self.early) * self.every
        return self.due if len(self.early) < self.count else None


async def until(condition):
    """Waits for it."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  what is waited for knows no event
            await asyncio.sleep(0.005)


def test_each_gets_all_its_pictures_and_none_before_it_is_due():
    """Two rates on one wheel; one with nothing to send does no harm; a second turn begins after the first ended."""

    async def turn():
        wheel, playbacks = Wheel(), [Steps(5, 0.013), Steps(3, 0.04), Steps(0, 1)]
        for one in playbacks:
            wheel.play(one)
        await until(lambda: [len(one.early) for one in playbacks] == [5, 3, 0])
        late = Steps(1, 1)
        wheel.play(late)
        await until(lambda: late.early)
        return playbacks

    for one in asyncio.run(turn()):
        assert all(early <= 0 for early in one.early)


def test_who_is_cancelled_or_stopped_is_sent_nothing_more():
    """The rider alone, and then the whole wheel."""

    async def turn():
        wheel, gone, stays, after = Wheel(), Steps(1000, 0.01), Steps(1000, 0.01), Steps(1000, 0.01)
        rider = wheel.play(gone)
        wheel.play(stays)
        rider.cancel()
        await until(lambda: len(stays.early) > 3)
        assert gone.early == []
        wheel.stop()
        before = len(stays.early)
        wheel.play(after)
        await until(lambda: len(after.early) > 3)
        assert len(stays.early) == before

    asyncio.run(turn())
