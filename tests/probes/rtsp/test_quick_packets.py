"""Packets that only make a frame longer are not read in full; what is measured is the same as if they were."""

import random

import pytest

from probes.rtsp.meter import Meter
from tests.probes.rtsp.packet_maker import (
    H264_PPS,
    H264_SPS,
    Sender,
    h264_fragments,
    h265_fragments,
    slice_264,
    slice_265,
    stream,
)


def _both(packets, codec="h264"):
    """The reports of two meters: one may take packets the quick way; the other gets each with a header extension, which
    says nothing, so that it is read in full.
    """
    quick, full = Meter(codec, 9.9), Meter(codec, 9.9)
    took = 0
    for data, at in packets:
        before = len(quick._list._units)
        quick.rtp(data, at)
        took += len(quick._list._units) == before
        full.rtp(bytes([data[0] | 0x10]) + data[1:12] + b"\xab\xcd\0\0" + data[12:], at)
    assert took
    reports = [{k: v for k, v in meter.report().items() if k != "bytes"} for meter in (quick, full)]
    return (reports[0], quick._list.frames, quick.key_frame()), (reports[1], full._list.frames, full.key_frame())


def _lossy(packets, seed):
    """`packets` with some lost, some twice, and some a place too late."""
    chance, made = random.Random(seed), []
    for packet in packets:
        luck = chance.random()
        made += [] if luck < 0.02 else [packet, packet] if luck < 0.03 else [packet]
        if luck > 0.98 and len(made) > 1:
            made[-1], made[-2] = made[-2], made[-1]
    return made


def _of(codec, pictures=60):
    """Pictures in fragments, of several slices, with parameter sets that come again (H.264)."""
    sender, made = Sender(), []
    for number in range(pictures):
        if codec == "h264":
            units = [h264_fragments(slice_264(key=not number % 20, size=9_000 if not number % 20 else 4_000))]
            units = [[H264_SPS], [H264_PPS], *units] if not number % 20 else units
        else:
            units = [h265_fragments(slice_265(key=not number % 20, size=9_000 if not number % 20 else 4_000))]
        made += sender.send([payload for unit in units for payload in unit], number / 25, 10 + number / 25)
    return made


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_what_is_measured_is_the_same(codec, seed):
    """Also where packets are lost, come twice, or too late."""
    packets = _of(codec)
    quick, full = _both(packets if seed is None else _lossy(packets, seed), codec)
    assert quick == full


def test_a_start_code_inside_a_late_fragment_is_found():
    """V380 and others put several units in one row of fragments: each is a picture of its own here."""
    sender, made = Sender(), stream(seconds=4)
    sender.sequence, odd = 1000 + len(made), b"\x41\x9a" + b"\xaa\x55" * 900
    for number in range(40):
        fragments = h264_fragments(odd + b"\0\0\0\1" + odd + b"\0\0\1" + odd)
        made += sender.send(fragments, 4.04 + number / 25, 14.04 + number / 25)
    quick, full = _both(made)
    assert quick == full
    assert quick[0]["frames"] > 101 + 2 * 38


def test_a_fragment_of_another_type_is_found():
    """Tiandy sends parameter sets and the picture in one row of fragments, with the type changed on the way."""
    sender, made = Sender(), stream(seconds=4)
    sender.sequence = 1000 + len(made)
    for number in range(40):
        row = h264_fragments(b"\x67" + b"\x64" * 2_500)
        row = [
            payload[:1] + bytes([payload[1] & 0xE0 | (1 if n else 7)]) + payload[2:] for n, payload in enumerate(row)
        ]
        made += sender.send(row, 4.04 + number / 25, 14.04 + number / 25)
    quick, full = _both(made)
    assert quick == full


def test_a_packet_of_another_sender_or_type_is_no_part_of_the_frame():
    """Same number, same time stamp: another SSRC is another sender, another payload type another codec."""
    made = stream(seconds=4)
    sender = Sender(sequence=1000 + len(made))
    first, *_, last = sender.send(h264_fragments(slice_264(key=False, size=6_000)), 4.04, 14.04)
    others = [Sender(sender.sequence - 1, ssrc=9), Sender(sender.sequence - 1, payload_type=97)]
    strange = [one.send([last[0][12:]], 4.04, 14.04)[0] for one in others]
    quick, full = _both([*made, first, *strange, last])
    assert quick == full
