"""Findings in words: what a rule is called, what was seen, what to do. Pure."""

from __future__ import annotations

import json
from typing import Any

from probes.errors import AT_STEP, Failure, KindName, Step
from standards import Edition, Rule
from standards.advice import to_do
from standards.flags import flag
from standards.model import LANGUAGES, Text
from standards.view import known_paths
from standards.words import show

NOTHING_CAME: Text = {"vi": "không có số liệu", "en": "nothing was seen"}
NO_TEXT: Text = {"vi": "", "en": ""}
_ADVICE: dict[KindName, Text] = {
    "auth_missing": {
        "vi": "Nhập tài khoản truy cập thiết bị rồi kiểm tra lại.",
        "en": "Enter the login of the device, then look again.",
    },
    "auth_refused": {
        "vi": "Nhập lại tài khoản đúng; không tự thử lại để tránh bị khóa.",
        "en": "Enter the right login; nothing more is tried, lest the device locks.",
    },
    "our_limit": {
        "vi": "Kiểm tra lại; nếu lặp lại, báo quản trị viên xem nhật ký.",
        "en": "Look again; if it happens again, tell the administrator to look at the log.",
    },
}
"""Where the advice of `probes.errors` speaks of options of `inspect`."""
_ADVICE_AT_STEP: dict[tuple[KindName, Step], Text] = {
    ("our_limit", "target"): {
        "vi": "Bật ONVIF trên camera, khai báo cổng ONVIF và bỏ trống đường dẫn luồng, rồi kiểm tra lại.",
        "en": "Switch ONVIF on in the camera, register its ONVIF port and leave the stream path empty; look again.",
    },
    ("our_limit", "onvif.mac"): AT_STEP["our_limit", "onvif.mac"].advice,
}
"""The same where the step tells more than the kind."""


def find_rule(edition: Edition, rule_id: str) -> Rule | None:
    """The rule with this id, or None where the edition has it no longer."""
    return next((rule for rule in edition.rules if rule.id == rule_id), None)


def title(rule: Rule | None, rule_id: str) -> Text:
    """What a rule is called; its id where the edition has it no longer."""
    return rule.title if rule else {"vi": rule_id, "en": rule_id}


def fix_text(rule: Rule | None, fix: str | None, required: Text) -> Text:
    """What to do about a failure of the rule; empty where the edition has it no longer."""
    return to_do(rule, fix, required) if rule else NO_TEXT


def measured(fact: str | None, seen: str, came: Text = NOTHING_CAME) -> Text:
    """The value that was seen (JSON, of the fact at this path) with its unit, as a person reads it; `came` where a
    definite answer came instead of a value.
    """
    value = json.loads(seen)
    return {lang: text.rstrip(".") for lang, text in came.items()} if value is None else shown(fact, value)


def required(rule: Rule | None, seen: str, expected: Text) -> Text:
    """What was wanted: the value; where a definite answer came instead (`seen` is JSON null), the title of the rule."""
    return rule.title if rule and json.loads(seen) is None else expected


def shown(fact: str | None, value: Any) -> Text:
    """A value of the fact at this path as a person reads it; a path this version does not know has no unit."""
    meant = flag(fact or "", value) if isinstance(value, bool) else None
    if meant is not None:
        return meant
    known = known_paths().get(fact or "")
    plain = _codecs(value) if known and known.kind == "encodings" else value
    return {language: show(plain, known.unit if known else "", language) for language in LANGUAGES}


def advice(failure: Failure) -> Text:
    """What to do about this failure, in the registry."""
    exact = _ADVICE_AT_STEP.get((failure.kind, failure.step))
    return exact or _ADVICE.get(failure.kind) or failure.meaning.advice


def _codecs(encodings: Any) -> list[str]:
    """Encodings, as values or as JSON, are shown by their codecs."""
    return [e["codec"] if isinstance(e, dict) else e.codec for e in encodings]
