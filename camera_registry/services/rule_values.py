"""The values of a rule as people read and type them: a name for each place, and a value in words of its language. Pure.

Strategy: a name is put together of what the value is for (the minimum, a new camera), the fact, and how both are
compared; its unit is that in which the edition counts. What a person types is read by what stood there: a number for a
number, a list for a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from camera_registry.services.edition_editing import value_of
from standards.arguments import is_number
from standards.model import LANGUAGES, Text
from standards.model_paths import MODEL_NAMES
from standards.names import name_of
from standards.view import known_paths
from standards.words import CODES, UNITS

_PARTS: Mapping[str, Text] = {
    "title": {"vi": "Tên tiêu chí", "en": "Title"},
    "why": {"vi": "Câu kết quả", "en": "Sentence of the result"},
    "fix_text": {"vi": "Cách khắc phục", "en": "What to do"},
    "max_age": {"vi": "Số liệu dùng trong", "en": "Facts count for"},
    "needs.seconds": {"vi": "Thời gian đo ít nhất", "en": "Least time of measuring"},
    "needs.frames": {"vi": "Số khung hình đo ít nhất", "en": "Least frames measured"},
    "needs.packets": {"vi": "Số gói tin đo ít nhất", "en": "Least packets measured"},
    "fails_also.below": {"vi": "Cũng không đạt khi thấp hơn – {fact}", "en": "Fails too below – {fact}"},
    "purchase.text": {"vi": "Khi mua mới – nội dung yêu cầu", "en": "New camera – requirement"},
    "purchase.proof": {"vi": "Khi mua mới – tài liệu chứng minh", "en": "New camera – proof"},
}
_WHAT_FOR: Mapping[str, Text] = {
    "expect": {"vi": "Mức tối thiểu", "en": "Minimum"},
    "prefer": {"vi": "Mức nên đạt", "en": "Preferred"},
    "purchase.expect": {"vi": "Khi mua mới, mức tối thiểu", "en": "New camera, minimum"},
    "purchase.prefer": {"vi": "Khi mua mới, mức nên đạt", "en": "New camera, preferred"},
    "within.encoding": {"vi": "Thiết bị phải đặt được", "en": "What the device must be able to do"},
}
_HOW: Mapping[str, Text] = {
    "at_least": {"vi": "ít nhất", "en": "at least"},
    "at_most": {"vi": "nhiều nhất", "en": "at most"},
    "at_most_abs": {"vi": "lệch nhiều nhất", "en": "off by at most"},
    "is": {"vi": "là", "en": "is"},
    "one_of": {"vi": "một trong", "en": "one of"},
    "any_of": {"vi": "có ít nhất một trong", "en": "at least one of"},
    "any_between": {"vi": "trong khoảng (từ; đến)", "en": "between (from; to)"},
    "tolerance": {"vi": "sai số cho phép", "en": "tolerance"},
    "text": {"vi": "cách ghi yêu cầu", "en": "how it is written"},
    "why": {"vi": "câu kết quả", "en": "sentence of the result"},
    "codecs": {"vi": "chuẩn nén", "en": "codecs"},
    "fps": {"vi": "tốc độ khung hình", "en": "frame rate"},
    "short": {"vi": "cạnh ngắn", "en": "shorter side"},
    "long": {"vi": "cạnh dài", "en": "longer side"},
    "megapixels": {"vi": "độ phân giải", "en": "size"},
    "up_to_mp": {"vi": "độ phân giải đến", "en": "size up to"},
    "limit": {"vi": "giới hạn", "en": "limit"},
}
_WHICH: Mapping[bool, Text] = {
    True: {"vi": "phương án", "en": "choice"},
    False: {"vi": "dòng", "en": "row"},
}
"""What stands several times: sizes of which one is to be reached; rows of a table of limits."""
_IN: Mapping[str, Text] = {
    "vi": {"vi": "tiếng Việt", "en": "in Vietnamese"},
    "en": {"vi": "tiếng Anh", "en": "in English"},
}
_AS_COUNTED: Mapping[str, Text] = {
    "ms": {"vi": "mili giây", "en": "ms"},
    "kbit/s": {"vi": "kbit/giây", "en": "kbit/s"},
}
"""Units of the edition that people elsewhere read in a bigger one."""
_AGES: Mapping[str, Text] = {
    "d": {"vi": "ngày", "en": "days"},
    "h": {"vi": "giờ", "en": "hours"},
    "m": {"vi": "phút", "en": "minutes"},
}
_UNITS_OF = {"short": "px", "long": "px", "megapixels": "MP", "up_to_mp": "MP", "fps": "frames/s", "seconds": "s"}
_WITHOUT_UNIT = ("is", "one_of", "any_of", "codecs", "text", "why")
_PLACE = re.compile(
    r"((?:purchase\.)?(?:expect|prefer)|within\.encoding)(?:\[(\d+)\])?\.(\w+)(?:\.rows)?(?:\[(\d+)\])?(?:\.(\w+))?"
)


def place_name(place: str, rule: Mapping[str, Any]) -> Text:
    """What the value at `place` of the rule is called."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return _part_name(place, rule)
    group, number, step, row, below = found.groups()
    table = _table(rule, group, int(number or 1))
    words = [_how(table, step, row, below)]
    if group != "within.encoding":
        words.insert(0, _fact(table.get("fact", "")))
    unit = _unit(table, step, below)
    return {
        lang: f"{_WHAT_FOR[group][lang]}{f' {number}' if number else ''} – {', '.join(w[lang] for w in words)}"
        + (f" ({unit[lang]})" if unit else "")
        for lang in LANGUAGES
    }


def shown_value(place: str, value: Any) -> Text:
    """The value as a person reads and types it, in the way of each language."""
    if place == "max_age" and isinstance(value, str) and value[-1:] in _AGES:
        value = value[:-1]
    return {lang: _shown(value, lang) for lang in LANGUAGES}


def typed_value(place: str, text: str, before: Any) -> Any:
    """What a person typed, as the edition writes it; `before` is what stood there."""
    text = text.strip()
    if place == "max_age" and text.isdecimal() and isinstance(before, str):
        return text + before[-1:]
    if isinstance(before, list) and not text.startswith("["):
        parts = [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]
        return [value_of(part) for part in parts] if any(map(is_number, before)) else parts
    return text if isinstance(before, str) else value_of(text)


def _part_name(place: str, rule: Mapping[str, Any]) -> Text:
    """The name of a value of the rule itself; the place where it has none."""
    stem, _, last = place.rpartition(".")
    if last in _IN and stem in _PARTS:
        return {lang: f"{_PARTS[stem][lang]} ({_IN[last][lang]})" for lang in LANGUAGES}
    if place not in _PARTS:
        return dict.fromkeys(LANGUAGES, place)
    fact = rule.get("fails_also", {}).get("fact", "") if place.startswith("fails_also") else ""
    age = str(rule.get("max_age", ""))[-1:]
    unit = _AGES.get(age) if place == "max_age" else _unit_words(_unit_of(fact) or _UNITS_OF.get(last, ""))
    return {
        lang: _PARTS[place][lang].format(fact=_fact(fact)[lang]) + (f" ({unit[lang]})" if unit else "")
        for lang in LANGUAGES
    }


def _table(rule: Mapping[str, Any], group: str, number: int) -> Mapping[str, Any]:
    """The expectation that the value belongs to."""
    found: Any = rule
    for key in group.split("."):
        found = found.get(key, {})
    if isinstance(found, list):
        found = found[number - 1] if number <= len(found) else {}
    return found if isinstance(found, Mapping) else {}


def _fact(path: str) -> Text:
    return MODEL_NAMES.get(path) or {lang: name_of(path, lang) for lang in LANGUAGES}


def _how(table: Mapping[str, Any], step: str, row: str | None, below: str | None) -> Text:
    """How the value is compared; of a text, its language; of a row, which one."""
    if below is not None and below in _IN:
        return {lang: f"{_HOW[step][lang]} ({_IN[below][lang]})" for lang in LANGUAGES}
    name = _HOW.get(below or step, dict.fromkeys(LANGUAGES, below or step))
    if row is None:
        return name
    which, codec = _WHICH[step == "covers"], _codec(table, step, int(row))
    return {lang: f"{which[lang]} {row}{f' ({codec})' if codec else ''}, {name[lang]}" for lang in LANGUAGES}


def _codec(table: Mapping[str, Any], step: str, row: int) -> str:
    rows = table.get(step, {})
    rows = rows.get("rows", []) if isinstance(rows, Mapping) else []
    return CODES.get(rows[row - 1].get("codec", ""), "") if row <= len(rows) else ""


def _unit(table: Mapping[str, Any], step: str, below: str | None) -> Text | None:
    if step in _WITHOUT_UNIT or (step == "tolerance" and isinstance(table.get("tolerance"), str)):
        return None
    return _unit_words(_UNITS_OF.get(below or step) or _unit_of(table.get("fact", "")))


def _unit_of(path: str) -> str:
    known = known_paths().get(path)
    return known.unit if known else ""


def _unit_words(unit: str) -> Text | None:
    return _AS_COUNTED.get(unit) or UNITS.get(unit)


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(each, lang) for each in value)
    if is_number(value):
        text = f"{value:.15g}"
        return text.replace(".", ",") if lang == "vi" else text
    return "" if value is None else str(value)
