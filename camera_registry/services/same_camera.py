"""Same camera: which registered cameras may be the ones behind the channels of a recorder of their school.

Strategy: pure. Only what the recorder itself says of a source counts: an address, an identity or a name in its words;
that two streams have the same size and rate is no sign. A sign that fits several cameras, or several channels, fits
none. Nothing is judged by this: a person confirms a pair, and only then is it one camera (`Channel.recorded_as`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Literal

from camera_registry.lists import folded
from probes.facts.identity import known_by

Reason = Literal["address", "identity", "name"]
REASONS: tuple[Reason, ...] = ("address", "identity", "name")
"""The best first: a pair is proposed for the first of them that tells one from all others."""
_SHORTEST_KEY = 8
_GENERIC = frozenset(
    (
        *("a", "analog", "bullet", "cam", "camera", "ch", "channel", "d", "digital", "dome", "hinh", "in", "input"),
        *("ip", "ipc", "ipcamera", "kenh", "may", "net", "network", "no", "ptz", "so", "source", "video"),
        *("videosource",),
    )
)
"""What makers and recorders call every channel."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A channel: code of its device, its index, its id in the registry."""

    device: str
    index: int
    channel_id: int


@dataclass(frozen=True, kw_only=True)
class OwnCamera:
    """A camera that is registered itself: its address, its names, and what it says of itself."""

    place: Place
    host: str
    names: tuple[str, ...] = ()
    identity: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordedChannel:
    """A channel of a recorder, with the words that the recorder has for it: name and token."""

    place: Place
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A pair that may be one camera. `said`: the words of the recorder that tell so."""

    camera: Place
    recorded: Place
    reason: Reason
    said: str


def candidates(cameras: Sequence[OwnCamera], recorded: Sequence[RecordedChannel]) -> tuple[Candidate, ...]:
    """The pairs that may be one camera; no camera and no channel stands in two."""
    found: list[Candidate] = []
    for reason in REASONS:
        taken = {place for one in found for place in (one.camera, one.recorded)}
        pairs = [
            Candidate(camera.place, channel.place, reason, said)
            for camera in cameras
            for channel in recorded
            if not {camera.place, channel.place} & taken
            if (said := _said(reason, camera, channel)) is not None
        ]
        often = Counter(place for one in pairs for place in (one.camera, one.recorded))
        found += [one for one in pairs if often[one.camera] == often[one.recorded] == 1]
    return tuple(found)


def _said(reason: Reason, camera: OwnCamera, channel: RecordedChannel) -> str | None:
    """The first words of the recorder that name this camera in this way; None where there are none."""
    fits = {"address": _names_address, "identity": _names_identity, "name": _is_named}[reason]
    return next((word for word in channel.words if word and fits(camera, word)), None)


def _names_address(camera: OwnCamera, word: str) -> bool:
    try:
        ip_address(camera.host)
    except ValueError:
        return False
    return re.search(rf"(?<![\d.]){re.escape(camera.host)}(?!\.?\d)", word) is not None


def _names_identity(camera: OwnCamera, word: str) -> bool:
    bare = re.sub(r"[\W_]+", "", word).casefold()
    keys = (re.sub(r"[\W_]+", "", key).casefold() for key in known_by(camera.identity).values())
    return any(len(key) >= _SHORTEST_KEY and key in bare for key in keys)


def _is_named(camera: OwnCamera, word: str) -> bool:
    """True where both have the same name, and it is one that a person gave: "Camera 01" is none."""
    same = folded(word)
    return is_given(word) and any(folded(name) == same for name in camera.names if name)


def is_given(name: str) -> bool:
    """True for a name that a person gave: "Camera 01" is none."""
    return bool(set(re.findall(r"[^\W\d_]+", folded(name))) - _GENERIC)
