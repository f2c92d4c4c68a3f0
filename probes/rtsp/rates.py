"""Rates from two clocks: the camera's RTP time stamps and our arrival times. Pure arithmetic on lists.

Strategy: a straight line through all points (least squares) beats the end points, because arrival jitters. A line comes
with its standard error, so that a sample can end as soon as the answer is sure. The start-up burst (cameras send what
they have buffered faster than real time) is left out of the wall clock's line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median

LEAST_INTERVALS = 10
"""Fewer frame intervals than this give no rate."""
AGREE = 0.05
"""Rates that differ by less than this share are the same."""
HOLE = 0.2
"""How far from a whole number of usual steps a step may be, in usual steps, where frames were lost."""
JITTER_S = 0.04
"""Lag above the least that still counts as the steady state after a burst, in seconds."""


@dataclass(frozen=True)
class Rate:
    """Frames a second, and its standard error as a share of it."""

    fps: float
    error: float

    def agrees(self, fps: float) -> bool:
        """True when `fps` is this rate within 5 % and twice the standard error."""
        return abs(fps - self.fps) <= (AGREE + 2 * self.error) * self.fps


def rate(times: Sequence[float], numbers: Sequence[int] | None = None) -> Rate | None:
    """The rate of events at `times` (seconds, one a frame, rising), or None when they are too few. `numbers` are those
    of the frames where some of them are missing (see `numbered`); without them every frame has come.
    """
    count = len(times)
    if count <= LEAST_INTERVALS:
        return None
    places = range(count) if numbers is None else numbers
    middle, mean = sum(places) / count, sum(times) / count
    spread = sum((n - middle) ** 2 for n in places)
    slope = sum((n - middle) * t for n, t in zip(places, times, strict=True)) / spread
    if slope <= 0:
        return None
    residual = sum((t - mean - slope * (n - middle)) ** 2 for n, t in zip(places, times, strict=True))
    return Rate(1 / slope, sqrt(residual / (count - 2) / spread) / slope)


def numbered(stamps: Sequence[float], lost: int) -> list[int]:
    """The number of the frame at each of the sorted `stamps` (seconds), where `lost` packets did not come: a step of
    two or more usual ones is where as many frames less one were lost, but never more frames than packets.
    """
    steps = [b - a for a, b in pairwise(stamps)]
    usual = median(steps) if steps else 0.0
    numbers = [0]
    for step in steps:
        times = round(step / usual) if lost and usual > 0 else 1
        gone = min(lost, times - 1) if times > 1 and abs(step - times * usual) <= HOLE * usual else 0
        lost -= gone
        numbers.append(numbers[-1] + 1 + gone)
    return numbers


def after_burst(arrivals: Sequence[float], stamps: Sequence[float]) -> int:
    """How many frames at the start came in a burst: the index from which arrival keeps the pace of the time stamps.

    Both in seconds, in order of arrival. At most half of the frames are given up. A frame of the burst lags behind its
    stamp by the time it was kept; the burst is over where the lag is down to its least. (The least, and not the usual
    one: where the stamps run too fast, the lag grows again from there.)
    """
    if len(arrivals) < LEAST_INTERVALS:
        return 0
    lags = [a - s for a, s in zip(arrivals, stamps, strict=True)]
    half = len(lags) // 2
    jitter = max(JITTER_S, 2 * median(abs(b - a) for a, b in pairwise(lags[half:])))
    over = min(lags) + jitter
    return next((i for i in range(half) if lags[i] <= over), half)


def steady(times: Sequence[float]) -> bool:
    """True when the events at `times` kept one pace: both halves have the same rate within 5 %."""
    half = len(times) // 2
    first, second = rate(times[: half + 1]), rate(times[half:])
    return first is not None and second is not None and abs(first.fps - second.fps) <= AGREE * second.fps


def constant_steps(stamps: Sequence[float], tick_s: float = 0.0) -> bool:
    """True when all steps between sorted time stamps are alike within 1 %, or within the `tick_s` seconds of the clock
    that wrote them.
    """
    steps = [b - a for a, b in pairwise(stamps)]
    typical = median(steps) if steps else 0.0
    return typical > 0 and all(abs(step - typical) <= max(0.01 * typical, 1.5 * tick_s) for step in steps)
