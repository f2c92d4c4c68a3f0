"""The page of a device: what people registered, what was seen, what it is worth, and how all that came to be.

Reading only. The numbers of a rule that holds are those of the newest look, from the merged sheet; those of one that
fails are kept fresh with its finding. Of a login, only which door took it is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from sqlmodel import Session

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site, VerdictRecord
from camera_registry.services.device_access import cost, dropped, lacking, logins, looks
from camera_registry.services.device_values import (
    ChannelSeen,
    Compared,
    DevicePage,
    FindingSeen,
    Numbers,
    Registered,
    VerdictSpan,
)
from camera_registry.services.explained import NOTHING_CAME, fix_text, measured, shown, title
from camera_registry.services.judged_by import JudgedBy
from camera_registry.services.other_unit import other_unit
from camera_registry.services.side_by_side import named, stream_seen, told
from camera_registry.store import channels, devices, findings, history, numbers, observations, units
from camera_registry.store.numbers import Numbers as Measured
from probes.facts import ChannelSheet, DeviceSheet, Fact, Sheet, said_of
from standards import Editions, Verdict, worst
from standards.model import VerdictName

NEWEST_NUMBERS = 60
NEWEST_SPANS = 200
_IDENTITY = {"manufacturer": "make", "model": "model", "serial": "serial", "mac": "mac"}
"""Name of the fact -> column of the device, of what people register and the device says too."""
_DEVICE_FACTS = (
    "identity.firmware", "identity.hardware", "onvif.answers", "onvif.profiles", "onvif.media", "clock.offset_s",
    "clock.time_source", "clock.zone", "access.onvif_login_required", "access.rtsp_login_required",
    "access.onvif_schemes", "access.rtsp_schemes", "access.basic_in_clear",
)  # fmt: skip
_CHANNEL_FACTS = ("channel.kind", "channel.state", "channel.via", "channel.further_megapixels")


@dataclass(frozen=True)
class _Known:
    """What is stored of the device, read once."""

    session: Session
    device: Device
    sheet: DeviceSheet
    registered: Mapping[int | None, Channel]
    verdicts: Mapping[int | None, VerdictRecord]
    judged: JudgedBy
    numbers: Mapping[int, list[Measured]]

    def seen(self, channel: Channel) -> ChannelSheet:
        """What was seen of a channel: by the device's own token, else by the index; nothing is an empty sheet."""
        sheets = self.sheet.channels
        by_token = (s for s in sheets if s.token is not None and s.token == channel.token)
        by_index = (s for s in sheets if s.index == channel.index and None in (s.token, channel.token))
        return next(by_token, None) or next(by_index, None) or ChannelSheet(index=channel.index)

    def index(self, channel_id: int | None) -> int | None:
        """The index of a channel; None for the device."""
        return self.registered[channel_id].index if channel_id in self.registered else None


def device_page(session: Session, school: str, code: str, editions: Editions) -> DevicePage | None:
    """Everything the page of this device shows; None when the school has no such device."""
    device = devices.by_code(session, school, code)
    if device is None:
        return None
    device_id = device.id or 0
    stored = observations.sheet(session, device_id)
    registered = {c.id: c for c in channels.of_device(session, device_id)}
    verdicts = findings.verdicts_now(session, device_id)
    sheet = stored[0] if stored else DeviceSheet(target=device.code)
    measured_before = numbers.of_main_streams(session, device_id, NEWEST_NUMBERS)
    known = _Known(session, device, sheet, registered, verdicts, JudgedBy(session, editions), measured_before)
    open_now = findings.now_open(session, device_id)
    summed = worst([Verdict(_name(row.name), row.complete) for row in verdicts.values()])
    return DevicePage(
        registered=_registered(session, device),
        edition=editions.decides.name,
        verdict=summed.name,
        complete=summed.complete,
        looked_at=stored[1] if stored else None,
        last_answered_at=device.last_answered_at,
        silent_nights=device.silent_nights,
        identity=tuple(_identity(device, sheet)),
        other_unit=other_unit(session, device_id),
        shared_keys=bool(units.shared(session, device_id, said_of(sheet))),
        facts=named(sheet, _DEVICE_FACTS),
        channels=tuple(_channel(known, c, open_now) for c in registered.values()),
        findings=tuple(_finding(known, row) for row in open_now if row.channel_id is None),
        lacking=lacking(sheet),
        logins=logins(session, device_id),
        login_dropped=dropped(session, device_id),
        looks=(newest := looks(session, device_id)),
        last_night=next((look for look in newest if look.kind == "night"), None),
        cost=cost(session, device_id),
        verdict_history=_spans(known, history.verdicts(session, device_id, NEWEST_SPANS)),
        finding_history=tuple(_finding(known, row) for row in history.findings(session, device_id, NEWEST_SPANS)),
        changed_at=tuple(history.described_at(session, device_id, NEWEST_SPANS)),
    )


def _registered(session: Session, device: Device) -> Registered:
    school = session.get_one(School, device.school_id)
    district, site = session.get_one(District, school.managed_by), session.get_one(Site, device.site_id)
    same = ("code", "kind", "host", "onvif_port", "rtsp_port", "owner", "maintainer", "in_use_since", "warranty_until")
    return Registered(
        district_code=district.code,
        district=district.name,
        school_code=school.code,
        school=school.name,
        site=site.name,
        device_id=device.id or 0,
        **{name: getattr(device, name) for name in same},
    )


def _identity(device: Device, sheet: DeviceSheet) -> Iterator[Compared]:
    for fact, column in _IDENTITY.items():
        typed, seen = getattr(device, column), sheet.facts.get(f"identity.{fact}")
        differs = bool(typed and seen and seen.value and bare(typed) != bare(seen.value))
        yield Compared(column, typed, told(f"identity.{fact}", seen) if seen else None, differs)


def bare(text: str) -> str:
    """Letters and digits alone: "DS-2CD 2043" and "ds2cd2043" are one model."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _channel(known: _Known, channel: Channel, open_now: list[FindingRecord]) -> ChannelSeen:
    sheet, verdict = known.seen(channel), known.verdicts.get(channel.id)
    uris = {key: stream.uri for key, stream in history.streams(known.session, channel.id or 0).items()}
    return ChannelSeen(
        index=channel.index,
        name=channel.name,
        area=channel.area,
        scope=channel.scope,
        scope_by=channel.scope_by,
        scope_at=channel.scope_at,
        scope_why=channel.scope_why,
        verdict=_span(known, verdict) if verdict else None,
        facts=named(sheet, _CHANNEL_FACTS),
        streams=tuple(stream_seen(stream, uris.get(stream.id, "")) for stream in sheet.streams),
        findings=tuple(_finding(known, row) for row in open_now if row.channel_id == channel.id),
        numbers=tuple(_numbers(row) for row in known.numbers.get(channel.id or 0, ())),
    )


def _numbers(row: Measured) -> Numbers:
    return Numbers(**{field.name: getattr(row, field.name) for field in fields(Numbers)})


def _spans(known: _Known, rows: Iterable[VerdictRecord]) -> tuple[VerdictSpan, ...]:
    """The newest first. A verdict that another edition came to again goes on in one span."""
    spans: list[VerdictSpan] = []
    newer: dict[int | None, int] = {}
    for row in rows:
        span = _span(known, row)
        place = newer.get(span.channel_index)
        if place is not None and (spans[place].name, spans[place].complete) == (span.name, span.complete):
            spans[place] = replace(spans[place], since=span.since)
        else:
            newer[span.channel_index] = len(spans)
            spans.append(span)
    return tuple(spans)


def _span(known: _Known, row: VerdictRecord) -> VerdictSpan:
    return VerdictSpan(known.index(row.channel_id), _name(row.name), row.complete, row.edition, row.since, row.until)


def _finding(known: _Known, row: FindingRecord) -> FindingSeen:
    rule = known.judged.rule(row.sha256, row.edition, row.rule)
    required, why = json.loads(row.expected), json.loads(row.why)
    newest, came = _newest(known, row), why if row.outcome == "fail" else NOTHING_CAME
    same = ("subject", "stream", "rule", "outcome", "decides", "fix", "actor", "state", "edition", "sha256")
    return FindingSeen(
        channel_index=known.index(row.channel_id),
        title=title(rule, row.rule),
        fix_text=fix_text(rule, row.fix, required),
        why=why,
        measured=shown(row.fact, newest.value) if newest else measured(row.fact, row.seen, came),
        required=required,
        document=rule.source.document if rule else "",
        clause=rule.source.clause if rule else "",
        seen_at=newest.at if newest else row.seen_at,
        how=newest.how if newest else row.how,
        since=row.fails_since or row.since,
        until=row.until,
        **{name: getattr(row, name) for name in same},
    )


def _newest(known: _Known, row: FindingRecord) -> Fact | None:
    """The newest fact of a rule that holds now; None where the finding itself has what is shown."""
    if row.until is not None or row.outcome != "pass" or row.fact is None:
        return None
    layers: list[Sheet] = [known.sheet]
    if row.channel_id in known.registered:
        channel = known.seen(known.registered[row.channel_id])
        streams = [s for s in channel.streams if s.id == row.stream] or [m for m in (channel.main(),) if m]
        layers = [*streams, channel, known.sheet]
    return next((sheet.facts[row.fact] for sheet in layers if row.fact in sheet.facts), None)


def _name(name: str) -> VerdictName:
    match name:
        case "compliant" | "reconfigure" | "repair" | "replace":
            return name
    return "unverified"
