"""Facts made from other facts of the same stream: what no single group can tell.

Strategy: pure. A rule that would need arithmetic gets a fact here instead, so that operators stay tiny.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probes.facts.groups import PathType

SMART_GAP = 2.0
"""Key frames further apart than this many declared intervals mean a smart codec (H.264+, H.265+)."""
SMART_GAP_WHEN_LOW = 1.2
LOW_BITS_A_PIXEL = 0.01
"""So do fewer bits a pixel than this (a fifth of a modest rate), where key frames come later than declared at all."""
SLOW_RATE = 0.7
"""Below this share of the declared rate the camera has slowed down (slow shutter), and frames count, not seconds."""
LOST_BY_CHANCE = 5
"""Fewer lost packets than this in one sample say nothing about the line."""
FULL_HD_PIXELS = 1920 * 1080
BITS_GROW_WITH = 0.75
"""Bits that a picture needs grow with its pixels to this power."""


@dataclass(frozen=True)
class Derived:
    """One derived fact: its type, the path whose time and method it takes, how it is made (None: unknown), and the
    paths it cannot be made without: what is said of their being missing is said of it.
    """

    type: PathType
    source: str
    reads: tuple[str, ...]
    make: Callable[[Mapping[str, Any]], Any]


def _keyframe_interval(facts: Mapping[str, Any]) -> float | None:
    measured = facts.get("measured.keyframe_interval_s")
    declared = facts.get("declared.keyframe_interval_s")
    rate, declared_rate = facts.get("measured.fps"), facts.get("declared.fps")
    if measured is None and not facts.get("measured.keyframes"):
        return None  # not one key frame came: what is declared is no evidence
    if declared is not None and rate is not None and declared_rate and rate < SLOW_RATE * declared_rate:
        return float(declared)
    return measured


def _keyframe_gap(facts: Mapping[str, Any]) -> float | None:
    gap = facts.get("measured.keyframe_gap_s")
    rate, declared_rate = facts.get("measured.fps"), facts.get("declared.fps")
    if gap is not None and rate is not None and declared_rate and rate < SLOW_RATE * declared_rate:
        return float(gap * rate / declared_rate)
    return gap


def _smart_codec(facts: Mapping[str, Any]) -> bool | None:
    interval, gap = facts.get("measured.keyframe_interval_s"), facts.get("measured.keyframe_gap_s")
    gop, rate = facts.get("declared.gop"), facts.get("measured.fps")
    if (
        not gop
        or not rate
        or facts.get("measured.codec") not in ("h264", "h265")
        or facts.get("measured.intra_refresh")
    ):
        return None
    groups = max(interval or 0.0, gap or 0.0) * rate / gop
    if groups > SMART_GAP:
        return True
    return None if interval is None else groups > SMART_GAP_WHEN_LOW and _few_bits(facts, rate)


def _few_bits(facts: Mapping[str, Any], rate: float) -> bool:
    kbps, size = facts.get("measured.bitrate_kbps"), facts.get("measured.size")
    return bool(kbps and size and kbps * 1000 < LOW_BITS_A_PIXEL * size[0] * size[1] * rate)


def _loss_percent(facts: Mapping[str, Any]) -> float | None:
    lost, percent = facts.get("measured.packets_lost"), facts.get("measured.lost_percent")
    if lost is None or percent is None:
        return None
    return 0.0 if lost < LOST_BY_CHANCE else float(percent)


def _bitrate_limit_at_1080p(facts: Mapping[str, Any]) -> float | None:
    limit, size = facts.get("declared.bitrate_kbps"), facts.get("declared.size")
    if not limit or not size:
        return None
    return float(limit * (FULL_HD_PIXELS / (size[0] * size[1])) ** BITS_GROW_WITH)


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
        ("measured.keyframe_interval_s",),
        _keyframe_interval,
    ),
    Derived(
        PathType(
            "derived.keyframe_gap_s",
            "number",
            "s",
            "longest time without a new key frame; at the declared rate while the camera runs slow in the dark",
            "stream",
        ),
        "measured.seconds",
        ("measured.keyframe_gap_s",),
        _keyframe_gap,
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
        ("measured.keyframe_interval_s", "declared.gop"),
        _smart_codec,
    ),
    Derived(
        PathType(
            "derived.loss_percent",
            "number",
            "%",
            "packets lost of packets sent; 0 where fewer than 5 were lost, which is chance",
            "stream",
        ),
        "measured.packets_lost",
        ("measured.lost_percent",),
        _loss_percent,
    ),
    Derived(
        PathType(
            "derived.bitrate_limit_at_1080p_kbps",
            "number",
            "kbit/s",
            "the declared bit-rate limit, scaled to the pixels of 1920x1080",
            "stream",
        ),
        "declared.bitrate_kbps",
        ("declared.bitrate_kbps", "declared.size"),
        _bitrate_limit_at_1080p,
    ),
)


def derive(facts: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """path -> (value, path it takes its time from) of every derived fact that can be made from `facts`."""
    made = ((d, d.make(facts)) for d in DERIVED if d.source in facts)
    return {d.type.path: (value, d.source) for d, value in made if value is not None}
