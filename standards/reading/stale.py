"""Stale values: places of a rule that still say what another place of it said before. Pure.

Strategy: what `expect` and `prefer` ask for is said again elsewhere in a rule: in its texts, in what cures it, in what
is asked of a new camera, in a sibling. Where a value of theirs has become another, each place that nobody gave a value
and that still says the old one is told: by equality for values, by the number for texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from standards.arguments import is_number
from standards.model import Edition
from standards.reading.differences import leaves
from standards.reading.load import tables_of

_ASKING = ("expect", "prefer")
_SAYING = (*_ASKING, "title", "why", "fix_text", "within", "fails_also", "purchase")
_NO_VALUE = ("tolerance", "fact", "light", "optional")
_IN_WORDS = (".vi", ".en")

Value = float | str


def still_said(before: Any, after: Any, given: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """The places of the rule, apart from those `given` a value, that still say a value which is another now."""
    old, new = dict(leaves(before)), dict(leaves(after))
    gone = {value for place in old if _asks(place) for value in _values(old[place]) - _values(new.get(place))}
    edges = {edge for place in old if _asks(place) and old[place] != new.get(place) for edge in _edges(old, place)}
    for place, value in new.items():
        if _says(place) and not _is_given(place, given):
            told = gone | edges if place.startswith("fails_also") else gone
            yield from ((place, each) for each in sorted(told, key=str) if _said(place, value, each))


def warnings(edition: Edition) -> tuple[str, ...]:
    """Of an edition that extends others: a line for each place that it left saying what it changed elsewhere."""
    return tuple(
        f'{edition.name}: rule "{rule}": {place}: still says {shown(value)}; write it too'
        for rule, before, after, given in _changed(edition)
        for place, value in still_said(before, after, given)
    )


def shown(value: Value) -> str:
    """The value as it stands in an edition."""
    return value if isinstance(value, str) else f"{value:.15g}"


def _changed(edition: Edition) -> Iterator[tuple[str, Any, Any, tuple[str, ...]]]:
    """Every rule that one text of the edition changes in those before it: before, after, and the keys it gives."""
    for number in range(1, len(edition.texts)):
        below, whole = (_by_id(tables_of(edition.texts[:end])) for end in (number, number + 1))
        for rule, own in _by_id(tables_of(edition.texts[number : number + 1])).items():
            if rule in below:
                yield rule, below[rule], whole[rule], tuple(own)


def _by_id(data: Mapping[str, Any]) -> dict[str, Any]:
    return {rule["id"]: rule for rule in data.get("rule", ())}


def _asks(place: str) -> bool:
    return place.startswith(_ASKING) and not place.endswith((*_NO_VALUE, *_IN_WORDS))


def _says(place: str) -> bool:
    return place.startswith(_SAYING) and not place.endswith(_NO_VALUE)


def _is_given(place: str, given: Sequence[str]) -> bool:
    return any(place == each or place.startswith((f"{each}.", f"{each}[")) for each in given)


def _values(value: Any) -> set[Value]:
    """The numbers and texts that stand in a value."""
    items = value if isinstance(value, list) else [value]
    return {item for item in items if is_number(item) or isinstance(item, str)}


def _edges(old: Mapping[str, Any], place: str) -> Iterator[float]:
    """Where the judgement changed, with the tolerance that stood beside it."""
    stem, _, operator = place.rpartition(".")
    value, tolerance = old[place], old.get(f"{stem}.tolerance", 0)
    share = re.fullmatch(r"([0-9.]+)\s*%", tolerance) if isinstance(tolerance, str) else None
    if is_number(value) and (share or is_number(tolerance)):
        width = abs(value) * float(share[1]) / 100 if share else tolerance
        yield round(value - width if operator == "at_least" else value + width, 9)


def _said(place: str, value: Any, gone: Value) -> bool:
    if place.endswith(_IN_WORDS):
        return is_number(gone) and _in_words(str(value), shown(gone))
    return gone in _values(value)


def _in_words(text: str, number: str) -> bool:
    """True when this number stands in the text, with a point or a comma."""
    said = re.escape(number).replace(r"\.", "[.,]")
    return re.search(rf"(?<![\d.,]){said}(?![.,]?\d)", text) is not None
