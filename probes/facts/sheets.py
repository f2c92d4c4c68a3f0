"""Sheets: the facts of one subject laid flat, path -> `Fact`, each with its own time and method.

Strategy: frozen structs, because a city has ten million facts; `merge` makes them from observations, `in_light` says
what of them was seen by day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from probes.errors import Failure


class Fact(Struct, frozen=True):
    """One value with the time (UTC) and method it was had by, and the value of the probe before, if any."""

    value: Any
    at: datetime
    how: str
    before: Fact | None = None


class Sheet(Struct, frozen=True):
    """The facts of one subject, and for the paths (or whole groups) that are missing, why."""

    facts: Mapping[str, Fact] = {}
    missing: Mapping[str, Failure] = {}

    def value(self, path: str) -> Any:
        """What stands at `path`; None when nothing does."""
        fact = self.facts.get(path)
        return None if fact is None else fact.value

    def why_missing(self, path: str) -> Failure | None:
        """The failure that names `path` or its group; None when it was not looked at."""
        return self.missing.get(path) or self.missing.get(group_of(path))


class StreamSheet(Sheet, frozen=True):
    """The facts of one stream, and beside them those that were seen in light, where newer ones were not.

    `by_day`: the newest that a picture of the same look shows to be taken by day. `by_sun`: newer ones, taken while the
    sun was up, whatever the picture shows. `changed_at`: the newest look that found this stream set anew, or another
    device; what was seen in light before it does not stand.
    """

    id: str = ""
    by_day: Mapping[str, Fact] = {}
    by_sun: Mapping[str, Fact] = {}
    changed_at: datetime | None = None


class ChannelSheet(Sheet, frozen=True):
    """The facts of one channel and of its streams. `live_at`: the newest look that saw it live."""

    index: int = 1
    token: str | None = None
    name: str | None = None
    streams: tuple[StreamSheet, ...] = ()
    live_at: datetime | None = None

    def main(self) -> StreamSheet | None:
        """The stream in the role `main`, or None."""
        for stream in self.streams:
            if stream.value("stream.role") == "main":
                return stream
        return None


class DeviceSheet(Sheet, frozen=True):
    """The facts of one device and of its channels."""

    target: str = ""
    channels: tuple[ChannelSheet, ...] = ()


def group_of(path: str) -> str:
    """The group of facts that `path` stands in."""
    return path.split(".", 1)[0]
