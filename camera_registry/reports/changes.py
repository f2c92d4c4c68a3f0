"""Changes, timelines and past days as texts and JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, tzinfo
from itertools import groupby

from camera_registry.services.timeline import Event, PastDay
from camera_registry.services.what_changed import KINDS, Changed
from standards.model import Text
from standards.names import OUTCOMES, VERDICTS

_MOMENT = "%d/%m/%Y %H:%M"
_WORDS: dict[str, Text] = {
    "since": {"vi": "Thay đổi kể từ {at}", "en": "Changes since {at}"},
    "nothing": {"vi": "Không có thay đổi.", "en": "Nothing has changed."},
    "as_of": {"vi": "Số liệu tính đến {at}", "en": "As of {at}"},
    "not_judged": {"vi": "Chưa có kết quả đánh giá nào.", "en": "Nothing was judged yet."},
    "device": {"vi": "toàn thiết bị", "en": "the whole device"},
}


def changes_text(found: Iterable[Changed], since: datetime, lang: str, zone: tzinfo) -> str:
    """Grouped by kind, each with its number."""
    lines = [_WORDS["since"][lang].format(at=since.astimezone(zone).strftime(_MOMENT))]
    for kind, group in groupby(found, key=lambda change: change.kind):
        of_kind = list(group)
        lines += ["", f"{KINDS[kind][lang]}: {len(of_kind)}"]
        lines += [f"  {_place(c)}: {c.words[lang]}" for c in of_kind]
    return "\n".join(lines if len(lines) > 1 else [*lines, _WORDS["nothing"][lang]])


def changes_json(found: Iterable[Changed], since: datetime) -> str:
    """One object: since when, and every change."""
    told = [{**asdict(change), "at": change.at.isoformat()} for change in found]
    return json.dumps({"since": since.isoformat(), "changes": told}, ensure_ascii=False, indent=2)


def timeline_text(events: Iterable[Event], lang: str, zone: tzinfo, *, as_json: bool) -> str:
    """A line for each event, or a JSON list."""
    if as_json:
        told = [{**asdict(event), "at": event.at.isoformat()} for event in events]
        return json.dumps(told, ensure_ascii=False, indent=2)
    return "\n".join(f"{e.at.astimezone(zone).strftime(_MOMENT)}  {e.words[lang]}" for e in events)


def past_day_text(past: PastDay, lang: str, zone: tzinfo, *, as_json: bool) -> str:
    """The verdicts and findings of that day, headed with the day."""
    if as_json:
        return json.dumps(asdict(past), ensure_ascii=False, indent=2, default=lambda at: at.isoformat())
    lines = [_WORDS["as_of"][lang].format(at=past.at.astimezone(zone).strftime(_MOMENT))]
    lines += [f"{_index(index, lang)}: {VERDICTS[name][lang]}" for index, name in past.verdicts]
    for held in past.findings:
        if held.outcome != "not_applicable":
            said = f"{held.title[lang]}: {OUTCOMES[held.outcome][lang]} ({held.seen[lang]})"
            lines.append(f"  {_index(held.channel, lang)}  {held.rule}: {said}")
    return "\n".join(lines if len(lines) > 1 else [*lines, _WORDS["not_judged"][lang]])


def _index(index: int | None, lang: str) -> str:
    return _WORDS["device"][lang] if index is None else str(index)


def _place(change: Changed) -> str:
    keys = (change.school, change.device, *(() if change.channel is None else (str(change.channel),)))
    return "/".join(keys)
