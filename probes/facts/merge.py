"""Merge: observations in, one sheet of facts per subject out.

Strategy: an observation holds groups; a sheet is flat, path -> `Fact`, each with its own time and method. The newest
fact of each path wins. What a probe could not see does not wipe out what an earlier one saw, so a night without a
picture, or a recorder cut off at its deadline, changes nothing; only a *definite* answer (probes.errors) removes an
older fact. `Fact.before` keeps the one value before, for rules that want to see a fault twice. What was seen in light
stays beside newer facts that were not (`in_light`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import structs

from probes.errors import Failure
from probes.facts import in_light
from probes.facts.again import Place, same_channels
from probes.facts.derive import derive
from probes.facts.groups import Channel, Group, Identity, Observation, Stream
from probes.facts.identity import compare
from probes.facts.in_light import SunUp
from probes.facts.sheets import ChannelSheet, DeviceSheet, Fact, Sheet, StreamSheet, group_of


def merge(
    previous: DeviceSheet | None,
    observation: Observation,
    sun_up: SunUp = in_light.nobody_knows,
    shared: Collection[str] = (),
) -> DeviceSheet:
    """The sheet that holds the newest fact of every path of `previous` and `observation`.

    Channels are the same when their source tokens are, or, where one of them has none, their indexes; `again` says what
    holds when all were renamed. When the probe saw channels, those it did not see are gone; when it saw none at all,
    the earlier ones stay. So with the streams of a channel. Where another unit stands now (`identity`; values that are
    `shared` with other devices tell nothing), nothing of the one before holds. Observations come in the order of their
    time; the same one merged twice changes nothing. `sun_up` says whether the sun stood over the device at a UTC time.
    """
    old = previous or DeviceSheet(target=observation.target)
    same = (
        compare(said_of(old), vars(observation.device.identity), shared).same if observation.device.identity else None
    )
    if same is False:
        old = DeviceSheet(target=observation.target)
    own = _flatten(observation.device.groups())
    failures = tuple(f for f in observation.failures if f.channel is None)
    device = _newest(old, own, failures)
    at, known = observation.observed_at, old.channels
    if in_light.is_another(old.facts, device.facts):
        known = tuple(structs.replace(c, streams=tuple(in_light.set_anew(s, at) for s in c.streams)) for c in known)
    before, by_index = same_as_before(old, observation, by_place=bool(same)), {c.index: c for c in known}
    earlier = ((c, by_index.get(before.get(c.index, 0))) for c in observation.channels)
    channels = tuple(_merge_channel(sheet, c, observation, sun_up) for c, sheet in earlier)
    return DeviceSheet(device.facts, device.missing, observation.target, channels or known)


def said_of(sheet: DeviceSheet) -> dict[str, Any]:
    """What `sheet` says of who the device is, by the names of `Identity`."""
    return {p.partition(".")[2]: fact.value for p, fact in sheet.facts.items() if group_of(p) == Identity.name}


def same_as_before(old: DeviceSheet, observation: Observation, *, by_place: bool) -> dict[int, int]:
    """The index of each channel that was seen now and before, with its index then (`again.same_channels`)."""
    before = [Place(c.token, c.name, c.index) for c in old.channels]
    now = [Place(c.token, c.name, c.index) for c in observation.channels]
    return same_channels(before, now, by_place=by_place)


def _same_streams(old: Iterable[StreamSheet], new: Iterable[Stream]) -> dict[str, StreamSheet]:
    """The sheet so far of each stream by its id; by its role where every id is another."""
    earlier = {s.id: s for s in old}
    if any(s.id in earlier for s in new):
        return earlier
    roles = {s.facts["stream.role"].value: s for s in earlier.values() if "stream.role" in s.facts}
    return {s.id: roles[s.info.role] for s in new if s.info and s.info.role in roles and s.info.role != "extra"}


def _merge_channel(old: ChannelSheet | None, new: Channel, seen: Observation, sun_up: SunUp) -> ChannelSheet:
    old = old or ChannelSheet()
    mine = tuple(f for f in seen.failures if f.channel == new.index)
    facts = _flatten([new.info] if new.info else [])
    sheet = _newest(old, facts, tuple(f for f in mine if f.stream is None))
    earlier = _same_streams(old.streams, new.streams)
    streams = []
    for stream in new.streams:
        before, failures = earlier.get(stream.id, StreamSheet()), tuple(f for f in mine if f.stream == stream.id)
        merged = _merge_stream(before, stream, failures)
        streams.append(in_light.kept(before, merged, seen.observed_at, sun_up))
    live_at = seen.observed_at if new.info and new.info.state == "live" else old.live_at
    kept = tuple(streams) or old.streams
    return ChannelSheet(sheet.facts, sheet.missing, new.index, new.token, new.name, kept, live_at)


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
    looked_at |= {group_of(path) for path in looked_at}
    kept = {p: failure for p, failure in old.missing.items() if p not in looked_at and group_of(p) not in now_missing}
    return Sheet(facts, {**kept, **now_missing})


def _after(old: Fact | None, new: Fact) -> Fact:
    """`new`, with the value of the probe before; a fact that was not had again since is of the same probe as before."""
    if old is None:
        return new
    if old.at == new.at:
        return structs.replace(new, before=old.before)
    return structs.replace(new, before=structs.replace(old, before=None))


def _flatten(groups: Iterable[Group]) -> dict[str, Fact]:
    return {path: Fact(value, group.at, group.how) for group in groups for path, value in group.present()}
