"""In light: what of a stream was last seen by day, kept beside newer facts that were not.

Strategy: pure. A look by day needs nothing beside it, so nothing is kept until a newer look takes the place of its
facts in the dark. Then they stand path by path, each as it was, its value before included, until light shows a newer
one; and all go when the device says other settings, sends another codec or size, is another device, or definitely
sends no more. How old they may be says the rule that reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache

from msgspec import structs

from probes.facts.lazy import Lazy
from probes.facts.paths import paths
from probes.facts.sheets import Fact, StreamSheet, group_of

SunUp = Callable[[datetime], bool]
"""Whether the sun stood over the device at a time (UTC)."""

SAME_LOOK = timedelta(minutes=10)
"""A picture says how light it was for a sample taken at most this long before or after it."""
_SEEN = ("measured", "image")
_GROUPS = ("measured.", "image.", "derived.")
_DEVICE = ("identity.serial", "identity.mac", "identity.model")
_SETTINGS = (
    "declared.codec",
    "declared.width",
    "declared.height",
    "declared.fps",
    "declared.bitrate_kbps",
    "declared.gop",
    "declared.rate_control",
    "measured.codec",
    "measured.size",
)
"""What a look by night shows as well as one by day: another value means that the stream was set anew."""


def nobody_knows(at: datetime) -> bool:  # noqa: ARG001  (the form of SunUp)
    """False at any time: without a register nobody knows where the sun stood."""
    return False


def hangs_on_light(path: str) -> bool:
    """True when the fact at `path` is had from a stream or a picture, or derived."""
    return path.startswith(_GROUPS)


def pictured_at(facts: Mapping[str, Fact]) -> datetime | None:
    """When the newest picture of a stream was taken; None when there never was one. Every picture that was looked at
    has a mean brightness, so nothing else is read where that is known.
    """
    brightness = facts.get("image.luma_mean")
    if brightness is not None:
        return brightness.at
    seen = (facts.get(path) for path in _image_paths())
    return max((fact.at for fact in seen if fact is not None), default=None)


@cache
def _image_paths() -> tuple[str, ...]:
    return tuple(path for path in paths() if group_of(path) == "image")


def by_day(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Those of `facts` that a picture of the same look shows to be taken by day."""
    light = facts.get("image.light")
    return _of_look(facts, light.at) if light is not None and light.value == "day" else {}


def by_sun(facts: Mapping[str, Fact], sun_up: SunUp) -> dict[str, Fact]:
    """Those of `facts` that were taken with a picture that shows no daylight though the sun was up."""
    at, light = pictured_at(facts), facts.get("image.light")
    shows_day = light is not None and (light.value, light.at) == ("day", at)
    return _of_look(facts, at) if at is not None and not shows_day and sun_up(at) else {}


def kept(old: StreamSheet, new: StreamSheet, at: datetime, sun_up: SunUp) -> StreamSheet:
    """`new`, the sheet after the look at `at`, with what it no longer shows of what `old` had seen in light."""
    if _is_set_anew(old.facts, new.facts):
        return set_anew(new, at)
    since, shown = old.changed_at, by_day(new.facts)
    day = _beside(old.by_day, by_day(old.facts), shown, since)
    sun = _beside(old.by_sun, by_sun(old.facts, sun_up), shown, since)
    if sun:
        sun = _beside(sun, {}, by_sun(new.facts, sun_up), since)
    return structs.replace(new, by_day=day, by_sun=sun, changed_at=since)


def set_anew(sheet: StreamSheet, at: datetime) -> StreamSheet:
    """`sheet` after a look at `at` that found other settings or another device: no day before it stands."""
    return structs.replace(sheet, changed_at=at)


def is_another(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> bool:
    """True when the device of the facts `new` is not the one of `old`, or cannot be told to be."""
    return _changed(old, new, _DEVICE)


def as_seen(sheet: StreamSheet, sun: bool) -> StreamSheet:
    """`sheet` with what was last seen by day instead of what the newest look saw; with `sun` also what was seen while
    the sun was up.
    """
    light, since = sheet.facts.get("image.light"), sheet.changed_at
    lit_at = light.at if light is not None and light.value == "day" else None

    def seen(path: str) -> Fact | None:
        newest = sheet.facts.get(path)
        if not hangs_on_light(path):
            return newest
        lit = newest is not None and lit_at is not None and abs(newest.at - lit_at) <= SAME_LOOK
        held = (sheet.by_sun.get(path) if sun else None) or sheet.by_day.get(path)
        fact = newest if lit else held
        return fact if fact is not None and (since is None or fact.at >= since) else None

    return structs.replace(sheet, facts=Lazy(paths(), seen))


def _of_look(facts: Mapping[str, Fact], at: datetime) -> dict[str, Fact]:
    return {path: f for path, f in facts.items() if hangs_on_light(path) and abs(f.at - at) <= SAME_LOOK}


def _beside(
    held: Mapping[str, Fact], newer: Mapping[str, Fact], shown: Mapping[str, Fact], since: datetime | None
) -> dict[str, Fact]:
    """Of `held` and what is `newer`: what the newest look does not show in light itself, taken from `since` on."""
    both = {**held, **newer}
    return {p: fact for p, fact in both.items() if p not in shown and (since is None or fact.at >= since)}


def _is_set_anew(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> bool:
    return _changed(old, new, _SETTINGS) or any(p not in new for p in old if group_of(p) in _SEEN)


def _changed(old: Mapping[str, Fact], new: Mapping[str, Fact], named: tuple[str, ...]) -> bool:
    """True when one of `named` has another value than before, or is definitely gone; one first learned is no change."""
    return any(p in old and (p not in new or new[p].value != old[p].value) for p in named)
