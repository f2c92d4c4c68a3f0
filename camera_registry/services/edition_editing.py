"""Editing the text of an edition: bytes in, bytes out; comments and the order of keys stay as they were. Pure.

Strategy: an edition that extends others is written out whole first, so that the text stands by itself. Then keys of one
rule are set, each by its place: `expect.at_least`, `expect[2].at_most`, `title.vi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from standards.differences import leaves
from standards.granting import Mistake

NEVER_SET = ("id", "source")
"""Keys of a rule that no value changes: its name, and its source, which clause, quote and scan make."""
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[1-9][0-9]*\])*)")
_COUNTED = re.compile(r"([a-z]+-(?:[a-z]+-)*)([0-9]{1,4})")
_NO_PLACE = "không có chỗ này trong tiêu chí"
_SAYING = ("title", "why", "fix_text", "within")

Step = str | int


class EditingError(Exception):
    """A key cannot be set; `mistake` says which, and what to write."""

    def __init__(self, place: str, vi: str, en: str) -> None:
        self.mistake: Mistake = (place, {"vi": vi, "en": en})
        super().__init__(f"{place}: {en}")


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


def rule_of(document: tomlkit.TOMLDocument, rule_id: str) -> Any:
    """The table of a rule. Raises EditingError when there is none."""
    found = next((rule for rule in document.get("rule", []) if rule.get("id") == rule_id), None)
    if found is None:
        raise EditingError(rule_id, "không có tiêu chí này", "there is no such rule; `standards show` lists them")
    return found


def value_of(text: str) -> Any:
    """A value as it stands in TOML; what is none is a text: `20`, `["h264", "h265"]`, `Mức tối thiểu`."""
    try:
        return tomlkit.value(text.strip()).unwrap()
    except (TOMLKitError, ValueError):
        return text.strip()


def put(rule: Any, place: str, value: Any) -> None:
    """`value` stands at `place` of the rule. Raises EditingError for a place that cannot be."""
    steps = _steps(place)
    if steps[0] in NEVER_SET:
        raise EditingError(place, "không sửa được ở đây", "cannot be set; clause, quote and scan make the source")
    holder: Any = rule
    for step in steps[:-1]:
        holder = _below(holder, step, place)
    last = steps[-1]
    if isinstance(last, int):
        _below(holder, last, place)
    elif not isinstance(holder, Mapping):
        raise EditingError(place, _NO_PLACE, "there is no table there; write its number too, like expect[1].at_least")
    holder[last] = value


def still_said(before: Any, after: Any, given: Sequence[str]) -> Iterator[Mistake]:
    """Places of the rule that nobody gave a value and that still say a number which is another now."""
    old, new = dict(leaves(before)), dict(leaves(after))
    gone = {v for k, v in old.items() if _is_number(v) and k.startswith(("expect", "prefer")) and new.get(k) != v}
    for place, value in new.items():
        said = place.startswith(_SAYING) or place.endswith((".text.vi", ".text.en", ".why.vi", ".why.en"))
        if not said or any(place == g or place.startswith((f"{g}.", f"{g}[")) for g in given):
            continue
        for number in sorted(gone):
            if _says(value, number):
                yield (
                    place,
                    {"vi": f"vẫn ghi {number:g}; hãy sửa luôn ở đây", "en": f"still says {number:g}; set it too"},
                )


def _says(value: Any, number: float) -> bool:
    if isinstance(value, str):
        return re.search(rf"(?<![\d.,]){re.escape(f'{number:g}')}(?![\d])", value) is not None
    return bool(_is_number(value) and value == number)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


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


def _steps(place: str) -> list[Step]:
    steps: list[Step] = []
    for part in place.split("."):
        found = _STEP.fullmatch(part.strip())
        if found is None:
            raise EditingError(
                place, _NO_PLACE, "is no place in a rule; write it like expect.at_least or expect[2].at_most"
            )
        steps.append(found[1])
        steps += [int(number) - 1 for number in re.findall(r"[0-9]+", found[2])]
    return steps


def _below(holder: Any, step: Step, place: str) -> Any:
    if isinstance(step, int):
        if not isinstance(holder, list) or step >= len(holder):
            raise EditingError(place, _NO_PLACE, f"there is no number {step + 1} there")
        return holder[step]
    if not isinstance(holder, Mapping):
        raise EditingError(place, _NO_PLACE, "there is no table there; write its number too, like expect[1].at_least")
    if step not in holder:
        holder[step] = tomlkit.inline_table()  # type: ignore[index]  # tables of tomlkit can be written
    return holder[step]
