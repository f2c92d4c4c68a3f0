"""What the commands about standards say: editions, their rules, confirmations, differences. Plain lines; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from camera_registry.api.confirmations import ConfirmationAnswer
from camera_registry.reports.specification import source_words
from camera_registry.reports.words import word
from camera_registry.services.edition_shown import RuleShown, shown
from standards import Edition
from standards.model import Text
from standards.reading.differences import Difference

WORDS: dict[str, Text] = {
    "minimum": {"vi": "Mức tối thiểu", "en": "Minimum"},
    "preferred": {"vi": "Mức nên đạt", "en": "Preferred"},
    "source": {"vi": "Căn cứ", "en": "Source"},
    "person": {"vi": "người trả lời", "en": "a person answers it"},
    "asked": {
        "vi": "Xác nhận số {id}: {edition}, tiêu chí {rule}, đang chờ một người khác duyệt\n"
        "  Bản quét SHA-256 {scan}; hãy tự lưu giữ bản quét\n"
        "  camera-registry standards approve {id} --by 'HỌ TÊN'",
        "en": "confirmation {id}: {edition} {rule} waits for another person\n"
        "  scan SHA-256 {scan}; keep the scan itself in your own files\n"
        "  camera-registry standards approve {id} --by NAME",
    },
    "made": {"vi": "Đã lập {name}\n  SHA-256 {sha256}", "en": "{name} is made\n  SHA-256 {sha256}"},
    "exported": {
        "vi": "Đã ghi {name} vào {file}\n  SHA-256 của tệp: {sha256}",
        "en": "{name} is written into {file}\n  SHA-256 of the file: {sha256}",
    },
    "again": {"vi": "Đã đánh giá lại {n} thiết bị", "en": "judged again: {n} devices"},
    "refused": {"vi": "Không duyệt xác nhận số {id}: {note}", "en": "confirmation {id} is refused: {note}"},
    "state.asked": {"vi": "đang chờ duyệt", "en": "asked"},
    "state.approved": {"vi": "{who} đã duyệt", "en": "approved by {who}"},
    "state.refused": {"vi": "{who} không duyệt", "en": "refused by {who}"},
    "asked_by": {
        "vi": "    {who} đề nghị ngày {day:%d/%m/%Y}, bản quét SHA-256 {scan}",
        "en": "    asked by {who} on {day:%Y-%m-%d}, scan SHA-256 {scan}",
    },
    "made_of": {"vi": "    đã lập {made} từ bản có SHA-256 {of}", "en": "    made {made} out of SHA-256 {of}"},
    "note": {"vi": "    lý do: {note}", "en": "    note: {note}"},
    "none": {"vi": "{edition}: chưa xác nhận tiêu chí nào ở đây", "en": "{edition}: nothing was confirmed here"},
    "whole": {"vi": "chính bộ tiêu chuẩn", "en": "the edition itself"},
    "new": {"vi": "mới có", "en": "is new"},
    "gone": {"vi": "không còn", "en": "is gone"},
    "nothing": {"vi": "không có", "en": "nothing"},
}


def say(key: str, lang: str, **values: object) -> str:
    """The words for `key`, with `values` put in."""
    return WORDS[key][lang].format(**values)


def editions_text(editions: Sequence[Edition], lang: str) -> str:
    """A line for each edition."""
    return "\n".join(f"{edition.name}  {edition.title[lang]}" for edition in editions)


def rules_text(edition: Edition, lang: str) -> str:
    """Every rule with what it asks for, and where that stands and how well it is known."""
    head = f"{edition.name}  {edition.title[lang]}\nSHA-256 {edition.sha256}"
    return "\n\n".join([head, *("\n".join(_rule(shown(rule), lang)) for rule in edition.rules)])


def _rule(rule: RuleShown, lang: str) -> Iterator[str]:
    about = [say("person", lang)] if rule.manual else [] if rule.decides else [word("advisory", lang)]
    yield f"{rule.id}: {rule.title[lang]}" + "".join(f" ({each})" for each in about)
    for name, texts in (("minimum", rule.minimum), ("preferred", rule.preferred)):
        if texts:
            yield f"    {say(name, lang)}: {'; '.join(text[lang] for text in texts)}"
    yield f"    {say('source', lang)}: {source_words(rule.source, lang)}"


def history_text(rows: Sequence[ConfirmationAnswer], edition: str, lang: str) -> str:
    """Who confirmed what, the newest first; of what waits, every key that would become another."""
    return "\n".join(line for row in rows for line in _confirmation(row, lang)) or say("none", lang, edition=edition)


def _confirmation(row: ConfirmationAnswer, lang: str) -> Iterator[str]:
    state = say(f"state.{row.state}", lang, who=row.decided_by)
    yield f"{row.id}  {row.rule}  {state}  {row.clause}: “{row.quote}”"
    for change in row.changes:
        yield f"    {_changed(change.key, change.before, change.after, lang)}"
    if not row.changes:
        yield from (f"    {place} = {in_toml(value, lang)}" for place, value in row.value.items())
    yield say("asked_by", lang, who=row.asked_by, day=row.asked_at, scan=row.scan_sha256)
    if row.made:
        yield say("made_of", lang, made=row.made, of=row.of)
    if row.note:
        yield say("note", lang, note=row.note)


def differences_text(before: Edition, after: Edition, found: Sequence[Difference], lang: str) -> str:
    """What stands otherwise in the one than in the other, rule by rule."""
    lines = [f"{before.name} -> {after.name}"]
    for rule in dict.fromkeys(each.rule for each in found):
        lines.append(rule or say("whole", lang))
        lines += [f"    {_difference(each, lang)}" for each in found if each.rule == rule]
    return "\n".join(lines)


def _difference(each: Difference, lang: str) -> str:
    if not each.key:
        return say("new" if each.before is None else "gone", lang)
    return _changed(each.key, each.before, each.after, lang)


def _changed(key: str, before: Any, after: Any, lang: str) -> str:
    return f"{key}: {in_toml(before, lang)} -> {in_toml(after, lang)}"


def in_toml(value: Any, lang: str) -> str:
    """The value as it is written in an edition."""
    return say("nothing", lang) if value is None else json.dumps(value, ensure_ascii=False, default=str)
