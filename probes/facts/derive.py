"""Facts made from other facts of the same stream: what no single group can tell.

Strategy: pure. A rule that would need arithmetic gets a fact here instead, so that operators stay tiny.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probes.facts.groups import PathType

SMART_GAP = 2.0
"""A measured key-frame interval over this many declared ones means a smart codec (H.264+, H.265+)."""
SLOW_RATE = 0.7
"""Below this share of the declared rate the camera has slowed down (slow shutter), and frames count, not seconds."""


@dataclass(frozen=True)
class Derived:
    """One derived fact: its type, the path whose time and method it takes, and how it is made (None: unknown)."""

    type: PathType
    source: str
    make: Callable[[Mapping[str, Any]], Any]


def _keyframe_interval(facts: Mapping[str, Any]) -> float | None:
    measured = facts.get("measured.keyframe_interval_s")
    declared = facts.get("declared.keyframe_interval_s")
    rate, declared_rate = facts.get("measured.fps"), facts.get("declared.fps")
    if declared is not None and rate is not None and declared_rate and rate < SLOW_RATE * declared_rate:
        return float(declared)
    return measured


def _smart_codec(facts: Mapping[str, Any]) -> bool | None:
    measured, gop, rate = (facts.get(p) for p in ("measured.keyframe_interval_s", "declared.gop", "measured.fps"))
    if measured is None or not gop or not rate or facts.get("measured.codec") not in ("h264", "h265"):
        return None
    return bool(measured * rate > SMART_GAP * gop)


DERIVED: tuple[Derived, ...] = (
    Derived(
        PathType(
            "derived.keyframe_interval_s",
            "number",
            "s",
            "measured seconds between key frames; by the declared numbers while the camera runs slow in the dark",
            "stream",
        ),
        "measured.seconds",
        _keyframe_interval,
    ),
    Derived(
        PathType(
            "derived.smart_codec",
            "flag",
            "",
            "key frames come far more rarely than declared, as with H.264+ and H.265+",
            "stream",
        ),
        "measured.seconds",
        _smart_codec,
    ),
)


def derive(facts: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """path -> (value, path it takes its time from) of every derived fact that can be made from `facts`."""
    made = ((d, d.make(facts)) for d in DERIVED if d.source in facts)
    return {d.type.path: (value, d.source) for d, value in made if value is not None}
