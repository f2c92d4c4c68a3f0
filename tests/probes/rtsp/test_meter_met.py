"""When a sample may end: as early as the evidence allows, and not before."""

import pytest

from probes.rtsp.meter import Meter
from probes.target import Need
from tests.probes.rtsp.packet_maker import (
    H264_PPS,
    H264_SPS,
    Packets,
    Sender,
    h264_payloads,
    jittered,
    same,
    shipped,
    slice_264,
    stream,
)

STARTED = 9.9


def _met_after(packets: Packets, *needs: Need, picture: bool = False, patience_s: float | None = None) -> float | None:
    """Seconds after the first packet at which the needs are met first, asked after each packet; None for never."""
    meter = Meter("h264", STARTED, patience_s=patience_s)
    for data, at in packets:
        meter.rtp(data, at)
        if meter.met(needs, picture):
            return round(at - same(0), 3)
    return None


LONG = stream(seconds=12)
FPS = Need("measured.fps", (14.0,))
INTERVAL = Need("measured.keyframe_interval_s", (4.4,))


def test_nothing_wanted_is_met_at_once():
    """Without needs the first look is enough."""
    assert Meter("h264", STARTED).met([])


def test_a_picture_is_met_with_the_first_packet_behind_a_whole_key_frame():
    """Only the next time stamp shows that a frame is over."""
    assert _met_after(LONG, picture=True) == 0.04
    assert _met_after([p for n, p in enumerate(LONG) if n != 4], picture=True) == 2.04


def test_a_clean_rate_is_met_after_two_seconds():
    """Field notes, evidence: standard error of at most 1 %, and at least 2 s and 20 frames."""
    assert _met_after(LONG, FPS) == 2.0


def test_a_rate_of_few_frames_is_met_when_there_are_ten_intervals():
    """1 frame/s: 10 intervals are 10 s, though 4 s have passed long before; the 11th frame ends with the 12th."""
    assert _met_after(stream(fps=1, seconds=13, gop=2), FPS) == 11.0


def test_an_unsure_rate_is_met_after_four_seconds():
    """Jitter of 400 ms keeps the wall clock unsure; after 4 s the answer is taken as it is."""
    assert _met_after(stream(seconds=12, arrive=jittered(0.4)), FPS) == pytest.approx(4.0, abs=0.5)


def test_a_rate_whose_interval_holds_a_cut_is_not_met():
    """A wall rate near 14, with an error: more packets may change the judgement."""
    noisy = jittered(0.05)
    packets = stream(fps=20, seconds=4.5, arrive=lambda s: noisy(s * 20 / 14))
    meter = Meter("h264", STARTED)
    for data, at in packets:
        meter.rtp(data, at)
    fps = meter.report()["fps"]
    assert meter.report()["fps_method"] == "wall"
    assert meter.met([Need("measured.fps", (fps * 1.5,))])
    assert not meter.met([Need("measured.fps", (fps,))])


def test_a_mismatch_of_clocks_is_met_when_one_is_believed():
    """25 stamped and 21 shipped: not before 4 s, when the wall clock may be believed."""
    assert _met_after(stream(seconds=12, arrive=shipped(21, 25)), FPS) == pytest.approx(4.0, abs=0.05)


@pytest.mark.parametrize(
    ("need", "after"),
    [
        (Need("measured.codec"), 0.04),
        (Need("measured.codec", seconds=3.0), 3.0),
        (Need("measured.codec", frames=50), 2.0),
        (Need("measured.codec", packets=1), 0.04),
        (Need("measured.size"), 0.04),
        (Need("measured.fps", (14.0,), seconds=4.0), 4.0),
    ],
)
def test_the_least_evidence_of_a_need_is_waited_for(need, after):
    """Below its seconds, frames or packets a fact may not be used."""
    assert _met_after(LONG, need) == after


def test_packets_are_counted_exactly():
    """300 packets are met with the 300th."""
    meter = Meter("h264", STARTED)
    for data, at in LONG[:299]:
        meter.rtp(data, at)
    assert not meter.met([Need("measured.packets_lost", packets=300)])
    meter.rtp(*LONG[299])
    assert meter.met([Need("measured.packets_lost", packets=300)])


def test_a_size_that_never_comes_is_never_met():
    """Without parameter sets the size stays unknown."""
    assert _met_after(stream(key_head=()), Need("measured.size")) is None


def test_an_interval_is_met_with_the_second_key_frame():
    """It needs two starts; the second is known when it is over."""
    assert _met_after(LONG, INTERVAL) == 2.04


def test_an_interval_at_the_cut_is_not_met():
    """4.4 s against a cut of 4.4, give or take one frame; 4.0 s is away from it."""
    assert _met_after(stream(seconds=12, gop=110), INTERVAL) is None
    assert _met_after(stream(seconds=12, gop=100), INTERVAL) == 4.04


def test_an_interval_that_does_not_come_is_given_up_after_the_patience():
    """H.264+: min(2 x declared GOP + 1 s, 12 s) and no longer; without patience, never."""
    rare = stream(seconds=12, gop=1000)
    assert _met_after(rare, INTERVAL, patience_s=5.0) == pytest.approx(5.04)
    assert _met_after(rare, INTERVAL) is None


def test_an_impatient_wait_goes_on_until_a_limit_is_passed():
    """Declared every second: 3 s would do, but only 4.4 s without a key frame are known to be over the limit."""
    rare = stream(seconds=12, gop=1000)
    assert _met_after(rare, INTERVAL, patience_s=3.0) == pytest.approx(4.44, abs=0.05)
    assert _met_after(rare, Need("measured.keyframe_interval_s"), patience_s=3.0) == pytest.approx(3.04)


def test_a_bit_rate_is_met_with_a_whole_group_away_from_every_cut():
    """15 % of doubt for one group, less for more; a cut within it is waited out."""
    rate = Meter("h264", STARTED)
    for data, at in LONG:
        rate.rtp(data, at)
    kbps = rate.report()["bitrate_kbps"]
    assert _met_after(LONG, Need("measured.bitrate_kbps", (2 * kbps,))) == 2.04
    assert _met_after(LONG, Need("measured.bitrate_kbps", (1.1 * kbps,))) == 6.04
    assert _met_after(LONG, Need("measured.bitrate_kbps", (kbps,))) is None


def test_a_loss_far_from_the_cut_is_met_and_one_near_it_is_not():
    """No packet lost of 300 is under 1 %; 3 of 300 is 1 %, and may be anything about it."""
    need = Need("measured.lost_percent", (1.0,), packets=300)
    clean, lossy = Meter("h264", STARTED), Meter("h264", STARTED)
    for number, (data, at) in enumerate(LONG[:310]):
        clean.rtp(data, at)
        if number not in (20, 120, 220):
            lossy.rtp(data, at)
    assert clean.met([need])
    assert not lossy.met([need])


def test_every_need_must_be_met():
    """The last one ends the sample."""
    needs = (FPS, INTERVAL, Need("measured.packets_lost", packets=400))
    packets_400 = round(LONG[399][1] - same(0), 3)
    assert _met_after(LONG, *needs, picture=True) == max(2.04, packets_400)


def test_a_stream_without_packets_is_never_met():
    """Something must have come."""
    assert not Meter("h264", STARTED).met([FPS])


def test_asking_often_changes_nothing():
    """`met` and `report` only look."""
    asked, once = Meter("h264", STARTED), Meter("h264", STARTED)
    for data, at in LONG:
        asked.rtp(data, at)
        asked.met([FPS, INTERVAL], picture=True)
        once.rtp(data, at)
    assert asked.report() == once.report()


def test_a_slow_key_frame_counts_from_its_start():
    """A large key frame takes a second to arrive: the interval is from start to start, not from end to end."""
    sender, packets = Sender(), Packets()
    for number in range(101):
        key = number % 25 == 0
        sent = sender.send(h264_payloads(slice_264(key=key, size=12_000 if key else 900)), number / 25, 0.0)
        late = 0.5 / len(sent) if number == 25 else 0.0
        packets += [(data, same(number / 25) + late * part) for part, (data, _) in enumerate(sent)]
    meter = Meter("h264", STARTED, parameter_sets=(H264_SPS, H264_PPS))
    for data, at in packets:
        meter.rtp(data, at)
    assert meter.report()["keyframe_interval_s"] == 1.0
