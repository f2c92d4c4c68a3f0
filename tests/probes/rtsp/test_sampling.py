"""A sample ends with the packet that closes the last question, to the byte, on the clock of the packets."""

import pytest

from probes.rtsp.meter import Meter
from probes.rtsp.sampling import TICK_S, Sampling, Wanted
from probes.target import Need
from tests.probes.rtsp.packet_maker import same, stream

LONG = stream(seconds=13)
FPS = Need("measured.fps", (14.0,), seconds=4.0)
PACKETS = Need("measured.packets_lost", packets=450)
INTERVAL = Need("measured.keyframe_interval_s", (4.4,))
WELL = Need("measured.codec", seconds=0.5)


def _sampled(*needs, packets=LONG, picture=False, longest_s=12.0, most_bytes=10**9):
    """Bytes and seconds of a sample for `needs`, why it ended, and how often that was told."""
    told = []
    meter = Meter("h264", 9.9)
    sampling = Sampling(meter, Wanted(needs, picture, longest_s, most_bytes), lambda: told.append(1))
    for data, at in packets:
        sampling.rtp(data, at)
    return meter.bytes, round(meter.seconds(), 3), sampling.reason, len(told)


def _bytes_until(seconds):
    """Bytes of all packets before the first that came `seconds` after the first packet, and of that one."""
    before = sum(len(data) for data, at in LONG if at < same(seconds))
    return before + len(next(data for data, at in LONG if at >= same(seconds)))


def test_the_sample_ends_with_the_first_packet_at_which_every_need_is_met():
    """Four seconds are the least evidence of the rate, and the packet that brings them is the last one measured."""
    assert _sampled(FPS) == (_bytes_until(4.0), 4.0, "needs_met", 1)


def test_a_decided_rule_costs_no_further_bytes():
    """The needs that are met early add nothing to the one that is met last; and without that one the sample ends where
    the last of the others is met.
    """
    alone, with_others = _sampled(FPS)[0], _sampled(WELL, INTERVAL, FPS)[0]
    assert alone == with_others == _bytes_until(4.0)
    without = _sampled(WELL, INTERVAL)  # the second key frame comes at 2 s, and is asked about at the next tick
    assert without == (_bytes_until(2.08), 2.08, "needs_met", 1)
    assert _sampled(WELL) == (_bytes_until(0.5), 0.52, "needs_met", 1)


def test_what_stays_open_is_asked_for_again_every_tick():
    """450 packets come after 6.05 s of this stream: the first question behind them ends it."""
    count = next(n for n in range(len(LONG)) if n + 1 >= 450)
    came = LONG[count][1] - same(0)
    ended = _sampled(PACKETS, FPS)[1]
    assert came <= ended <= came + TICK_S + 0.04


def test_a_need_that_is_never_met_ends_at_the_longest_sample():
    """Twelve seconds and the packet that shows them over."""
    never = Need("measured.size", seconds=100.0)
    assert _sampled(never, longest_s=3.0)[1:] == (13.0, None, 0)
    lasting = Need("measured.packets_lost", packets=10**6)
    assert _sampled(lasting, longest_s=3.0)[1:3] == (pytest.approx(3.04, abs=TICK_S), "deadline")


def test_the_limit_of_bytes_ends_it_with_the_packet_that_passes_it():
    """However far the needs are, and what comes behind is not measured."""
    taken, _, reason, told = _sampled(FPS, most_bytes=50_000)
    assert 50_000 < taken <= 50_000 + 1_300
    assert (reason, told) == ("byte_limit", 1)


def test_a_key_frame_is_waited_for_where_a_picture_is_wanted():
    """And where none is, it is not: this stream begins behind its key frame."""
    packets = stream(seconds=6, start=10)
    soon = Need("measured.packets_lost", seconds=0.5)
    assert _sampled(soon, packets=packets)[1] == pytest.approx(0.5, abs=0.04)
    assert _sampled(soon, packets=packets, picture=True)[1] == pytest.approx(1.64, abs=TICK_S)


def test_before_the_first_packet_nothing_ends():
    """Nothing came: what that means is for the session to say."""
    sampling = Sampling(Meter("h264", 0.0), Wanted((), False, 1.0, 1), lambda: None)
    sampling.ask(100.0)
    assert sampling.reason is None
