"""An edition as people read it: each rule with its minimum and preferred value in words, its source and state. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from standards.judge import expected_text
from standards.model import Expectation, Rule, Source, SourceState, Text


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
    said = [expected_text(each, None) for each in expectations]
    return tuple(text for number, text in enumerate(said) if text not in said[:number])
