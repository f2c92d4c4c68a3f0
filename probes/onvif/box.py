"""Box: is a device a camera, a recorder of network cameras, or one that encodes analogue inputs, and what a channel is.

Strategy: pure. What it says of itself comes first (model, hardware, scopes), then the number of its sources, then the
services it lists. Where nothing tells, or two signs disagree, the answer is None: only the device that encodes may be
judged by what it says it could do. An analogue input is encoded by the recorder itself, an IP channel is not; on a
hybrid recorder each channel is asked on its own, by its sizes and its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from probes.facts.groups import ChannelKind
from probes.onvif.views import speaks_of_fisheye

Box = Literal["camera", "recorder", "dvr"]
Size = tuple[int, int]
MANY_SOURCES = 4
"""A device with more video sources than this is a recorder; one with a few may be one, or a camera with many eyes."""

_DVR = re.compile(r"(?<![A-Z])(?:[XDHUT]C?VR)(?![A-Z])|H264DVR|DS-[789]\d{3,5}H|\bhybrid", re.IGNORECASE)
_NVR = re.compile(
    r"(?<![A-Z])NVR(?![A-Z])|DS-[789]\d{3,5}NX?I|network.?video.?(?:storage|recorder)|\brecorder\b|[đd][ầa]u ghi",
    re.IGNORECASE,
)
_CAMERA = re.compile(r"(?<![A-Z])IPC|DS-2[A-Z]|camera|\bcam\b|dome|bullet|fish ?eye|panoram|dual.?lens", re.IGNORECASE)
_STORES = frozenset({"recording", "replay", "search"})
_STANDARD: frozenset[Size] = frozenset((w, h) for w in (704, 720, 928, 944, 960) for h in (480, 576))
"""Sizes of the analogue standards: 4CIF, D1, WD1 and 960H, at 60 and 50 fields a second."""
_OF_DVR: frozenset[Size] = frozenset((w, h) for w, h in _STANDARD if w > 720) | {(944, 1080), (960, 1080), (1280, 1440)}
"""Sizes that only an encoder of analogue inputs has: 960H, and the half-width sizes of analogue HD."""
_ANALOGUE_NAME = re.compile(r"analog|\b(?:AHD|CVBS|H?D?-?TVI|H?D?-?CVI|BNC)\b|tương tự", re.IGNORECASE)
_THERMAL_NAME = re.compile(r"therm|\u70ed|nhi[ệe]t\b", re.IGNORECASE)
_THERMAL_SIZES: frozenset[Size] = frozenset(
    {(160, 120), (256, 192), (320, 256), (336, 256), (384, 288), (400, 300), (640, 512), (1280, 1024)}
)


@dataclass(frozen=True)
class Told:
    """What a device says of itself: its model, other words (hardware, scopes), and the names of its services."""

    model: str = ""
    words: str = ""
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seen:
    """What shows the nature of one channel: its names, the declared size of its main stream, the sizes offered, and
    whether it is one of several views of a source.
    """

    names: tuple[str | None, ...]
    main: Size | None
    offered: frozenset[Size] = frozenset()
    is_view: bool = False


def box_of(told: Told, sources: int, *, whole: bool) -> Box | None:
    """What kind of box has these `sources`; `whole` is false when some of its profiles were not seen."""
    words = f"{told.model} {told.words}"
    if _DVR.search(words):
        return "dvr"
    if _NVR.search(words) or sources > MANY_SOURCES:
        return "recorder"
    if sources == 1 and whole:
        return "camera"
    camera, stores = bool(_CAMERA.search(told.model)), told.services >= _STORES
    return None if not whole or camera == stores else "camera" if camera else "recorder"


def nature(box: Box | None, told: Told, seen: Seen) -> tuple[ChannelKind, str | None]:
    """The kind of a channel, and `via`: direct where this device encodes it, recorder where another does, or None."""
    via = {"camera": "direct", "recorder": "recorder", "dvr": "recorder", None: None}[box]
    if _thermal(told, seen, box):
        return "thermal", via
    if seen.is_view or speaks_of_fisheye((*seen.names, told.model if box == "camera" else None)):
        return "fisheye", via
    if box != "camera" and _analogue(box, seen):
        certain = box == "dvr" or bool(seen.offered & _OF_DVR)
        return "analogue", "direct" if certain else via
    ip = via == "direct" or bool(_NVR.search(f"{told.model} {told.words}"))
    known: ChannelKind = "ip" if ip and box != "dvr" else "unknown"
    return known, via


def _thermal(told: Told, seen: Seen, box: Box | None) -> bool:
    named = _any(_THERMAL_NAME, seen.names)
    return named or ("thermal" in told.services and box != "dvr" and seen.main in _THERMAL_SIZES)


def _analogue(box: Box | None, seen: Seen) -> bool:
    if _any(_ANALOGUE_NAME, seen.names) or seen.main in _OF_DVR:
        return True
    return (box == "dvr" and seen.main in _STANDARD) or bool(seen.offered & _OF_DVR)


def _any(pattern: re.Pattern[str], names: Iterable[str | None]) -> bool:
    return any(pattern.search(name) for name in names if name)
