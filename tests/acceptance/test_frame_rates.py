"""Proof: the frame rate is within 2 % of the truth, whatever the network does to it; and clocks that lie are found out.

Strategy: a camera on a synthetic clock sends to the pure meter. Its time stamps are true or lie in one of the ways that
cameras do; the network delays every packet by up to 40 ms, holds what was sent and lets it go at once, and loses one
packet in fifty. TCP and UDP both keep the order here: what overtakes is proved elsewhere.
"""

import random

import pytest

from probes.rtsp.meter import Meter
from tests.probes.rtsp.packet_maker import H264_PPS, H264_SPS, Packets, h264_payloads, rtp, sender_report, slice_264

RATES = [1, 5, 12.5, 15, 20, 25, 29.97, 30, 60]
SEEDS = range(8)
CLOCK = 90_000
JITTER_S = 0.04
LOSS = 0.02
WITHIN = 0.02
SSRC = 0x77


def _sent(fps: float, seconds: float, stamps) -> list[tuple[bytes, float]]:
    """(packet, when it was sent) of a stream with a key frame every 2 s; frame n is stamped `stamps(n)` in ticks."""
    made, number = [], 60_000
    for frame in range(round(fps * seconds) + 1):
        key, stamp = frame % max(1, round(2 * fps)) == 0, stamps(frame)
        nals = [H264_SPS, H264_PPS, slice_264(key=True, size=9000)] if key else [slice_264(key=False, size=1900)]
        for payload in (p for nal in nals for p in h264_payloads(nal)):
            made.append((rtp(number, stamp, payload, ssrc=SSRC), frame / fps))
            number += 1
    return made


def _arrived(sent, noise: random.Random, *, loss: float = LOSS, jitter_s: float = JITTER_S, burst_s: float = 0.0):
    """The packets that came, and when. `burst_s` is what the camera had kept when PLAY was sent; and twice in a sample
    the network holds everything for 0.3 s.
    """
    holds = [noise.uniform(1.0, 2.0) + burst_s, noise.uniform(2.5, 3.5) + burst_s] if burst_s else []
    arrived, last = Packets(), 0.0
    for data, at in sent:
        at = max(at, burst_s) + noise.uniform(0, jitter_s)
        held = next((start + 0.3 for start in holds if start <= at < start + 0.3), at)
        last = max(last, held)
        if noise.random() >= loss:
            arrived.append((data, 100.0 + last))
    return arrived


def _true(fps: float, first: int = 2**32 - 300_000):
    """Time stamps of a true clock, which wraps on the way."""
    return lambda frame: first + round(frame * CLOCK / fps)


def _measured(packets, reports=()) -> dict:
    meter = Meter("h264", 100.0)
    for data, at in packets:
        meter.rtp(data, at)
        if reports and at >= reports[0][1]:
            meter.rtcp(reports.pop(0)[0])
    return meter.report()


def _seconds(fps: float) -> float:
    """Long enough for ten intervals, and for the longest pause of the network not to matter."""
    return max(6.0, 14 / fps)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("burst_s", [0.0, 1.5], ids=["jitter and loss", "bursts, jitter and loss"])
def test_the_rate_is_within_two_per_cent_of_the_truth(fps, seed, burst_s):
    """Jitter of 40 ms, 2 % loss, a start-up burst and two pauses: the rate is known, and right."""
    noise = random.Random(f"{seed} {fps} {burst_s}")
    packets = _arrived(_sent(fps, _seconds(fps) + burst_s, _true(fps)), noise, burst_s=burst_s)
    report = _measured(packets)
    assert report["fps_method"] == "rtp", report
    assert report["fps"] == pytest.approx(fps, rel=WITHIN)
    assert report["packets_lost"] <= len(packets)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fps", [5, 25, 29.97])
def test_frames_that_were_lost_whole_leave_no_slower_rate(fps, seed):
    """One packet a frame, and one in ten lost: the holes in the time stamps are counted."""
    noise = random.Random(seed)
    sent = [
        (rtp(n, _true(fps)(n), slice_264(key=n % 50 == 0, size=700), ssrc=SSRC), n / fps)
        for n in range(round(fps * 8) + 1)
    ]
    meter = Meter("h264", 100.0, parameter_sets=(H264_SPS, H264_PPS))
    for data, at in _arrived(sent, noise, loss=0.1):
        meter.rtp(data, at)
    assert meter.report()["fps"] == pytest.approx(fps, rel=WITHIN)


LIES = {
    "stamps 25, ships 21": (21, lambda _: lambda n: 900_000 + n * 3600),
    "stamps 12.5, ships 25": (25, lambda _: lambda n: 900_000 + n * 7200),
    "stamps 30, ships 15": (15, lambda _: lambda n: 900_000 + n * 3000),
    "milliseconds called 90 kHz": (25, lambda _: lambda n: 900_000 + n * 40),
    "milliseconds called 90 kHz, 30 a second": (30, lambda _: lambda n: 900_000 + round(n * 1000 / 30)),
    "every two alike": (25, lambda _: lambda n: 900_000 + n // 2 * 7200),
    "stands still": (25, lambda _: lambda _n: 900_000),
}
RANDOM = {
    "random": lambda noise: lambda _n: noise.getrandbits(32),
    "random by a second": lambda noise: lambda n: 900_000 + n * 3600 + noise.randrange(90_000),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lie", LIES)
def test_a_clock_that_lies_steadily_is_found_out_and_arrival_counts(lie, seed):
    """Constant steps, nothing lost: the wall clock is believed, within 2 %, with jitter of 40 ms."""
    fps, stamps = LIES[lie]
    noise = random.Random(seed)
    report = _measured(_arrived(_sent(fps, 8, stamps(noise)), noise, loss=0.0))
    assert report["fps"] == pytest.approx(fps, rel=WITHIN)
    assert report["fps_method"] == "wall" or lie == "every two alike"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lie", ["stamps 25, ships 21", "stamps 12.5, ships 25", "milliseconds called 90 kHz"])
def test_a_clock_that_lies_through_loss_is_not_believed(lie, seed):
    """With packets lost nobody can tell, unless the sender's own reports do: unknown, never the lie."""
    fps, stamps = LIES[lie]
    noise = random.Random(seed)
    tick = stamps(noise)
    packets = _arrived(_sent(fps, 8, tick), noise)
    assert _measured(packets)["fps_method"] == "none"
    reports = [(sender_report(SSRC, 1e9 + s, tick(round(fps * s))), 100.0 + s) for s in (1, 3, 6)]
    told = _measured(packets, reports)
    assert (told["fps_method"], told["fps"]) == ("rtcp", pytest.approx(fps, rel=WITHIN))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", RANDOM)
def test_time_stamps_without_sense_are_never_believed(kind, seed):
    """Random numbers tell no rate: unknown, or what arrival says; and no time between key frames is counted in them."""
    noise = random.Random(seed)
    report = _measured(_arrived(_sent(25, 8, RANDOM[kind](noise)), noise, loss=0.0))
    assert report["fps"] is None or report["fps"] == pytest.approx(25, rel=0.05)
    assert report["keyframe_interval_s"] is None or report["keyframe_interval_s"] == pytest.approx(2, rel=0.5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("jump_s", [-7200, -3, -0.8, 1.5, 8, 40_000])
def test_a_clock_that_jumps_changes_nothing(jump_s, seed):
    """Forwards and backwards, by little and by much, once in the sample: the rate stays, and so do the key frames."""
    noise = random.Random(seed)
    at = noise.randrange(60, 110)

    def stamps(n):
        return 900_000 + n * 3600 + (round(jump_s * CLOCK) if n >= at else 0)

    report = _measured(_arrived(_sent(25, 6, stamps), noise, loss=0.0))
    assert (report["fps_method"], report["fps"]) == ("rtp", pytest.approx(25, rel=0.005))
    assert report["keyframe_interval_s"] == pytest.approx(2, abs=0.08)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_variable_rate_is_its_mean(seed):
    """A camera that drops to a fifth where nothing moves: frames over time, and the time stamps are believed."""
    noise = random.Random(seed)
    moments, now = [0.0], 0.0
    while now < 8:
        now += 0.2 if 3 < now < 5 else 0.04
        moments.append(now)
    sent = []
    for n, moment in enumerate(moments):
        nal = slice_264(key=n % 40 == 0, size=900)
        sent.append((rtp(n, 900_000 + round(moment * CLOCK), nal, ssrc=SSRC), moment))
    meter = Meter("h264", 100.0, parameter_sets=(H264_SPS, H264_PPS))
    for data, at in _arrived(sent, noise, loss=0.0):
        meter.rtp(data, at)
    report = meter.report()
    assert (report["fps_method"], report["fps"]) == ("rtp", pytest.approx(len(moments) / 8, rel=0.1))
