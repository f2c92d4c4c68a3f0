"""Judging: all that `standards.evaluate` needs of a registered device, read from the registry.

Strategy: `case_of` for one device whose sheet and channels are at hand, `cases` for many, with a few queries for each
part of them and only the columns that judging needs. Both end in the same pure call, so that what is judged at night
and what is judged again from what is stored (the what-if) can never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.models import AnswerRecord
from camera_registry.store import answers, channels, devices, observations, schools
from camera_registry.store.channels import Registered
from camera_registry.store.devices import AtWork
from probes import facts
from probes.facts import ChannelSheet, DeviceSheet, Encoding, Fact
from standards import Answer, Finding, RegisterFacts, Subject, Verdict, by_channel, sum_up

SameModel = Callable[[str, str], tuple[Encoding, ...]]
"""What devices of this maker and model have said that they can do."""
DEVICE = Subject("device")
_SEEN_BY_NOBODY = -1
_NOT_JUDGED = Verdict("unverified", complete=False)
"""Of a slot in which there is no camera nothing can be said: that no rule speaks of it is no compliance."""


@dataclass(frozen=True)
class Case:
    """A registered device with all that an edition needs to judge it, besides the time. `known` is the registered
    channel of each one seen, by the index in which it was seen; `registered` are all channels of the device.
    """

    device_id: int
    sheet: DeviceSheet
    register: RegisterFacts
    answers: tuple[Answer, ...]
    known: Mapping[int, Registered]
    registered: Sequence[Registered]

    def verdicts(self, made: Iterable[Finding]) -> dict[int, Verdict]:
        """The verdict of each registered channel by its index, from the findings `made` about the device."""
        counts_for = by_channel(made)
        seen_as = {channel.id: index for index, channel in self.known.items()}
        empty = {c.index for c in self.sheet.channels if c.value("channel.state") == "empty"}
        return {
            channel.index: _NOT_JUDGED
            if seen_as.get(channel.id) in empty
            else sum_up(counts_for(seen_as.get(channel.id, _SEEN_BY_NOBODY)))
            for channel in self.registered
        }


def case_of(
    session: Session,
    device: AtWork,
    merged: DeviceSheet,
    known: Mapping[int, Registered],
    sun_up: SunUp,
    registered: Sequence[Registered] | None = None,
) -> Case:
    """The case of one device, whose merged facts are `merged`; its channels are `registered`, or read."""

    def same_model(maker: str, model: str) -> tuple[Encoding, ...]:
        return observations.encodings_of_model(session, maker, model)

    up = sun_over(session, device.site_id, sun_up)
    device_id = device.id or 0
    said = _answers(answers.of_device(session, device_id), known)
    mine = registered if registered is not None else channels.of_device(session, device_id)
    return _case(device_id, merged, known, mine, same_model, up, said)


def cases(session: Session, device_ids: Collection[int], sun_up: SunUp) -> Iterator[Case]:
    """The cases of these devices in the order of their ids, from what is stored; nothing is written. One that was never
    looked at has an empty sheet.
    """
    models: dict[tuple[str, str], tuple[Encoding, ...]] = {}

    def same_model(maker: str, model: str) -> tuple[Encoding, ...]:
        if (maker, model) not in models:
            models[maker, model] = observations.encodings_of_model(session, maker, model)
        return models[maker, model]

    for chunk in schools.chunks(device_ids):
        places = devices.places(session, chunk)
        registered = channels.registered(session, chunk)
        kept = observations.bodies(session, chunk)
        said = answers.of_devices(session, chunk)
        for place in places:
            body = kept.get(place.device_id)
            merged = observations.opened(body) if body else DeviceSheet(target=place.code)
            mine = registered.get(place.device_id, ())
            known = channels.known(mine, merged.channels)
            up = _over(sun_up, place.latitude, place.longitude)
            mine_said = _answers(said.get(place.device_id, ()), known)
            yield _case(place.device_id, merged, known, mine, same_model, up, mine_said)


def sun_over(session: Session, site_id: int, sun_up: SunUp) -> facts.SunUp:
    """Whether the sun was up at a time over this site."""
    latitude, longitude, _ = schools.stands(session, site_id)
    return _over(sun_up, latitude, longitude)


def model_of(merged: DeviceSheet) -> tuple[str, str] | None:
    """Maker and model as the device says them; None where it names no model."""
    maker, model = (merged.value(f"identity.{name}") for name in ("manufacturer", "model"))
    return (maker or "", model) if model else None


def _case(
    device_id: int,
    merged: DeviceSheet,
    known: Mapping[int, Registered],
    registered: Sequence[Registered],
    same_model: SameModel,
    up: facts.SunUp,
    said: tuple[Answer, ...],
) -> Case:
    model = model_of(merged)
    register = RegisterFacts(
        same_model=same_model(*model) if model else (),
        outdoor={index: c.outdoor for index, c in known.items() if c.outdoor is not None},
        daylight=_daylight(merged, known, up),
        scene_width_m={index: c.scene_width_m for index, c in known.items() if c.scene_width_m is not None},
    )
    people = {index for index, channel in known.items() if not channel.found}
    return Case(device_id, facts.settled(merged, people), register, said, known, registered)


def _answers(rows: Iterable[AnswerRecord], known: Mapping[int, Registered]) -> tuple[Answer, ...]:
    """What people said about the device and those of its channels that were seen."""
    of = {channel.id: Subject("channel", str(index), index) for index, channel in known.items()} | {None: DEVICE}
    return tuple(
        Answer(row.rule, of[row.channel_id], row.met, row.by, row.at, row.note) for row in rows if row.channel_id in of
    )


def _daylight(merged: DeviceSheet, known: Mapping[int, Registered], up: facts.SunUp) -> Mapping[int, Fact]:
    """Whether the sun was up when the newest picture of each channel was taken. Of a channel that is registered as
    indoors the sun says nothing: a room may be dark by day.
    """
    outside = {c.index: c for c in merged.channels if c.index in known and known[c.index].outdoor is not False}

    def daylight(index: int) -> Fact | None:
        at = _pictured_at(outside[index])
        return None if at is None else Fact(up(at), at, "register")

    return facts.Lazy(outside, daylight)


def _pictured_at(channel: ChannelSheet) -> datetime | None:
    main = channel.main()
    return facts.pictured_at(main.facts) if main else None


def _over(sun_up: SunUp, latitude: float | None, longitude: float | None) -> facts.SunUp:
    return lambda at: sun_up(at, latitude, longitude)
