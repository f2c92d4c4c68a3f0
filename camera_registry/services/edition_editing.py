"""Editing the text of an edition: bytes in, bytes out; comments and the order of keys stay as they were. Pure.

Strategy: an edition that extends others is written out whole first, so that the text stands by itself. Then values of
one rule are set, each by its place: `expect.at_least`, `expect[2].at_most`, `title.vi`. What a document says are
numbers, words and lists of them: what a rule judges, when, and what cures it, is no value and cannot be set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from standards.arguments import is_number
from standards.model import Text
from standards.reading.differences import leaves
from standards.reading.parse import AGE
from standards.reading.parse_expectation import fills_in
from standards.reading.table import closest
from standards.waiving.granting import Mistake

LONGEST = 2_000
_AT = r"(\[[1-9][0-9]{0,2}\])"
_WORDS = r"\.(vi|en)"
_ARGUMENTS = r"is|one_of|any_of|at_least|at_most|at_most_abs|any_between"
_TABLES = rf"covers({_AT}\.(short|long|megapixels))?|(at_most_for|at_least_for)\.rows({_AT}\.(up_to_mp|limit))?"
_VALUES = re.compile(
    rf"(title|why|fix_text|purchase\.text|purchase\.proof){_WORDS}|max_age|needs\.(seconds|frames|packets)"
    rf"|fails_also\.below|within\.encoding\.(codecs|fps|{_TABLES})"
    rf"|(purchase\.)?(expect|prefer){_AT}?\.(tolerance|(text|why){_WORDS}|{_ARGUMENTS}|{_TABLES})"
)
"""The places of a rule that hold values."""
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_COUNTED = re.compile(r"([a-z]+-(?:[a-z]+-)*)([0-9]{1,4})")
_DECIMAL = re.compile(r"-?[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([.,][0-9]{3})+")
_NUMBER: Text = {
    "vi": "hãy ghi một số, không có dấu phân cách hàng nghìn, ví dụ 20 hoặc 2,5",
    "en": "write a number without signs between thousands, like 20 or 2.5",
}
_WRITE: dict[type, Text] = {
    float: _NUMBER,
    str: {"vi": f"hãy ghi chữ, tối đa {LONGEST} ký tự", "en": f"write a text of at most {LONGEST} signs"},
    list: {"vi": 'hãy ghi một danh sách, ví dụ ["h264", "h265"]', "en": 'write a list, like ["h264", "h265"]'},
}

_AGE: Text = {"vi": "hãy ghi số ngày, ví dụ 14", "en": 'write days, hours or minutes, like "14d", "12h", "30m"'}
_BRACES: Text = {
    "vi": "trong ngoặc nhọn chỉ dùng {seen} và {expected}",
    "en": "only {seen} and {expected} may stand in braces",
}


class EditingError(Exception):
    """A value cannot be set; `mistake` says which, and what to write."""

    def __init__(self, place: str, text: Text) -> None:
        self.mistake: Mistake = (place[:100], text)
        super().__init__(f"{place}: {text['en']}")


def next_version(version: str, taken: Sequence[str]) -> str:
    """The first free version after `version`: draft-2 after draft-1, 26.06-rev-2 after 26.06."""
    counted = _COUNTED.fullmatch(version) or re.fullmatch(r"(.*-rev-)([0-9]{1,4})", version)
    stem, number = (counted[1], int(counted[2])) if counted else (f"{version}-rev-", 1)
    while (made := f"{stem}{number + 1}") in taken:
        number += 1
    return made


def standing_alone(texts: Sequence[bytes]) -> tomlkit.TOMLDocument:
    """The document of these texts, of which each extends the one before it."""
    whole = tomlkit.parse(texts[0])
    for text in texts[1:]:
        own = tomlkit.parse(text)
        for key, value in own.items():
            if key not in ("rule", "extends"):
                whole[key] = value
        _lay_over(whole, own.get("rule", []))
    whole.pop("extends", None)
    return whole


def whole_text(texts: Sequence[bytes]) -> bytes:
    """One text that says what these say, of which each extends the one before it; a single one as it is."""
    return texts[0] if len(texts) == 1 else tomlkit.dumps(standing_alone(texts)).encode()


def rule_of(document: tomlkit.TOMLDocument, rule_id: str) -> Any:
    """The table of a rule. Raises EditingError when there is none."""
    found = next((rule for rule in document.get("rule", []) if rule.get("id") == rule_id), None)
    if found is None:
        en = "there is no such rule; `standards show` lists them"
        raise EditingError(rule_id, {"vi": "không có tiêu chí này", "en": en})
    return found


def value_of(text: str) -> Any:
    """The number or list that a text writes as TOML does, or with a decimal comma; what is none is a text itself."""
    text = text.strip()
    if _THOUSANDS.fullmatch(text):  # a thousand for some, one for others: asked again, where a number is wanted
        return text
    try:
        value = tomlkit.value(text.replace(",", ".") if _DECIMAL.fullmatch(text) else text).unwrap()
    except (TOMLKitError, ValueError):
        return text
    return value if is_number(value) or isinstance(value, (str, list)) else text


def is_value(place: str) -> bool:
    """True for a place of a rule that holds what a document says."""
    return _VALUES.fullmatch(place) is not None


def put(rule: Any, place: str, value: Any) -> None:
    """`value` stands at `place` of the rule, where a value of that kind stood. Raises EditingError."""
    if not is_value(place):
        en = "no confirmation sets this: it sets numbers, texts and lists, at places like expect.at_least or title.vi"
        raise EditingError(place, {"vi": "không sửa được ở đây khi xác nhận", "en": en})
    holder, last = _holder(rule, place)
    kind = _kind(_at(holder, last))
    if last == "tolerance" and isinstance(holder, Mapping):  # a number, or a share like "10%": the loader says which
        kind = str if isinstance(value, str) else float
    if kind is None:
        near = closest(place, (known for known, held in leaves(rule) if is_value(known) and _kind(held)))
        raise EditingError(place, {"vi": "tiêu chí không có giá trị này", "en": f"the rule has no value there; {near}"})
    if _kind(value) is not kind or not _is_plain(value):
        raise EditingError(place, _WRITE[kind])
    if place == "max_age" and not AGE.fullmatch(value):
        raise EditingError(place, _AGE)
    if "why." in place and not fills_in(value):
        raise EditingError(place, _BRACES)
    holder[last] = value


def _kind(value: Any) -> type | None:
    """Which kind of value this is; None for what a document does not say, like true and false."""
    if is_number(value):
        return float
    return next((kind for kind in (str, list) if isinstance(value, kind)), None)


def _is_plain(value: Any) -> bool:
    """True for numbers, texts, and lists of them or of tables of them."""
    if isinstance(value, list):
        return len(value) <= LONGEST and all(map(_is_plain_item, value))
    return is_number(value) or (isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST)


def _is_plain_item(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(is_number(each) or isinstance(each, str) for each in value.values())
    return is_number(value) or isinstance(value, str)


def _holder(rule: Any, place: str) -> tuple[Any, str | int]:
    """What holds the value at `place`, and under which key or number; None where the rule has no such part."""
    *steps, last = [name or int(number) - 1 for name, number in _STEP.findall(place)]
    for step in steps:
        rule = _at(rule, step)
    return rule, last


def _at(holder: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return holder[step] if isinstance(holder, list) and step < len(holder) else None
    return holder.get(step) if isinstance(holder, Mapping) else None


def _lay_over(whole: tomlkit.TOMLDocument, differences: Any) -> None:
    known = {rule.get("id"): rule for rule in whole.get("rule", [])}
    for own in differences:
        rule = known.get(own.get("id"))
        if rule is None:
            whole["rule"].append(own)
            continue
        for instead, old in (("fix", "within"), ("within", "fix")):
            if instead in own and old not in own:
                rule.pop(old, None)
        for key, value in own.items():
            rule[key] = value
