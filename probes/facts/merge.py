"""Merge: observations in, one sheet of facts per subject out.

Strategy: an observation holds groups; a sheet is flat, path -> `Fact`, each with its own time and method. The newest
fact of each path wins. What a probe could not see does not wipe out what an earlier one saw, so a night without a
picture, or a recorder cut off at its deadline, changes nothing; only a *definite* answer (probes.errors) removes an
older fact. `Fact.before` keeps the one value before, for rules that want to see a fault twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from probes.errors import Failure
from probes.facts.derive import derive
from probes.facts.groups import Channel, Group, Observation, Stream


@dataclass(frozen=True)
class Fact:
    """One value with the time (UTC) and method it was had by, and the value of the probe before, if any."""

    value: Any
    at: datetime
    how: str
    before: Fact | None = None


@dataclass(frozen=True)
class Sheet:
    """The facts of one subject, and for the paths (or whole groups) that are missing, why."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    missing: Mapping[str, Failure] = field(default_factory=dict)

    def why_missing(self, path: str) -> Failure | None:
        """The failure that names `path` or its group; None when it was not looked at."""
        return self.missing.get(path) or self.missing.get(_group_of(path))


@dataclass(frozen=True)
class StreamSheet(Sheet):
    """The facts of one stream."""

    id: str = ""


@dataclass(frozen=True)
class ChannelSheet(Sheet):
    """The facts of one channel and of its streams."""

    index: int = 1
    token: str | None = None
    name: str | None = None
    streams: tuple[StreamSheet, ...] = ()

    def main(self) -> StreamSheet | None:
        """The stream in the role `main`, or None."""
        return next(
            (s for s in self.streams if "stream.role" in s.facts and s.facts["stream.role"].value == "main"), None
        )


@dataclass(frozen=True)
class DeviceSheet(Sheet):
    """The facts of one device and of its channels."""

    target: str = ""
    channels: tuple[ChannelSheet, ...] = ()


def merge(previous: DeviceSheet | None, observation: Observation) -> DeviceSheet:
    """The sheet that holds the newest fact of every path of `previous` and `observation`.

    Channels are the same when their source tokens are, or, where one of them has none, their indexes. When the probe
    saw channels, those it did not see are gone; when it saw none at all, the earlier ones stay. So with the streams of
    a channel. Observations come in the order of their time; the same one merged twice changes nothing.
    """
    old = previous or DeviceSheet(target=observation.target)
    own = _flatten(observation.device.groups())
    failures = tuple(f for f in observation.failures if f.channel is None)
    device = _newest(old, own, failures)
    channels = tuple(_merge_channel(_earlier(old.channels, c), c, observation.failures) for c in observation.channels)
    return DeviceSheet(device.facts, device.missing, observation.target, channels or old.channels)


def _earlier(old: Iterable[ChannelSheet], new: Channel) -> ChannelSheet | None:
    """The sheet so far of the channel `new`."""
    nameless = None
    for sheet in old:
        if sheet.token is not None and sheet.token == new.token:
            return sheet
        if sheet.index == new.index and None in (sheet.token, new.token):
            nameless = sheet
    return nameless


def _merge_channel(old: ChannelSheet | None, new: Channel, failures: tuple[Failure, ...]) -> ChannelSheet:
    old = old or ChannelSheet()
    mine = tuple(f for f in failures if f.channel == new.index)
    facts = _flatten([new.info] if new.info else [])
    sheet = _newest(old, facts, tuple(f for f in mine if f.stream is None))
    earlier = {s.id: s for s in old.streams}
    streams = tuple(
        _merge_stream(earlier.get(s.id, StreamSheet()), s, tuple(f for f in mine if f.stream == s.id))
        for s in new.streams
    )
    return ChannelSheet(sheet.facts, sheet.missing, new.index, new.token, new.name, streams or old.streams)


def _merge_stream(old: StreamSheet, new: Stream, failures: tuple[Failure, ...]) -> StreamSheet:
    sheet = _newest(old, _flatten(new.groups()), failures)
    facts = dict(sheet.facts)
    for path, (value, source) in derive({p: f.value for p, f in facts.items()}).items():
        facts[path] = _after(old.facts.get(path), Fact(value, facts[source].at, facts[source].how))
    return StreamSheet(facts, sheet.missing, new.id)


def _newest(old: Sheet, new: Mapping[str, Fact], failures: tuple[Failure, ...]) -> Sheet:
    now_missing = {path: failure for failure in failures for path in failure.facts}
    seen = Sheet(new, now_missing)
    facts: dict[str, Fact] = {}
    for path, fact in old.facts.items():
        failure = seen.why_missing(path)
        if path not in new and not (failure and failure.definite) and not path.startswith("derived."):
            facts[path] = fact
    facts |= {path: _after(old.facts.get(path), fact) for path, fact in new.items()}
    looked_at = {*new, *now_missing}
    looked_at |= {_group_of(path) for path in looked_at}
    kept = {p: failure for p, failure in old.missing.items() if p not in looked_at and _group_of(p) not in now_missing}
    return Sheet(facts, {**kept, **now_missing})


def _after(old: Fact | None, new: Fact) -> Fact:
    """`new`, with the value of the probe before; a fact that was not had again since is of the same probe as before."""
    if old is None:
        return new
    if old.at == new.at:
        return replace(new, before=old.before)
    return replace(new, before=replace(old, before=None))


def _group_of(path: str) -> str:
    return path.split(".", 1)[0]


def _flatten(groups: Iterable[Group]) -> dict[str, Fact]:
    return {path: Fact(value, group.at, group.how) for group in groups for path, value in group.present()}
