"""When a sample may end: how sure each measured number is. Pure.

Strategy: a number comes with the interval in which it lies (95 %); a need is met when no cut, at which some rule
changes its mind, lies inside. A number that is not known yet is not met, with one exception: a second key frame is
waited for only so long (`patience_s`), and then it is known to be at least as far away as the sample is long.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

from probes.rtsp.clocks import LONG_S, Sample
from probes.target import Need

Interval = tuple[float, float]
SURE = 0.01
"""Standard error of the arrival rate, as a share of it, at which it is sure enough to end a sample."""
SHORT_S = 2.0
FEW_FRAMES = 20
"""A sure rate still needs `SHORT_S` seconds and `FEW_FRAMES` frames; after `LONG_S` it is taken as it is."""
GROUP_DOUBT = 0.15
"""Doubt of the bit rate of one group of pictures, as a share of it; it falls with the root of their number."""
_CERTAIN = (0.0, 0.0)


@dataclass(frozen=True)
class Evidence:
    """A sample, its `report` (the fields of `facts.Measured`), and how long a second key frame is waited for."""

    sample: Sample
    report: dict[str, Any]
    patience_s: float | None

    def meets(self, need: Need) -> bool:
        """True when more packets could not change what `need` is for."""
        if need.frames > len(self.sample.frames):
            return False
        interval = self.interval(need.fact.partition(".")[2])
        return interval is not None and not any(interval[0] < cut < interval[1] for cut in need.cuts)

    def interval(self, name: str) -> Interval | None:
        """The 95 % interval of a measured number; None while it is not known; a point where it cannot be doubted."""
        match name:
            case "fps":
                return self._rate()
            case "keyframe_interval_s":
                return self._key_frames()
            case "bitrate_kbps":
                return self._bits()
            case "lost_percent":
                return self._loss()
            case "size":
                return _CERTAIN if self.report["width"] else None
            case "keyframe_gap_s" | "intra_refresh":  # what a sample of any length says as well as it can
                return _CERTAIN
        return None if self.report.get(name, 0.0) is None else _CERTAIN

    @property
    def _impatient(self) -> bool:
        return self.patience_s is not None and self.report["seconds"] > self.patience_s

    def _rate(self) -> Interval | None:
        believed, by_wall, seconds = self.sample.believed, self.sample.by_wall, self.report["seconds"]
        if believed.fps is None or by_wall is None:
            return None
        enough = seconds >= SHORT_S and len(self.sample.frames) >= FEW_FRAMES and by_wall.error <= SURE
        if not enough and seconds < LONG_S:
            return None
        return believed.fps * (1 - 2 * believed.error), believed.fps * (1 + 2 * believed.error)

    def _key_frames(self) -> Interval | None:
        value, gap, fps = (self.report[name] for name in ("keyframe_interval_s", "keyframe_gap_s", "fps"))
        if self.report["intra_refresh"]:
            return _CERTAIN
        if value is None:
            return (inf if gap is None else gap, inf) if self._impatient else None
        frame = 1 / fps if fps else 0.0
        return value - frame, value + frame

    def _bits(self) -> Interval | None:
        value, groups = self.report["bitrate_kbps"], max(1, self.report["keyframes"] - 1)
        if value is None:
            return _CERTAIN if self._impatient else None
        share = GROUP_DOUBT / sqrt(groups)
        return value * (1 - share), value * (1 + share)

    def _loss(self) -> Interval:
        packets, lost = max(1, self.report["packets"]), self.report["packets_lost"]
        middle = 100.0 * lost / (packets + lost)
        return middle - 200 * sqrt(lost) / packets, middle + (200 * sqrt(lost) if lost else 100.0) / packets
