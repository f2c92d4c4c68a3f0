"""View: what can be known about one subject, and for what is missing, why.

A fact is looked up in the sheet of what it is a fact of: stream, its channel, the device. A channel also sees its main
stream. The register adds a few paths of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from probes.errors import Failure
from probes.facts import (
    ChannelSheet,
    DeviceSheet,
    Fact,
    Lazy,
    PathType,
    Sheet,
    StreamSheet,
    as_seen,
    hangs_on_light,
    paths,
)
from probes.facts.derive import DERIVED
from standards.model import Fix, RegisterFacts, Subject, Text
from standards.model_paths import MODEL_PATHS

REGISTER_PATHS = {
    "register.outdoor": PathType(
        "register.outdoor", "flag", "", "the register says the channel is outdoors", "channel"
    ),
    "register.daylight": PathType(
        "register.daylight",
        "flag",
        "",
        "the sun was up at the site when the picture of the channel was taken",
        "channel",
    ),
    "register.scene_width_m": PathType(
        "register.scene_width_m", "number", "m", "width of the scene that the camera looks at", "channel"
    ),
    "register.pixels_per_metre": PathType(
        "register.pixels_per_metre",
        "number",
        "px/m",
        "measured width of the main stream over the width of the scene, as IEC 62676-4 counts detail",
        "channel",
    ),
}
PLACE_PATHS = {
    path.path: path
    for path in (
        PathType("site.uplink_mbps", "number", "Mbit/s", "what the line of the site sends, as registered", "site"),
        PathType("site.offered_channels", "number", "", "cameras offered for connection, each counted once", "site"),
        PathType("site.connected_mbps", "number", "Mbit/s", "sum of the main streams of the offered cameras", "site"),
        PathType(
            "site.connected_at_least_mbps", "number", "Mbit/s", "the part of that sum whose rates are known", "site"
        ),
        PathType("site.uplink_used_percent", "number", "%", "share of the line that this sum takes", "site"),
        PathType(
            "site.uplink_used_at_least_percent", "number", "%", "share of the line that the known part takes", "site"
        ),
        PathType("school.channels", "number", "", "cameras of the school, each counted once", "school"),
        PathType("school.offered_channels", "number", "", "those of them offered for connection", "school"),
        PathType("school.undecided_channels", "number", "", "those of which nobody has decided that yet", "school"),
    )
}
"""Facts of a site and of a school: the register and the newest looks at all devices together (`standards.places`)."""
_MADE_FROM: dict[str, tuple[str, ...]] = {
    "size": ("width", "height"),
    "lost_percent": ("packets_lost", "packets"),
    "codecs": ("encodings",),
}
_MADE_WITH_REGISTER = {"register.pixels_per_metre": ("register.scene_width_m", "measured.size")}
"""Properties of a group that are facts too: what is said of these parts being missing is said of them."""


REGISTER = "register"
"""What the register knows stands in a sheet of this name, beside those of stream, channel and device."""
_NOT_ASKED: Any = object()


@dataclass(frozen=True)
class Absent:
    """Why a path has no usable value: it failed, it is too old (`age`), it cannot be told (`why`, and the `fix` that
    makes it knowable), or nobody looked (all None).
    """

    failure: Failure | None = None
    age: timedelta | None = None
    why: Text | None = None
    fix: Fix | None = None

    @property
    def not_looked_at(self) -> bool:
        """True when no probe tried to have this fact."""
        return self.failure is None and self.age is None and self.why is None


class View(Struct, eq=False):
    """The sheets that speak about `subject`, nearest first and by the kind of what they speak of, at the time `now`
    (UTC). `in_light`: what streams and pictures showed stands here only as far as it was seen in light. What was looked
    up once, and which condition `held`, is remembered. A struct, because a city has a million of them.
    """

    subject: Subject
    sheets: Mapping[str, Sheet]
    now: datetime
    in_light: bool = False
    held: dict[int, bool | None] = {}
    _found: dict[str, Fact | None] = {}
    _by_day: dict[bool, View] = {}

    def fact(self, path: str) -> Fact | None:
        """The fact at `path`, however old; None when there is none."""
        found: Fact | None = self._found.get(path, _NOT_ASKED)
        if found is _NOT_ASKED:
            holder = self.sheets.get(_holder_of(path))
            found = self._found[path] = None if holder is None else holder.facts.get(path)
        return found

    def look(self, path: str, max_age: timedelta | None = None) -> Fact | Absent:
        """The fact at `path`, not older than `max_age`; or why it cannot be used."""
        fact: Fact | None = self._found.get(path, _NOT_ASKED)
        if fact is _NOT_ASKED:
            fact = self.fact(path)
        if fact is not None and (max_age is None or self.now - fact.at <= max_age):
            return fact
        return Absent(self._failure(path), self.now - fact.at if fact else None)

    def by_day(self, sun: bool) -> View:
        """The same as it was last seen by day; with `sun` also as it was seen while the sun was up over the site, which
        says nothing of a channel that is registered as indoors.
        """
        if sun not in self._by_day:
            outdoor = self.fact("register.outdoor")
            outside = outdoor is None or outdoor.value
            lit = {k: as_seen(s, sun and outside) for k, s in self.sheets.items() if isinstance(s, StreamSheet)}
            self._by_day[sun] = View(self.subject, {**self.sheets, **lit}, self.now, in_light=True)
        return self._by_day[sun]

    def certainly_in_light(self, path: str) -> bool:
        """True when whatever stands at `path` was seen in light."""
        return self.in_light and hangs_on_light(path)

    def _failure(self, path: str) -> Failure | None:
        lacking = [sheet for sheet in self.sheets.values() if sheet.missing]
        for name in (path, *made_from(path)) if lacking else ():
            for sheet in lacking:
                failure = sheet.why_missing(name)
                if failure is not None:
                    return failure
        return None


@cache
def _holder_of(path: str) -> str:
    """The name of the sheet in which the fact at `path` stands."""
    seen = paths().get(path)
    return seen.subject if seen else REGISTER


@cache
def known_paths() -> dict[str, PathType]:
    """Every path an edition may name: those of the probes, the register, sites and schools, and of data sheets."""
    return paths() | REGISTER_PATHS | PLACE_PATHS | MODEL_PATHS


@cache
def made_from(path: str) -> tuple[str, ...]:
    """The paths without which `path` cannot be had, nearest first; empty for a plain fact."""
    group, _, name = path.partition(".")
    own = next((d.reads for d in DERIVED if d.type.path == path), _MADE_WITH_REGISTER.get(path))
    if own is None and name == "keyframe_interval_s" and group == "declared":
        own = ("declared.gop", "declared.fps")
    if own is None:
        own = tuple(f"{group}.{part}" for part in _MADE_FROM.get(name, ()))
    return (*own, *(deeper for part in own for deeper in made_from(part)))


def device_view(sheet: DeviceSheet, now: datetime) -> View:
    """What is known of the device itself."""
    return View(Subject("device"), {"device": sheet}, now)


class ChannelViews(NamedTuple):
    """What is known of a channel, its main stream included, and of each of its streams."""

    channel: View
    streams: tuple[View, ...]


def channel_views(sheet: DeviceSheet, channel: ChannelSheet, register: RegisterFacts, now: datetime) -> ChannelViews:
    """The views of a channel and of its streams."""
    main = channel.main()
    known = {"channel": channel, "device": sheet, REGISTER: _registered(channel, main, register, now)}
    seen = known if main is None else {"stream": main, **known}
    whole = View(Subject("channel", str(channel.index), channel.index), seen, now)
    return ChannelViews(whole, tuple(_of_stream(stream, channel.index, whole) for stream in channel.streams))


def _of_stream(stream: StreamSheet, index: int, whole: View) -> View:
    """What is known of a stream; of the main one it is what is known of its channel."""
    subject = Subject("stream", stream.id, index)
    if whole.sheets.get("stream") is stream:
        return replace(whole, subject=subject)
    return View(subject, {**whole.sheets, "stream": stream}, whole.now)


def _registered(channel: ChannelSheet, main: StreamSheet | None, register: RegisterFacts, now: datetime) -> Sheet:
    """What the register knows of a channel, each fact when a rule asks for it."""
    index = channel.index

    def made(path: str) -> Fact | None:
        match path:
            case "register.outdoor" if index in register.outdoor:
                return Fact(register.outdoor[index], now, "register")
            case "register.daylight":
                return register.daylight.get(index)
            case "register.scene_width_m" if index in register.scene_width_m:
                return Fact(register.scene_width_m[index], now, "register")
            case "register.pixels_per_metre":
                return _pixels_per_metre(register.scene_width_m.get(index), main)
        return None

    return Sheet(Lazy(REGISTER_PATHS, made))


def _pixels_per_metre(width_m: float | None, main: StreamSheet | None) -> Fact | None:
    """The pixels for each metre of the scene, which have the time of the measured width."""
    pixels = main.facts.get("measured.width") if main else None
    return Fact(pixels.value / width_m, pixels.at, pixels.how) if pixels and width_m and width_m > 0 else None
