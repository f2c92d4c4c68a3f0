"""The text of an edition in which a person has confirmed one rule: what was asked in, a new version out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import tomlkit

from camera_registry.services.confirmation_error import ConfirmationError, text
from camera_registry.services.edition_editing import (
    EditingError,
    next_version,
    put,
    rule_of,
    standing_alone,
)
from standards import Edition, EditionError, load_bytes
from standards.reading.differences import Difference, of_rule
from standards.reading.load import tables
from standards.reading.stale import shown, still_said
from standards.waiving.granting import Mistake

_NO_VALUE: Mistake = (
    "rule",
    text(
        "tiêu chí này chưa có giá trị; hãy ghi giá trị trong một bộ tiêu chuẩn riêng mở rộng bộ này",
        "this rule has no value yet; write it in an edition of your own that extends this one",
    ),
)


@dataclass(frozen=True)
class Asked:
    """What a person with the document in hand says of a rule. `value`: what stands at which place of the rule now."""

    rule: str
    clause: str
    quote: str
    scan_sha256: str
    by: str
    value: Mapping[str, Any]


def with_confirmed(base: Edition, asked: Asked, approved_by: str, today: str, taken: list[str]) -> Edition:
    """`base` with the rule confirmed, and nothing else of it another. Raises ConfirmationError with all mistakes."""
    document = standing_alone(base.texts)
    try:
        rule = rule_of(document, asked.rule)
    except EditingError as error:
        raise ConfirmationError(error.mistake) from None
    before = rule.unwrap()
    mistakes = [*_put_all(rule, asked.value), *_left_behind(before, rule.unwrap(), asked)]
    document["version"] = next_version(base.version, taken)
    rule["source"] = _inline(_source(before["source"], asked, today))
    line = _line(str(document["version"]), base, asked, approved_by, today)
    document.setdefault("history", tomlkit.aot()).append(line)
    try:
        made = load_bytes(tomlkit.dumps(document).encode(), f"{base.id}@{document['version']}")
    except EditionError as error:
        unfit = [_NO_VALUE] if before["source"]["state"] == "N" else map(_unfit, error.mistakes)
        raise ConfirmationError(*mistakes, *unfit) from None
    if mistakes:
        raise ConfirmationError(*mistakes)
    return made


def changes(base: Edition, asked: Asked) -> tuple[Difference, ...]:
    """All that is another in `base` once this is confirmed, but its version and history: keys of the one rule."""
    before = table_of(base, asked.rule)
    if before is None:
        return ()
    after = deepcopy(before)
    tuple(_put_all(after, asked.value))
    after["source"] = _source(before["source"], asked, before["source"].get("confirmed_on"))  # the day is not known yet
    return tuple(of_rule(asked.rule, before, after))


def table_of(edition: Edition, rule_id: str) -> Any:
    """The table of a rule as it stands in the edition; None when it has none."""
    return next((rule for rule in tables(edition)["rule"] if rule["id"] == rule_id), None)


def _put_all(rule: Any, value: Mapping[str, Any]) -> Iterator[Mistake]:
    """Sets every place of the rule; yields the mistakes."""
    for place, new in value.items():
        try:
            put(rule, place, new)
        except EditingError as error:
            yield error.mistake


def _left_behind(before: Any, after: Any, asked: Asked) -> Iterator[Mistake]:
    """What nobody said anything of, and still says what is another now."""
    for place, value in still_said(before, after, tuple(asked.value)):
        yield place, text(f"vẫn ghi {shown(value)}; hãy sửa luôn ở đây", f"still says {shown(value)}; set it too")


def _unfit(line: str) -> Mistake:
    return "", text(f"bộ tiêu chuẩn không nhận: {line}", line)


def _source(before: Mapping[str, Any], asked: Asked, today: str | None) -> dict[str, Any]:
    return {
        "document": before["document"],
        "clause": asked.clause.strip(),
        "quote": asked.quote.strip(),
        "state": "P",
        "confirmed_by": asked.by.strip(),
        "confirmed_on": today,
        "sha256": asked.scan_sha256,
    }


def _inline(values: Mapping[str, Any]) -> Any:
    made = tomlkit.inline_table()
    made.update(values)
    return made


def _line(version: str, base: Edition, asked: Asked, approved_by: str, today: str) -> Any:
    line = tomlkit.table()
    line.update(
        {
            "version": version,
            "rule": asked.rule,
            "confirmed_by": asked.by.strip() or "…",  # that a name is missing is told in other words
            "approved_by": approved_by,
            "confirmed_on": today,
            "scan": asked.scan_sha256,
            "made_from": base.sha256,
        }
    )
    return line
