"""Room on a line: shared, in the order of asking, and never lost."""

import asyncio
from datetime import UTC, datetime

import pytest

from probes.channels import ChannelLooker
from probes.facts import Channel, Declared, Stream, StreamInfo
from probes.line import Line, expected_kbps
from probes.rtsp.looks import StreamLook
from probes.target import Address, Limits, Target
from probes.visit import Visit

AT = datetime(2026, 11, 23, tzinfo=UTC)


class Samples:
    """Samples on a line, and the order in which they began."""

    def __init__(self, line):
        self.line, self.began, self.tasks, self.ends = line, [], {}, {}

    async def ask(self, name, kbps):
        """A sample that goes on until it is ended, and has asked for its room."""
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._sample(name, kbps))
        await _settled()

    async def _sample(self, name, kbps):
        async with self.line.room(kbps):
            self.began.append(name)
            await self.ends[name].wait()

    async def end(self, name):
        """The sample is over."""
        self.ends[name].set()
        await self.tasks[name]
        await _settled()

    async def cancel(self, name):
        """Whoever sampled is gone."""
        self.tasks[name].cancel()
        await _settled()

    async def end_all(self):
        """Nothing goes on."""
        for name in self.tasks:
            self.ends[name].set()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


async def _settled():
    for _ in range(5):
        await asyncio.sleep(0)


def test_samples_go_on_together_while_there_is_room():
    """The third waits until one has ended; in the end the line is free."""

    async def share():
        samples = Samples(Line(10_000))
        for name in "abc":
            await samples.ask(name, 4_000)
        assert (samples.began, samples.line.used_kbps) == (["a", "b"], 8_000)
        await samples.end("a")
        assert samples.began == ["a", "b", "c"]
        await samples.end_all()
        assert samples.line.used_kbps == 0

    asyncio.run(share())


def test_a_large_stream_is_not_passed_by_small_ones():
    """Whoever asks after it waits, though there would be room for them."""

    async def wait():
        samples = Samples(Line(12_000))
        for name, kbps in (("small", 2_000), ("large", 12_000), ("late", 2_000)):
            await samples.ask(name, kbps)
        assert samples.began == ["small"]
        await samples.end("small")
        assert samples.began == ["small", "large"]
        await samples.end("large")
        assert samples.began == ["small", "large", "late"]
        await samples.end_all()

    asyncio.run(wait())


def test_what_wants_more_than_the_line_has_it_alone():
    """A stream of 12 Mbps behind a line of 4: it is looked at, with nothing beside it."""

    async def alone():
        samples = Samples(Line(4_000))
        await samples.ask("large", 12_000)
        await samples.ask("small", 64)
        assert (samples.began, samples.line.used_kbps) == (["large"], 4_000)
        await samples.end("large")
        assert samples.began == ["large", "small"]
        await samples.end_all()

    asyncio.run(alone())


@pytest.mark.parametrize("gone", ["waiting", "given", "having"])
def test_who_is_gone_keeps_no_room_and_nobody_waiting(gone):
    """Cancelled in the queue, in the moment in which room was given, or while packets flow."""

    async def leave():
        samples = Samples(Line(4_000))
        for name in "abc":
            await samples.ask(name, 4_000)
        if gone == "waiting":
            await samples.cancel("b")
            await samples.end("a")
        elif gone == "given":
            samples.ends["a"].set()
            await asyncio.sleep(0)  # a has left, and b has not noticed yet that it has room
            assert samples.tasks["a"].done()
            await samples.cancel("b")
        else:
            await samples.cancel("a")
            await samples.end("b")
        assert samples.began[-1] == "c"
        await samples.end_all()
        assert samples.line.used_kbps == 0

    asyncio.run(leave())


def test_a_line_that_leads_into_another_takes_room_of_both():
    """Two schools with room of their own share the line of the worker."""

    async def share():
        whole = Line(5_000)
        first, second = Samples(Line(4_000, whole)), Samples(Line(8_000, whole))
        await first.ask("a", 4_000)
        await second.ask("b", 4_000)
        assert (first.began, second.began, whole.used_kbps) == (["a"], [], 4_000)
        await first.end("a")
        assert (second.began, first.line.used_kbps) == (["b"], 0)
        await second.end_all()
        assert whole.used_kbps == 0

    asyncio.run(share())


@pytest.mark.parametrize(
    ("declared", "kbps"),
    [
        (None, 4_000),
        ({"bitrate_kbps": 3_072.5}, 3_073),
        ({"bitrate_kbps": 8}, 64),
        ({"bitrate_kbps": 0, "width": 640, "height": 480}, 1_000),
        ({"width": 1920, "height": 1080}, 4_000),
        ({"width": 3840, "height": 2160}, 12_000),
        ({"width": 7680, "height": 4320}, 12_000),
    ],
)
def test_a_stream_is_expected_to_send_what_it_is_set_to(declared, kbps):
    """Else what streams of its size are usually set to."""
    group = Declared(at=AT, how="onvif", **declared) if declared is not None else None
    assert expected_kbps(Stream(id="p", declared=group)) == kbps


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        """The time."""
        return self.now


def _visit(line, clock):
    target = Target("d1", Address("host", "cam"), limits=Limits(deadline_s=30))
    return Visit(target, seconds=clock, line=line)


def test_to_wait_for_room_costs_none_of_the_time_of_a_probe():
    """Twenty seconds in the queue, and the deadline is as far away as before; sampling does cost time."""

    async def wait():
        line, clock = Line(4_000), Clock()
        visit, samples = _visit(line, clock), Samples(line)
        await samples.ask("other", 4_000)
        waiting = asyncio.create_task(_sample(visit, clock))
        await _settled()
        clock.now = 20.0
        await samples.end("other")
        await waiting
        return visit.seconds_left()

    async def _sample(visit, clock):
        async with visit.room(4_000):
            clock.now += 5.0

    assert asyncio.run(wait()) == 25.0


class _NoPicture:
    def due(self, channel):
        return False

    async def picture(self, channel, stream, look):
        return None, None


def test_room_is_taken_before_the_first_question_about_a_channel_and_given_back_after_it():
    """As much as its main stream is set to; no connection waits for room while it is open."""
    seen, line = [], Line(10_000)

    async def ask(request):
        seen.append((request.id, line.used_kbps))
        return StreamLook(request)

    def stream(name, role, kbps):
        info = StreamInfo(at=AT, how="onvif", role=role, role_source="declared")
        declared = Declared(at=AT, how="onvif", bitrate_kbps=kbps)
        return Stream(id=name, uri=f"rtsp://cam/{name}", info=info, declared=declared)

    looker = ChannelLooker(_visit(line, Clock()), ask, _NoPicture(), lambda _: None, known={}, one_stream=False)
    channel = Channel(index=1, token="v1", streams=(stream("main", "main", 4_096), stream("sub", "sub", 512)))
    asyncio.run(looker.look_at(channel, None))
    assert (seen, line.used_kbps) == ([("sub", 4_096), ("main", 4_096)], 0)
