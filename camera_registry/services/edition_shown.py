"""An edition as people read it: each rule with its minimum and preferred value in words, its source and state. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from camera_registry.services.edition_editing import is_value
from standards.judge import expected_text
from standards.model import LANGUAGES, Expectation, Rule, Source, SourceState, Text
from standards.names import name_of
from standards.reading.differences import leaves
from standards.view import known_paths

_AS: Text = {"vi": "như", "en": "as"}


@dataclass(frozen=True)
class RuleShown:
    """A rule in words; `minimum` and `preferred` are empty where it asks for nothing that can be measured."""

    id: str
    title: Text
    subject: str
    decides: bool
    manual: bool
    level: str
    severity: str
    minimum: tuple[Text, ...]
    preferred: tuple[Text, ...]
    source: Source

    @property
    def state(self) -> SourceState:
        """How well its value is known."""
        return self.source.state


def shown(rule: Rule) -> RuleShown:
    """The rule in words."""
    return RuleShown(
        id=rule.id,
        title=rule.title,
        subject=rule.subject,
        decides=rule.decides,
        manual=rule.manual,
        level=rule.level,
        severity=rule.severity,
        minimum=_words(rule.expect),
        preferred=_words(rule.prefer),
        source=rule.source,
    )


def _words(expectations: tuple[Expectation, ...]) -> tuple[Text, ...]:
    """Each requirement once."""
    said = [_said(each) for each in expectations]
    return tuple(text for number, text in enumerate(said) if text not in said[:number])


def changeable(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The places in the table of a rule that a person may give another value, with what stands there."""
    for place, value in leaves(table):
        if is_value(place) and not isinstance(value, bool):
            yield place, value


def _said(each: Expectation) -> Text:
    """What is required; where that is to be as another fact, the name of this fact."""
    if each.text is None and isinstance(each.argument, str) and each.argument in known_paths():
        return {lang: f"{_AS[lang]} {name_of(each.argument, lang)}" for lang in LANGUAGES}
    return dict(expected_text(each, None))
