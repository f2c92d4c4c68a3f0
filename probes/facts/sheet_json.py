"""Sheets to JSON and back, for a place that keeps them.

Strategy: pydantic knows the frame; what a fact holds is known by its path alone, so values come back by the closed
table of paths: tuples as tuples, encodings as `Encoding`. A path that this version does not know is left out, because
no rule can name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from probes.facts.groups import Encoding
from probes.facts.paths import paths
from probes.facts.sheets import ChannelSheet, DeviceSheet, Fact, StreamSheet


def sheet_to_json(sheet: DeviceSheet) -> bytes:
    """The sheet as JSON text in UTF-8."""
    return _adapter().dump_json(sheet)


def sheet_from_json(text: bytes) -> DeviceSheet:
    """The inverse of `sheet_to_json`; raises pydantic.ValidationError (a ValueError) for anything else."""
    sheet = _adapter().validate_json(text)
    return replace(sheet, facts=_facts(sheet.facts), channels=tuple(_channel(c) for c in sheet.channels))


def _channel(sheet: ChannelSheet) -> ChannelSheet:
    return replace(sheet, facts=_facts(sheet.facts), streams=tuple(_stream(s) for s in sheet.streams))


def _stream(sheet: StreamSheet) -> StreamSheet:
    return replace(sheet, facts=_facts(sheet.facts), by_day=_facts(sheet.by_day), by_sun=_facts(sheet.by_sun))


def _facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    known = paths()
    return {path: _fact(known[path].kind, fact) for path, fact in facts.items() if path in known}


def _fact(kind: str, fact: Fact) -> Fact:
    before = _fact(kind, fact.before) if fact.before else None
    return Fact(_value(kind, fact.value), fact.at, fact.how, before)


def _value(kind: str, value: Any) -> Any:
    match kind:
        case "texts" | "numbers" | "size":
            return tuple(value)
        case "encodings":
            return _encodings().validate_python(value)
    return value


@cache
def _adapter() -> TypeAdapter[DeviceSheet]:
    return TypeAdapter(DeviceSheet)


@cache
def _encodings() -> TypeAdapter[tuple[Encoding, ...]]:
    return TypeAdapter(tuple[Encoding, ...])
