"""Rates from times: exact, jittered, bursts, and how sure they are."""

import random

import pytest

from probes.rtsp.rates import Rate, after_burst, constant_steps, numbered, rate, steady


def _times(fps: float, count: int, jitter_s: float = 0.0) -> list[float]:
    noise = random.Random(5)
    return [n / fps + noise.uniform(-jitter_s / 2, jitter_s / 2) for n in range(count)]


@pytest.mark.parametrize("fps", [1, 12.5, 15, 25, 29.97, 60])
def test_even_times_give_their_rate_without_doubt(fps):
    """A straight line through points on it."""
    found = rate(_times(fps, 50))
    assert found is not None
    assert found.fps == pytest.approx(fps)
    assert found.error == pytest.approx(0, abs=1e-9)


def test_ten_intervals_are_the_least():
    """Field notes, evidence: a rate needs 10 intervals, which is 11 times."""
    assert rate(_times(25, 10)) is None
    assert rate(_times(25, 11)) is not None
    assert rate([]) is None


def test_times_that_do_not_pass_give_no_rate():
    """All at once, or backwards."""
    assert rate([1.0] * 20) is None
    assert rate([-n / 25 for n in range(20)]) is None


@pytest.mark.parametrize(("fps", "share"), [(25, 0.005), (12.5, 0.01), (1, 0.02)])
def test_jitter_of_40_ms_is_evened_out(fps, share):
    """Field notes: 0.5 % at 25 frames/s over 4 s, 1.7 % at 1 frame/s; and the standard error says so."""
    found = rate(_times(fps, max(11, round(4 * fps)), 0.04))
    assert found is not None
    assert abs(found.fps - fps) <= share * fps
    assert abs(found.fps - fps) <= 3 * found.error * fps


def test_rates_agree_within_5_per_cent_and_twice_the_error():
    """What cannot be told apart is the same."""
    assert Rate(25, 0).agrees(26.2)
    assert not Rate(25, 0).agrees(26.3)
    assert Rate(25, 0.02).agrees(27.2)
    assert not Rate(25, 0.02).agrees(27.3)


@pytest.mark.parametrize(("burst", "count"), [(0, 100), (1, 100), (25, 100), (50, 100), (50, 60)])
def test_frames_of_a_start_up_burst_are_found(burst, count):
    """What was buffered comes at once, then one frame every 40 ms; at most half of the frames are given up."""
    stamps = [n / 25 for n in range(count)]
    arrivals = [max(n, burst) / 25 for n in range(count)]
    assert min(burst, count // 2) - 1 <= after_burst(arrivals, stamps) <= min(burst, count // 2)


def test_jitter_is_no_burst():
    """Arrivals that jitter, and stamps out of order as with B-frames, keep all frames (or nearly)."""
    stamps = [(n + (3, -1, -1, -1)[n % 4]) / 25 for n in range(100)]
    arrivals = _times(25, 100, 0.04)
    assert after_burst(arrivals, stamps) <= 2


def test_few_frames_are_never_given_up():
    """Under ten there is no telling a burst from chance."""
    assert after_burst([0.0] * 9, [n / 25 for n in range(9)]) == 0
    assert after_burst([], []) == 0


@pytest.mark.parametrize(
    ("times", "is_steady"),
    [
        (_times(25, 100), True),
        (_times(25, 100, 0.04), True),
        ([max(0, n - 30) / 25 for n in range(100)], False),
        ([n / 25 + (3 if n > 50 else 0) + (n - 50) / 25 * (n > 50) for n in range(100)], False),
        (_times(25, 15), False),
        ([], False),
    ],
)
def test_a_steady_pace_is_one_rate_in_both_halves(times, is_steady):
    """A burst that is not over, or a camera that slows down, is no pace."""
    assert steady(times) is is_steady


def test_steps_are_constant_within_one_per_cent():
    """Time stamps that a recorder counts out are alike; those of a real clock are not; none are not constant."""
    assert constant_steps([n / 25 for n in range(20)])
    assert constant_steps([round(n * 90000 / 29.97) / 90000 for n in range(50)])
    assert not constant_steps(_times(25, 20, 0.002))
    assert not constant_steps([1.0, 1.0, 1.0])
    assert not constant_steps([1.0])
    assert not constant_steps([])


def test_holes_count_as_the_frames_that_were_lost_and_never_as_more_than_the_packets():
    """Three usual steps are two lost frames; without loss the rate is the camera's own."""
    stamps = [0.0, 0.04, 0.16, 0.2, 0.24, 0.28]
    assert numbered(stamps, 5) == [0, 1, 4, 5, 6, 7]
    assert numbered(stamps, 1) == [0, 1, 3, 4, 5, 6]
    assert numbered(stamps, 0) == [0, 1, 2, 3, 4, 5]
    assert numbered([0.0, 0.04, 0.1, 0.14], 5) == [0, 1, 2, 3]  # one and a half steps are no hole
    assert numbered([], 5) == [0]


def test_the_ticks_of_a_coarse_clock_are_constant():
    """Milliseconds of 30 frames a second: 33 and 34 in turn."""
    stamps = [round(n * 1000 / 30) / 1000 for n in range(40)]
    assert constant_steps(stamps, 0.001)
    assert not constant_steps(stamps)
