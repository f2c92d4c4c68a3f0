"""Sheets to JSON and back, for a place that keeps them.

Strategy: hundreds of facts are of a few looks. So the text lists the looks (time and method) once, and a fact names its
own by number: `path: [value, look, [value, look] of the fact before]`; or the look of the fact before alone, where that
had the same value, as most have. Rules name few facts of many: the frame is read
at once, and a fact when somebody asks for it. What it holds is known by its path alone, from the closed table of paths;
a path that this version does not know is left out, because no rule can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from msgspec import Raw, Struct
from msgspec.json import Decoder, decode, encode

from probes.errors import Failure
from probes.facts.groups import Encoding, FactKind
from probes.facts.lazy import Lazy
from probes.facts.paths import paths
from probes.facts.sheets import ChannelSheet, DeviceSheet, Fact, StreamSheet

Look: TypeAlias = tuple[datetime, str]
Kept: TypeAlias = tuple[Any, int, tuple[Any, int] | int | None]
"""One fact: its value, the number of its look, and both of the fact before, or its look alone."""
_OLD_FORM = b'{"facts"'
"""How a text begins that was written before looks were listed."""


class _Subject(Struct, kw_only=True, omit_defaults=True):
    facts: dict[str, Raw]
    missing: dict[str, int] = {}


class _Stream(_Subject, kw_only=True):
    id: str
    by_day: dict[str, Raw] = {}
    by_sun: dict[str, Raw] = {}
    changed_at: datetime | None = None


class _Channel(_Subject, kw_only=True):
    index: int
    token: str | None = None
    name: str | None = None
    streams: list[_Stream] = []
    live_at: datetime | None = None


class _Device(_Subject, kw_only=True, tag_field="form", tag=2):
    target: str
    channels: list[_Channel]
    looks: list[Look]
    failures: list[Failure] = []


_FRAME = Decoder(_Device)
_BY_KIND: dict[FactKind, Decoder[Kept]] = {
    "flag": Decoder(tuple[bool, int, tuple[bool, int] | int | None]),
    "number": Decoder(tuple[int | float, int, tuple[int | float, int] | int | None]),
    "text": Decoder(tuple[str, int, tuple[str, int] | int | None]),
    "texts": Decoder(tuple[tuple[str, ...], int, tuple[tuple[str, ...], int] | int | None]),
    "numbers": Decoder(tuple[tuple[int | float, ...], int, tuple[tuple[int | float, ...], int] | int | None]),
    "size": Decoder(tuple[tuple[int, int], int, tuple[tuple[int, int], int] | int | None]),
    "encodings": Decoder(tuple[tuple[Encoding, ...], int, tuple[tuple[Encoding, ...], int] | int | None]),
}


def sheet_to_json(sheet: DeviceSheet) -> bytes:
    """The sheet as JSON text in UTF-8."""
    return encode(_Writer().device(sheet))


def sheet_from_json(text: bytes) -> DeviceSheet:
    """The inverse of `sheet_to_json`; raises ValueError for anything else."""
    if text.startswith(_OLD_FORM):
        return _of_old_form(text)
    kept = _FRAME.decode(text)
    return _Reader(kept.looks, kept.failures).device(kept)


class _Writer:
    """Gives numbers to looks and failures as it meets them."""

    def __init__(self) -> None:
        self._looks: dict[Look, int] = {}
        self._failures: dict[Failure, int] = {}

    def device(self, sheet: DeviceSheet) -> _Device:
        """All of a device."""
        facts, missing = self._facts(sheet.facts), self._missing(sheet.missing)
        channels = [self._channel(channel) for channel in sheet.channels]
        looks, failures = list(self._looks), list(self._failures)
        return _Device(
            facts=facts, missing=missing, target=sheet.target, channels=channels, looks=looks, failures=failures
        )

    def _channel(self, sheet: ChannelSheet) -> _Channel:
        return _Channel(
            facts=self._facts(sheet.facts),
            missing=self._missing(sheet.missing),
            index=sheet.index,
            token=sheet.token,
            name=sheet.name,
            streams=[self._stream(stream) for stream in sheet.streams],
            live_at=sheet.live_at,
        )

    def _stream(self, sheet: StreamSheet) -> _Stream:
        return _Stream(
            facts=self._facts(sheet.facts),
            missing=self._missing(sheet.missing),
            id=sheet.id,
            by_day=self._facts(sheet.by_day),
            by_sun=self._facts(sheet.by_sun),
            changed_at=sheet.changed_at,
        )

    def _facts(self, facts: Mapping[str, Fact]) -> dict[str, Raw]:
        return {path: Raw(encode(self._fact(fact))) for path, fact in facts.items()}

    def _fact(self, fact: Fact) -> Kept:
        look, before = self._look(fact), fact.before
        if before is None:
            return fact.value, look, None
        same = type(before.value) is type(fact.value) and before.value == fact.value
        return fact.value, look, self._look(before) if same else (before.value, self._look(before))

    def _look(self, fact: Fact) -> int:
        return self._looks.setdefault((fact.at, fact.how), len(self._looks))

    def _missing(self, missing: Mapping[str, Failure]) -> dict[str, int]:
        return {path: self._failures.setdefault(f, len(self._failures)) for path, f in missing.items()}


class _Reader:
    """Knows the looks and failures by their numbers."""

    def __init__(self, looks: list[Look], failures: list[Failure]) -> None:
        self._looks = looks
        self._failures = failures

    def device(self, kept: _Device) -> DeviceSheet:
        """All of a device."""
        channels = tuple(self._channel(channel) for channel in kept.channels)
        return DeviceSheet(self._facts(kept.facts), self._missing(kept.missing), kept.target, channels)

    def _channel(self, kept: _Channel) -> ChannelSheet:
        streams = tuple(self._stream(stream) for stream in kept.streams)
        facts, missing = self._facts(kept.facts), self._missing(kept.missing)
        return ChannelSheet(facts, missing, kept.index, kept.token, kept.name, streams, kept.live_at)

    def _stream(self, kept: _Stream) -> StreamSheet:
        facts, day, sun = (self._facts(facts) for facts in (kept.facts, kept.by_day, kept.by_sun))
        return StreamSheet(facts, self._missing(kept.missing), kept.id, day, sun, kept.changed_at)

    def _facts(self, kept: dict[str, Raw]) -> Mapping[str, Fact]:
        if not kept:
            return {}
        looks, read = self._looks, _readers()

        def make(path: str) -> Fact | None:
            if path not in read:
                return None
            value, look, before = read[path](kept[path])
            at, how = looks[look]
            if before is None:
                return Fact(value, at, how)
            old, old_look = (value, before) if isinstance(before, int) else before
            old_at, old_how = looks[old_look]
            return Fact(value, at, how, Fact(old, old_at, old_how))

        return Lazy(kept, make)

    def _missing(self, kept: dict[str, int]) -> dict[str, Failure]:
        return {path: self._failures[number] for path, number in kept.items()}


def _of_old_form(text: bytes) -> DeviceSheet:
    """A sheet as it was written when each fact named its own time and method."""
    return sheet_from_json(sheet_to_json(decode(text, type=DeviceSheet)))


@cache
def _readers() -> dict[str, Callable[[Raw], Kept]]:
    """How a fact is read, by its path."""
    return {path: _BY_KIND[type_.kind].decode for path, type_ in paths().items()}
