"""Which clock of a stream is believed: the camera's time stamps or our arrival times. Pure.

Strategy: where the two rates agree within 5 %, the time stamps are believed. Where they do not, two RTCP sender reports
at least 4 s apart decide; else, when the steps are constant, nothing was lost and we kept up reading, the wall clock;
else the rate is unknown, and so is every length of time that would be counted in time stamps. Some recorders stamp 25
frames a second and send 21; some clocks stand still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from probes.rtsp.frames import Frame
from probes.rtsp.rates import Rate, after_burst, constant_steps, numbered, rate, steady
from probes.rtsp.rtp import SenderReport

REPORTS_APART_S = 4.0
LONG_S = 4.0
"""Seconds after which a rate is taken as it is; before, it must be sure."""
REORDERED = 4
"""Pictures at the end of a sample among which some may still be missing, because B-frames come later."""


@dataclass(frozen=True)
class Believed:
    """The rate that is believed: frames/s (None: unknown), by which method (`none`, `rtp`, `rtcp`, `wall`), the factor
    from stamps to seconds (None: stamps tell no time), and the standard error as a share of the rate.
    """

    fps: float | None
    method: str
    stretch: float | None = 1.0
    error: float = 1.0


@dataclass(frozen=True)
class Sample:
    """What the packets so far make, in one moment. `by_stamp` and `by_wall` are the rates of the two clocks."""

    frames: list[Frame]
    by_stamp: Rate | None
    by_wall: Rate | None
    believed: Believed

    @property
    def keys(self) -> list[Frame]:
        """The key frames."""
        return [frame for frame in self.frames if frame.key]

    def span(self, first: Frame, last: Frame) -> float | None:
        """Seconds from one frame to another by the believed clock; None where none is."""
        if self.believed.stretch is not None:
            return (last.stamp - first.stamp) * self.believed.stretch
        return last.arrival - first.arrival if self.believed.method == "wall" else None

    def longest_without_key(self) -> float | None:
        """The longest time (seconds) without a new key frame, the ends of the sample included: key frames are at least
        as far apart. None where no clock is believed.
        """
        marks = [*self.frames[:1], *(f for f in self.frames[1:] if f.key), *self.frames[-1:]]
        spans = [self.span(a, b) for a, b in pairwise(marks)]
        known = [span for span in spans if span is not None]
        return max(known) if known else None


@dataclass(frozen=True)
class Circumstances:
    """What else decides: seconds of the sample, packets lost, did we keep up reading, ticks a second as the payload
    format has them, and ticks a second by the sender's own reports (0: they do not tell).
    """

    seconds: float
    lost: int
    kept_up: bool
    clock_rate: int
    reported_rate: float


def sample(frames: list[Frame], known: Circumstances) -> Sample:
    """The rates of both clocks over `frames`, in the order in which they came, and which one is believed."""
    stamps = sorted({f.stamp for f in frames})
    numbers = numbered(stamps, known.lost)
    gone = {stamp: number - place for place, (stamp, number) in enumerate(zip(stamps, numbers, strict=False))}
    arrivals = [f.arrival for f in frames]
    begin = after_burst(arrivals, [f.stamp for f in frames])
    places = [place + gone[f.stamp] for place, f in enumerate(frames)][begin:]
    by_stamp = rate(stamps, numbers) if stamps else None
    by_wall = rate(arrivals[begin:], places)
    return Sample(frames, by_stamp, by_wall, _believed(by_stamp, by_wall, stamps, arrivals[begin:], known))


def ticks_a_second(reports: tuple[SenderReport, SenderReport] | None, ssrc: int | None) -> float:
    """Ticks of the time stamp in a second of the sender's own clock; 0 where its `reports` do not tell."""
    if reports is None or reports[0].ssrc != ssrc:
        return 0.0
    first, last = reports
    seconds = last.unix_s - first.unix_s
    return ((last.timestamp - first.timestamp) & 0xFFFFFFFF) / seconds if seconds >= REPORTS_APART_S else 0.0


def _believed(
    by_stamp: Rate | None, by_wall: Rate | None, stamps: list[float], arrivals: Sequence[float], known: Circumstances
) -> Believed:
    alone = by_wall is not None and known.seconds >= LONG_S and known.kept_up and known.lost == 0 and steady(arrivals)
    if by_stamp is None:
        if alone and by_wall is not None and len(stamps) == 1:  # a clock that stands still
            return Believed(by_wall.fps, "wall", None, by_wall.error)
        return Believed(None, "none", 1.0 if len(stamps) > 1 else None)
    if by_wall is None:
        return Believed(None, "none")
    if by_wall.agrees(by_stamp.fps):
        return Believed(by_stamp.fps, "rtp", 1.0, by_stamp.error)
    fps = by_stamp.fps * known.reported_rate / known.clock_rate
    if fps and (by_wall.agrees(fps) or by_stamp.agrees(fps)):  # reports decide between the two clocks, no more
        return Believed(fps, "rtcp", by_stamp.fps / fps, by_stamp.error)
    if alone and constant_steps(stamps[:-REORDERED], 1 / known.clock_rate):
        return Believed(by_wall.fps, "wall", by_stamp.fps / by_wall.fps, by_wall.error)
    return Believed(None, "none", None)
