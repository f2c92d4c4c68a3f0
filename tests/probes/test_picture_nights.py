"""Which nights a channel is decoded: every few, and at once where anything is not as it was."""

import asyncio
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probes.facts import Channel, ChannelInfo, Declared, Identity, Measured, Stream, StreamInfo
from probes.image import sketch
from probes.image.checks import Look
from probes.key_frames import KeyFrames
from probes.pictures import Pictures
from probes.rtsp.looks import StreamLook, StreamRequest
from probes.target import Limits, Remembered, Target, parse_address
from probes.visit import Visit

FIRST = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""A night in which it is the turn of channel `a` of device `k`: the next one is three nights later."""
LIMITS = Limits(picture_nights=3)
WELL = Look("day", False, None, False, False, False, 120.0, 90.0, 1920, 1080)
"""What one picture tells of a healthy view that was compared with its reference."""


def _sketch(level):
    """The sketch of a picture 640x360; any two levels are two pictures."""
    return struct.pack(">HH", 640, 360) + bytes([level]) * (sketch.SIZE - 4)


class Seeing:
    """A looker that always sees the same, and counts."""

    def __init__(self, seen):
        self.seen, self.looks = seen, 0

    async def look(self, codec, data, *, references=None):
        """The picture."""
        self.looks += 1
        return self.seen


def _channel(declared=(1920, 1080), gop=50):
    """A channel with its main stream, as ONVIF tells of it."""
    said = Declared(at=FIRST, how="onvif", codec="h264", width=declared[0], height=declared[1], fps=25.0, gop=gop)
    info = StreamInfo(at=FIRST, how="onvif", role="main", role_source="declared")
    return Channel(
        index=1,
        token="a",
        info=ChannelInfo(at=FIRST, how="onvif"),
        streams=(Stream(id="P1", info=info, declared=said),),
    )


def _decoded(
    remembered, day, *, seen=WELL, size=(1920, 1080), codec="h264", sizes=(), channel=None, limits=LIMITS, proven=True
):
    """Whether the channel was decoded in the look after `day` days, if a key frame was worth a wait, and the memory."""
    target = Target("k", parse_address("127.0.0.1"), remembered=remembered, limits=limits)
    visit, looker = Visit(target, now=lambda: FIRST + timedelta(days=day)), Seeing(seen)
    pictures = Pictures(remembered.pictures)
    pictures.of(Identity(at=FIRST, how="onvif", serial="S-4711"))
    key_frames, channel = KeyFrames(visit, looker, pictures, lambda _: None), channel or _channel()
    due = key_frames.due(channel)
    measured = Measured(at=visit.now(), how="rtp", codec=codec, width=size[0], height=size[1], frames=100)
    request = StreamRequest("P1", "rtsp://127.0.0.1/", True, picture=due)
    look = StreamLook(request, measured=measured, key_frame=(codec, b"key"), sizes=sizes, proven=proven)
    asyncio.run(key_frames.picture(channel, "P1", look))
    kept = replace(
        remembered, pictures=pictures.remembered([channel]), pictured=key_frames.nights.remembered([channel])
    )
    return bool(looker.looks), due, kept


def _after_first(**options):
    """What is remembered after two looks, so that nothing is left open: `frozen` takes two."""
    _, _, first = _decoded(Remembered(), 0, seen=replace(WELL, sketch=_sketch(1)), **options)
    decoded, _, kept = _decoded(first, 0.5, seen=replace(WELL, sketch=_sketch(2)), **options)
    assert decoded, "frozen is open after one look"
    return kept


def test_a_channel_is_decoded_every_third_night():
    """And its key frame is not waited for in the nights between."""
    kept, seen = _after_first(), []
    for day in range(1, 10):
        decoded, due, kept = _decoded(kept, day, seen=replace(WELL, sketch=_sketch(2 + day)))
        assert decoded == due
        seen.append(decoded)
    assert seen == [False, False, True] * 3


@pytest.mark.parametrize(
    "change",
    [
        {"size": (1280, 720)},
        {"codec": "h265"},
        {"channel": _channel(gop=100)},
        {"channel": _channel(declared=(1280, 720))},
        {"proven": False},
        {"limits": Limits(picture_nights=0)},
        {"limits": Limits(picture_nights=1)},
    ],
    ids=["size", "codec", "gop", "declared size", "sets not sent", "a person asks", "every night"],
)
def test_what_changed_is_decoded_at_once(change):
    """Settings are known before the sample; size and codec after, when a key frame is at hand all the same."""
    kept = _after_first()
    assert _decoded(kept, 1)[0] is False
    assert _decoded(kept, 1, **change)[0] is True


def test_the_very_same_encoded_sizes_are_looked_into():
    """No living encoder makes two pictures of one size, let alone eight: it may stand still, and the picture tells."""
    sizes = tuple(range(1000, 1012))
    kept = _after_first(sizes=sizes)
    assert _decoded(kept, 1, sizes=sizes)[0] is True
    assert _decoded(kept, 1, sizes=tuple(size + 1 for size in sizes))[0] is False


@pytest.mark.parametrize("fault", ["no_signal", "covered", "blurred", "moved", "smeared", "overexposed", "cast"])
def test_a_picture_with_a_fault_is_looked_at_again_the_next_night(fault):
    """So a repair is seen at once, and a fault is seen twice in two nights; a healthy one ends it."""
    kept = _after_first()
    bad = replace(WELL, sketch=_sketch(3), **{fault: True})
    decoded, _, kept = _decoded(kept, 3, seen=bad)
    assert decoded
    assert _decoded(kept, 4, seen=bad)[0] is True
    _, _, healed = _decoded(kept, 4, seen=replace(WELL, sketch=_sketch(4)))
    assert _decoded(healed, 5)[0] is False


def test_what_night_does_to_a_healthy_picture_is_no_fault():
    """Infrared is colourless, and an unlit yard is dark: by day both are faults."""
    for light, again in (("night", False), ("day", True)):
        seen = replace(WELL, light=light, colourless=True, underexposed=True, sketch=_sketch(5))
        _, _, kept = _decoded(_after_first(), 3, seen=seen)
        assert _decoded(kept, 4)[0] is again


def test_a_picture_that_leaves_something_open_has_two_more_chances():
    """A view that never tells (a bare wall without corners) is not decoded every night for that."""
    seen, kept, open_ = [], Remembered(), replace(WELL, covered=None)
    for day in range(7):
        decoded, _, kept = _decoded(kept, day, seen=open_)
        seen.append(decoded)
    assert seen == [True, True, True, True, False, False, True]


def test_a_picture_that_could_not_be_had_is_still_due():
    """No key frame came: the night after has its turn."""
    kept = replace(_after_first(), pictured={})
    _, _, after = _decoded(kept, 1, limits=replace(LIMITS, picture=False))
    assert after.pictured == {}
    assert _decoded(after, 2)[0] is True


@pytest.mark.parametrize("broken", [{"at": "yesterday"}, {"at": "2026-11-24T00:00:00"}, {"seen": 5}, {"fault": None}])
def test_a_memory_that_cannot_be_read_counts_as_none(broken):
    """The registry stores it unread."""
    kept = _after_first()
    spoilt = replace(kept, pictured={"a": {**kept.pictured["a"], **broken}})
    assert _decoded(spoilt, 1)[0] is True


def test_a_look_without_channels_keeps_the_memory():
    """A device that was off for a night does not begin anew."""
    kept = _after_first()
    target = Target("k", parse_address("127.0.0.1"), remembered=kept, limits=LIMITS)
    visit = Visit(target, now=lambda: FIRST + timedelta(days=1))
    nights = KeyFrames(visit, None, Pictures(kept.pictures), lambda _: None).nights
    assert nights.remembered([]) == kept.pictured
