"""Record: one observation of a registered device is stored, judged, and summed up.

Strategy: read what is stored, merge and judge by pure calls, write. The same observation recorded twice changes
nothing. One that is older than what is stored (it came late from an agent) adds its measurements and changes no fact.
The edge commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.models import Channel
from camera_registry.services.acceptance_looks import looked
from camera_registry.services.actors import actor
from camera_registry.services.days import ZONE, day_of, night_of
from camera_registry.services.finding_rows import Row, plain
from camera_registry.services.judging import Case, case_of, model_of, sun_over
from camera_registry.services.noted import note_settings, note_values
from camera_registry.store import channels, credentials, devices, findings, numbers, observations, units
from camera_registry.store.channels import Registered
from camera_registry.store.devices import AtWork
from camera_registry.store.editions import keep
from camera_registry.store.numbers import Numbers
from probes import facts
from probes.facts import DeviceSheet, Encoding, Observation, Sheet
from probes.facts.identity import compare
from probes.login import LoginState
from standards import Editions, Finding, Verdict, sum_up, worst
from standards.changes import another_unit

_DESCRIBED = ("identity", "declared", "capable")
AHEAD = timedelta(minutes=5)
"""What a look may be ahead of the clock by which it is judged: two machines are never quite of one mind."""
_OF_GROUPS = ("at", "how")


@dataclass(frozen=True)
class Recorded:
    """What a device is worth now: by channel index as registered, in all, and how many finding intervals began."""

    verdict: Verdict
    verdicts: Mapping[int, Verdict]
    began: int


def record(
    session: Session,
    device_id: int,
    observation: Observation,
    editions: Editions,
    now: datetime,
    sun_up: SunUp,
    zone: tzinfo = ZONE,
    *,
    accepts: bool = True,
) -> Recorded:
    """`observation` is stored and the device judged by `editions` at `now`; `sun_up` tells day from night, and days and
    nights are those of `zone`. `accepts`: the look counts for an acceptance that runs.
    """
    device = devices.at_work(session, device_id)
    stored = _believable(observations.sheet(session, device_id), now)
    late = stored is not None and observation.observed_at < stored[1]
    before: dict[str, str] | None = None
    logins: Mapping[str, LoginState] = {}
    shared: frozenset[str] = frozenset()
    if stored is None or not late:
        shared = _put_unit(session, device_id, stored[0] if stored else None, observation)
        up = sun_over(session, device.site_id, sun_up)
        merged = facts.merge(stored[0] if stored else None, observation, up, shared)
        before = _tokens_before(stored[0], observation, shared) if stored and stored[0].channels else None
        observations.put_sheet(session, device_id, merged, observation.observed_at)
        observations.put_description(session, device_id, _description(merged), observation.observed_at)
        logins = credentials.learned(session, device_id, observation.remembered.logins)
        at = observation.observed_at if answered(observation) else None
        devices.put_look(session, device_id, observations.remembered_text(observation.remembered), at)
        _learn_of_model(session, merged)
    else:
        merged = stored[0]
    known, registered = channels.recognise(session, device_id, merged.channels, before)
    _put_measurements(session, device_id, known, observation)
    if accepts:
        looked(session, device, observation, known, shared, answered=answered(observation), sun_up=sun_up)
    looked_at = stored[1] if stored and late else observation.observed_at
    if stored is not None and observation.observed_at > stored[1]:
        note_settings(session, device_id, stored[0], observation, logins, shared, known)
    case = case_of(session, device, merged, known, sun_up, registered)
    return _judged(session, device, case, editions, now, night_of(looked_at, zone), zone)


def _put_unit(session: Session, device_id: int, stored: DeviceSheet | None, observation: Observation) -> frozenset[str]:
    """The unit that was seen is written down; keys that it shares with other devices."""
    if observation.device.identity is None:
        return frozenset()
    said = vars(observation.device.identity)
    shared = units.shared(session, device_id, said)
    another = another_unit(facts.said_of(stored), said, shared) is not None if stored else False
    units.put(session, device_id, said, observation.observed_at, another=another)
    return shared


def _tokens_before(stored: DeviceSheet, observation: Observation, shared: frozenset[str]) -> dict[str, str]:
    """The token that each channel seen now had in the look before. A place tells within one unit, and where there is
    one channel alone: a camera that was swapped looks at the same yard.
    """
    said = vars(observation.device.identity) if observation.device.identity else {}
    alone = len(stored.channels) == len(observation.channels) == 1
    by_place = alone or bool(compare(facts.said_of(stored), said, shared).same)
    tokens = {c.index: c.token for c in stored.channels}
    now = {c.index: c.token for c in observation.channels}
    same = facts.same_as_before(stored, observation, by_place=by_place)
    return {now[n] or "": tokens[o] or "" for n, o in same.items()}


def _believable(stored: tuple[DeviceSheet, datetime] | None, now: datetime) -> tuple[DeviceSheet, datetime] | None:
    """What is stored; nothing when it was seen later than now, by a clock that was wrong: it would outlast truth."""
    return None if stored is not None and stored[1] > now + AHEAD else stored


def judge_again(
    session: Session, device_id: int, editions: Editions, now: datetime, sun_up: SunUp, zone: tzinfo = ZONE
) -> Recorded:
    """The device judged by `editions` from what is stored, without touching it; one never looked at is unverified."""
    device = devices.get(session, device_id)
    stored = _believable(observations.sheet(session, device_id), now)
    merged = stored[0] if stored else DeviceSheet(target=device.code)
    known, registered = channels.recognise(session, device_id, merged.channels)
    night = night_of(stored[1], zone) if stored else None
    case = case_of(session, device, merged, known, sun_up, registered)
    return _judged(session, device, case, editions, now, night, zone)


def answered(observation: Observation) -> bool:
    """True when anything at the address spoke ONVIF or RTSP with us."""
    replies = (s.rtsp.steps.values() for c in observation.channels for s in c.streams if s.rtsp)
    told = (value for g in observation.device.groups() for name, value in vars(g).items() if name not in _OF_GROUPS)
    return any(value is not None for value in told) or any(s.status is not None for steps in replies for s in steps)


def _judged(
    session: Session,
    device: AtWork,
    case: Case,
    editions: Editions,
    now: datetime,
    night: date | None,
    zone: tzinfo,
) -> Recorded:
    made = editions.evaluate(case.sheet, case.register, case.answers, now)
    verdicts = case.verdicts(made)
    device_id = case.device_id
    rows = [_of_night(row, night, zone) for row in _rows(device, made, case.known, now, day_of(now, zone))]
    open_now = findings.open_now(session, device_id)
    note_values(session, device_id, open_now, rows, now)
    began = findings.put(session, device_id, rows, now, open_now)
    if began:  # a finding of another edition is always a new interval
        for edition in editions:
            keep(session, edition, now)
    by_id: dict[int | None, Verdict] = {channel.id: verdicts[channel.index] for channel in case.registered}
    findings.put_verdicts(session, device_id, by_id or {None: sum_up(made)}, editions.decides.name, now)
    verdict = worst(verdicts.values()) if verdicts else sum_up(made)
    return Recorded(verdict, verdicts, began)


def _learn_of_model(session: Session, merged: DeviceSheet) -> None:
    """What this device says it can do counts for its model, where the device itself encodes."""
    model = model_of(merged)
    if model is None:
        return
    own = [c for c in merged.channels if c.value("channel.via") == "direct"]
    told = [e for c in own for s in c.streams for e in s.value("capable.encodings") or ()]
    observations.learn_encodings(session, *model, _once(told))


def _once(encodings: Iterable[Encoding]) -> list[Encoding]:
    return list(dict.fromkeys(encodings))


def _put_measurements(session: Session, device_id: int, known: Mapping[int, Channel], observation: Observation) -> None:
    made: list[Numbers] = []
    streams = observations.streams(session, device_id)
    for channel in observation.channels:
        row = known.get(channel.index)
        if row is None:
            continue
        ids = observations.put_streams(session, row, streams.get(row.id or 0, ()), channel.streams)
        found = (numbers.measured(ids[stream.id], observation.observed_at, stream) for stream in channel.streams)
        made += [each for each in found if each is not None]
    numbers.put(session, device_id, observation.observed_at, made)


def _rows(
    device: AtWork, made: Iterable[Finding], known: Mapping[int, Registered], now: datetime, today: date
) -> Iterator[Row]:
    """The findings as rows; none of a slot that is no channel."""
    for finding in made:
        index = finding.subject.channel
        if index is not None and index not in known:
            continue
        yield _row(device, finding, known[index].id if index is not None else None, now, today)


def _of_night(row: Row, night: date | None, zone: tzinfo) -> Row:
    """A failure with the night in which it was seen: that of its evidence, else that of the newest look."""
    if row.outcome == "fail":
        row.night = night_of(row.seen_at, zone) if row.seen_at else night
    return row


def _row(device: AtWork, finding: Finding, channel_id: int | None, now: datetime, today: date) -> Row:
    acts = actor(
        finding.fix,
        owner=device.owner,
        maintainer=device.maintainer,
        warranty_until=device.warranty_until,
        today=today,
    )
    return Row(finding, acts, now, device_id=device.id or 0, channel_id=channel_id)


def _description(merged: DeviceSheet) -> dict[str, Any]:
    """Identity, declared and capable without their times, so that the same settings give the same text."""
    return {
        "device": _described(merged),
        "channels": [
            {
                "index": channel.index,
                "token": channel.token,
                "name": channel.name,
                "streams": {stream.id: _described(stream) for stream in channel.streams},
            }
            for channel in merged.channels
        ],
    }


def _described(sheet: Sheet) -> dict[str, Any]:
    return {p: plain(f.value) for p, f in sheet.facts.items() if p.split(".", 1)[0] in _DESCRIBED}
