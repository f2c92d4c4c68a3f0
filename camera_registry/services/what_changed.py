"""What changed since a moment: of findings, from their intervals; of devices, from what looks noted. Reading only.

Strategy: a finding is told by its edition, rule and subject. What it was at the moment and what it is now are two of
its intervals, and `standards.changes.change` says what became of it; nothing of this is stored twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.services.explained import measured, title
from camera_registry.services.judged_by import JudgedBy
from camera_registry.services.places import check_place
from camera_registry.store import changes
from camera_registry.store.places import Wanted
from standards.changes import CHANGES, ChangeName, State, change
from standards.editions import Editions
from standards.model import LANGUAGES, Text
from standards.resets import HAPPENED, SIGNS

OTHER_UNIT: Text = {"vi": "Thiết bị khác thay vào chỗ cũ", "en": "another unit stands there"}
_OTHER_EDITION: Text = {"vi": "phiên bản đánh giá", "en": "judged by"}
KINDS: dict[str, Text] = {str(kind): words for kind, words in CHANGES.items()} | {"other_unit": OTHER_UNIT} | HAPPENED
"""Every kind of change, in words, in the order in which they are told."""


@dataclass(frozen=True)
class Changed:
    """One change at one place; `channel` None: the device as a whole. `rule` is empty where no rule is meant. `before`
    is what had come out until then, empty where nothing had.
    """

    kind: str
    school: str
    device: str
    channel: int | None
    at: datetime
    rule: str
    words: Text
    before: str = ""


def since_last_night(session: Session) -> datetime | None:
    """When the newest nightly sweep began; None: there was none."""
    return changes.last_night(session)


def what_changed(
    session: Session, editions: Editions, since: datetime, district: str | None, school: str | None
) -> tuple[Changed, ...]:
    """What became of deciding findings and devices since then, by kind. Raises ListingError for an unknown place."""
    check_place(session, district, school)
    wanted, judged = Wanted(district=district, school=school), JudgedBy(session, editions)
    found = [
        *_of_findings(changes.changed_findings(session, wanted, since), judged, since),
        *_noted(changes.happened(session, wanted, since), judged),
        *(_changed("other_unit", row, row.at, "", OTHER_UNIT) for row in changes.other_units(session, wanted, since)),
    ]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda c: (order.index(c.kind), c.school, c.device, c.channel or 0, c.rule)))


def counted(session: Session, since: datetime) -> dict[str, int]:
    """How many changes of each kind there are since then, without reading them: kinds in their order, only those that
    there are. A failure that goes on with another value is counted where it was noted.
    """
    found: Counter[str] = Counter(changes.noted(session, since))
    for row in changes.pairs(session, since):
        was = State(row.was, "was") if row.was else None
        now = State(row.is_, "now" if row.moved else "was") if row.is_ else None
        if (kind := change(was, now)) is not None and kind != "still":
            found[kind] += row.n
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _of_findings(rows: Iterable[Any], judged: JudgedBy, since: datetime) -> Iterator[Changed]:
    before: dict[Any, Any] = {}
    now: dict[Any, Any] = {}
    for row in rows:
        if row.since <= since:
            before[_key(row)] = row
        if row.until is None:
            now[_key(row)] = row
    for key in dict.fromkeys((*before, *now)):
        was, is_ = before.get(key), now.get(key)
        kind = change(_state(was), _state(is_))
        row = is_ or was
        if kind is None or kind == "still" or row is None:
            continue
        words = _words(kind, row, judged)
        if was is not None and is_ is not None and was.sha256 != is_.sha256:
            words = _by_another_edition(words, was, is_)
        found = _changed(kind, row, row.since if is_ else row.until, row.rule, words)
        yield replace(found, before=was.outcome if was is not None else "")


def _noted(rows: Iterable[Any], judged: JudgedBy) -> Iterator[Changed]:
    for row in rows:
        body = json.loads(row.body)
        if row.kind == "value":
            yield _changed("value", row, row.at, body["rule"], _moved(body, judged))
        else:
            yield _changed(row.kind, row, row.at, "", happened_words(row.kind, body))


def happened_words(kind: str, body: Any) -> Text:
    """What was noted of a device, with its signs."""
    signs = [SIGNS[name] for name in body["signs"]]
    settings = ", ".join(dict.fromkeys(s["path"] for s in body["settings"]))
    return {
        lang: ": ".join(filter(None, (HAPPENED[kind][lang], "; ".join(sign[lang] for sign in signs) or settings)))
        for lang in LANGUAGES
    }


def _words(kind: ChangeName, row: Any, judged: JudgedBy) -> Text:
    named, seen = title(judged.rule(row.sha256, row.edition, row.rule), row.rule), measured(row.fact, row.seen)
    return {lang: f"{named[lang]} ({seen[lang]})" if kind != "resolved" else named[lang] for lang in LANGUAGES}


def _by_another_edition(words: Text, was: Any, is_: Any) -> Text:
    """The camera may be as it was: that another edition judged it has to be said."""
    return {lang: f"{words[lang]}; {_OTHER_EDITION[lang]} {was.edition} → {is_.edition}" for lang in LANGUAGES}


def _moved(body: Any, judged: JudgedBy) -> Text:
    named = title(judged.rule(body.get("sha256", ""), body["edition"], body["rule"]), body["rule"])
    was, is_ = (measured(body["fact"], json.dumps(body[side])) for side in ("before", "now"))
    return {lang: f"{named[lang]} ({was[lang]} → {is_[lang]})" for lang in LANGUAGES}


def _changed(kind: str, row: Any, at: datetime, rule: str, words: Text) -> Changed:
    return Changed(kind, row.school_code, row.device_code, row.channel_index, at, rule, words)


def _state(row: Any) -> State | None:
    return None if row is None else State(row.outcome, row.fix, json.loads(row.seen))


def _key(row: Any) -> tuple[Any, ...]:
    return row.device_id, row.channel_id, row.subject, row.stream, row.edition.partition("@")[0], row.rule
