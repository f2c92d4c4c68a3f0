"""The timeline of a channel, and what a device was on a past day: from intervals and notes. Reading only.

Strategy: every row that begins is an event, but where another edition alone made it begin: that is told once. While a
rule fails its row is kept fresh, so of a past day only the outcome is sure: a value that was seen later is left out,
and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.models import Device, FindingRecord, VerdictRecord
from camera_registry.services.explained import measured, title
from camera_registry.services.judged_by import JudgedBy
from camera_registry.services.what_changed import OTHER_UNIT, happened_words
from camera_registry.store import changes, channels, devices, history, on_site, units
from standards.editions import Editions
from standards.model import LANGUAGES, Text
from standards.names import OUTCOMES, VERDICTS

MOST = 500
NOT_KEPT: Text = {"vi": "giá trị đo của ngày đó không còn lưu", "en": "the value of that day is not kept"}
JUDGED_AGAIN: Text = {"vi": "Đánh giá lại theo phiên bản {edition}", "en": "judged again by {edition}"}
_SEEN_ON_SITE: Text = {"vi": "Đã xác nhận tại chỗ", "en": "seen on site"}


@dataclass(frozen=True)
class Event:
    """Something that began at `at`; kind: verdict, finding (with its outcome), edition, unit, change, on_site."""

    at: datetime
    kind: str
    words: Text
    outcome: str = ""


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
    events = _events(session, device, mine[index].id or 0, JudgedBy(session, editions))
    return tuple(sorted(events, key=lambda event: (event.at, event.kind, event.words["en"]), reverse=True))


def _events(session: Session, device: Device, channel_id: int, judged: JudgedBy) -> Iterator[Event]:
    device_id, of = device.id or 0, (None, channel_id)
    yield from _of_verdicts([v for v in history.verdicts(session, device_id, MOST) if v.channel_id in of])
    found = [f for f in history.findings(session, device_id, MOST) if f.channel_id in of and f.decides]
    yield from _of_findings(found, judged)
    for unit in units.of_device(session, device_id, MOST)[:-1]:
        yield Event(unit.since, "unit", OTHER_UNIT)
    for change in changes.of_device(session, device_id):
        if change.kind != "value":
            yield Event(change.at, "change", happened_words(change.kind, json.loads(change.body)))
    for seen in on_site.of_device(session, device_id).get(channel_id, []):
        yield Event(seen.at, "on_site", {lang: f"{words}: {seen.by}" for lang, words in _SEEN_ON_SITE.items()})


def _of_verdicts(rows: list[VerdictRecord]) -> Iterator[Event]:
    """Verdicts that became others."""
    name: dict[int | None, str] = {}
    for row in reversed(rows):
        if name.get(row.channel_id) != row.name:
            yield Event(row.since, "verdict", VERDICTS[row.name])
        name[row.channel_id] = row.name


def _of_findings(rows: list[FindingRecord], judged: JudgedBy) -> Iterator[Event]:
    """Findings that became others, and the editions by which all was judged again."""
    before: dict[tuple[Any, ...], FindingRecord] = {}
    editions: dict[tuple[datetime, str], Event] = {}
    for row in reversed(rows):
        key = (row.channel_id, row.subject, row.stream, row.edition.partition("@")[0], row.rule)
        old, before[key] = before.get(key), row
        again = old is not None and old.sha256 != row.sha256
        if again:
            words = {lang: text.format(edition=row.edition) for lang, text in JUDGED_AGAIN.items()}
            editions[row.since, row.sha256] = Event(row.since, "edition", words)
        same = old is not None and (old.outcome, old.fix) == (row.outcome, row.fix)
        if row.outcome in ("fail", "unknown", "pass") and not (again and same):
            yield Event(row.since, "finding", _told(row, judged), row.outcome)
    yield from editions.values()


def _told(row: FindingRecord, judged: JudgedBy) -> Text:
    named = title(judged.rule(row.sha256, row.edition, row.rule), row.rule)
    return {lang: f"{named[lang]}: {OUTCOMES[row.outcome][lang]}" for lang in LANGUAGES}


def past_day(session: Session, school: str, code: str, at: datetime, editions: Editions) -> PastDay | None:
    """The device as it stood at `at`; None when the school has no such device."""
    device = devices.by_code(session, school, code)
    if device is None:
        return None
    device_id = device.id or 0
    index, judged = {c.id: c.index for c in channels.of_device(session, device_id)}, JudgedBy(session, editions)
    verdicts = {index.get(row.channel_id): row.name for row in changes.verdicts_at(session, device_id, at)}
    held = changes.at_moment(session, device_id, at)
    return PastDay(
        at, tuple(verdicts.items()), tuple(_held(row, index.get(row.channel_id), at, judged) for row in held)
    )


def _held(row: FindingRecord, channel: int | None, at: datetime, judged: JudgedBy) -> Held:
    later = row.seen_at is not None and row.seen_at > at
    seen = NOT_KEPT if later else measured(row.fact, row.seen)
    named = title(judged.rule(row.sha256, row.edition, row.rule), row.rule)
    return Held(channel, row.rule, named, row.outcome, row.decides, row.fix, seen, row.edition, row.since)
