"""Differences: what stands otherwise in one edition than in another, rule by rule and key by key. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from standards.model import Edition
from standards.reading.load import tables


@dataclass(frozen=True)
class Difference:
    """A key of a rule (of the edition itself: empty) with its value before and after; None: it is not there."""

    rule: str
    key: str
    before: Any
    after: Any


def differences(before: Edition, after: Edition) -> tuple[Difference, ...]:
    """What differs, in the order of the editions; the order of keys and comments make none."""
    old, new = _by_rule(before), _by_rule(after)
    return tuple(found for rule in dict.fromkeys([*old, *new]) for found in of_rule(rule, old.get(rule), new.get(rule)))


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a table of TOML that holds no other, with its place: `expect.at_least`, `expect[2].at_most`."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from leaves(below, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, 1):
            yield from leaves(item, f"{place}[{number}]")
    else:
        yield place, value


def _by_rule(edition: Edition) -> dict[str, Mapping[str, Any]]:
    data = tables(edition)
    return {"": {k: v for k, v in data.items() if k != "rule"}} | {rule["id"]: rule for rule in data["rule"]}


def of_rule(rule: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Difference]:
    """What differs in the table of a rule; None: there is none."""
    if before is None or after is None:
        whole = before or after or {}
        title = whole.get("title", rule)
        yield Difference(rule, "", None if before is None else title, None if after is None else title)
        return
    old, new = dict(leaves(before)), dict(leaves(after))
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield Difference(rule, key, old.get(key), new.get(key))
