"""The timeline of a channel, and what a device was on a past day: from intervals and notes. Reading only.

Strategy: every row that begins is an event. While a rule fails its row is kept fresh, so of a past day only the outcome
is sure: a value that was seen later is left out, and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.models import Device, FindingRecord
from camera_registry.services.explained import measured, title
from camera_registry.services.what_changed import OTHER_UNIT, happened_words
from camera_registry.store import changes, channels, devices, history, on_site, units
from standards.editions import Editions
from standards.model import Text
from standards.names import OUTCOMES, VERDICTS

MOST = 500
NOT_KEPT: Text = {"vi": "giá trị đo của ngày đó không còn lưu", "en": "the value of that day is not kept"}
_SEEN_ON_SITE: Text = {"vi": "Đã xác nhận tại chỗ", "en": "seen on site"}


@dataclass(frozen=True)
class Event:
    """Something that began at `at`; kind: verdict, finding, unit, change, on_site."""

    at: datetime
    kind: str
    words: Text


@dataclass(frozen=True)
class Held:
    """A finding that held on a past day; `seen` says where the value of that day is not kept any more."""

    channel: int | None
    rule: str
    title: Text
    outcome: str
    decides: bool
    fix: str | None
    seen: Text
    edition: str
    since: datetime


@dataclass(frozen=True)
class PastDay:
    """A device as it stood at `at`: verdicts by channel index (None: the device), and the findings."""

    at: datetime
    verdicts: tuple[tuple[int | None, str], ...]
    findings: tuple[Held, ...]


def timeline(session: Session, school: str, code: str, index: int, editions: Editions) -> tuple[Event, ...] | None:
    """What happened to a channel, the newest first; None when there is no such channel."""
    device = devices.by_code(session, school, code)
    mine = {c.index: c for c in channels.of_device(session, device.id or 0)} if device else {}
    if device is None or index not in mine:
        return None
    events = _events(session, device, mine[index].id or 0, editions)
    return tuple(sorted(events, key=lambda event: (event.at, event.kind, event.words["en"]), reverse=True))


def _events(session: Session, device: Device, channel_id: int, editions: Editions) -> Iterator[Event]:
    device_id, of = device.id or 0, (None, channel_id)
    for verdict in history.verdicts(session, device_id, MOST):
        if verdict.channel_id in of:
            yield Event(verdict.since, "verdict", VERDICTS[verdict.name])
    for row in history.findings(session, device_id, MOST):
        if row.channel_id in of and row.decides and row.outcome in ("fail", "unknown", "pass"):
            yield Event(row.since, "finding", _told(row, editions))
    for unit in units.of_device(session, device_id, MOST)[:-1]:
        yield Event(unit.since, "unit", OTHER_UNIT)
    for change in changes.of_device(session, device_id):
        if change.kind != "value":
            yield Event(change.at, "change", happened_words(change.kind, json.loads(change.body)))
    for seen in on_site.of_device(session, device_id).get(channel_id, []):
        yield Event(seen.at, "on_site", {lang: f"{words}: {seen.by}" for lang, words in _SEEN_ON_SITE.items()})


def _told(row: FindingRecord, editions: Editions) -> Text:
    named = title(editions.rule(row.edition, row.rule), row.rule)
    return {lang: f"{named[lang]}: {OUTCOMES[row.outcome][lang]}" for lang in ("vi", "en")}


def past_day(session: Session, school: str, code: str, at: datetime, editions: Editions) -> PastDay | None:
    """The device as it stood at `at`; None when the school has no such device."""
    device = devices.by_code(session, school, code)
    if device is None:
        return None
    device_id = device.id or 0
    index = {c.id: c.index for c in channels.of_device(session, device_id)}
    verdicts = {index.get(row.channel_id): row.name for row in changes.verdicts_at(session, device_id, at)}
    held = changes.at_moment(session, device_id, at)
    return PastDay(
        at, tuple(verdicts.items()), tuple(_held(row, index.get(row.channel_id), at, editions) for row in held)
    )


def _held(row: FindingRecord, channel: int | None, at: datetime, editions: Editions) -> Held:
    later = row.seen_at is not None and row.seen_at > at
    seen = NOT_KEPT if later else measured(row.fact, row.seen)
    named = title(editions.rule(row.edition, row.rule), row.rule)
    return Held(channel, row.rule, named, row.outcome, row.decides, row.fix, seen, row.edition, row.since)
