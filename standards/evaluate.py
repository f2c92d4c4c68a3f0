"""Evaluate: an edition and the facts of one device in, findings out. Pure; `now` is an argument.

A rule is tried on every subject of its kind. A stream rule that names a role says nothing of streams in other roles; a
channel without a stream it could speak of gets one unknown finding in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from probes.facts import DeviceSheet, Fact
from standards import reasons
from standards.judge import Judged, expected_text, holds, judge, sentence
from standards.lazy_text import LazyText
from standards.model import (
    Answer,
    Edition,
    Expectation,
    Finding,
    Fix,
    Outcome,
    RegisterFacts,
    Rule,
    Subject,
    Text,
)
from standards.view import Absent, View, channel_views, device_view, known_paths
from standards.words import show

_ANSWER = "answer"
_WORST_FIRST: dict[Outcome, int] = {"fail": 0, "unknown": 1, "pass": 2, "not_applicable": 3}  # "pass" is an outcome  # nosec B105


@dataclass(frozen=True)
class _Case:
    """All that findings of one device are made with, besides what is known of it."""

    edition: Edition
    register: RegisterFacts
    answers: tuple[Answer, ...]
    now: datetime


class _Channel(Struct):
    """What is known of a channel and of its streams."""

    view: View
    streams: tuple[View, ...]
    _in_roles: dict[str, tuple[View, ...]] = {}

    def in_roles(self, rule: Rule) -> tuple[View, ...]:
        """The streams that `rule` speaks of; found once for all rules that speak of the same roles."""
        if rule.roles_key not in self._in_roles:
            mine = (v for v in self.streams if all(holds(condition, v) is not False for condition in rule.roles))
            self._in_roles[rule.roles_key] = tuple(mine)
        return self._in_roles[rule.roles_key]


def evaluate(
    edition: Edition, sheet: DeviceSheet, register: RegisterFacts, answers: Iterable[Answer], now: datetime
) -> tuple[Finding, ...]:
    """Every finding of `edition` about the device of `sheet`, its channels and streams, in the order of the rules.
    Schools and sites are judged as a whole (`standards.places`).

    `now` (UTC) decides which facts are too old. Never raises for facts that were merged from observations.
    """
    case, device = _Case(edition, register, tuple(answers), now), device_view(sheet, now)
    channels = [_Channel(*channel_views(sheet, channel, register, now)) for channel in sheet.channels]
    return tuple(finding for rule in edition.rules for finding in _of_rule(case, rule, device, channels))


def evaluate_view(edition: Edition, view: View, answers: Iterable[Answer], now: datetime) -> tuple[Finding, ...]:
    """Every finding of `edition` about the one subject of `view`, in the order of the rules."""
    case = _Case(edition, RegisterFacts(), tuple(answers), now)
    return tuple(_finding(case, rule, view) for rule in edition.rules if rule.subject == view.subject.kind)


def _of_rule(case: _Case, rule: Rule, device: View, channels: Iterable[_Channel]) -> Iterator[Finding]:
    match rule.subject:
        case "device":
            yield _finding(case, rule, device)
        case "channel":
            for channel in channels:
                yield _finding(case, rule, channel.view)
        case "stream":
            for channel in channels:
                streams = channel.in_roles(rule)
                for view in streams:
                    yield _finding(case, rule, view)
                if not streams:
                    yield _without_switch(case, rule, channel.view) or _no_main_stream(case, rule, channel.view)


def _finding(case: _Case, rule: Rule, view: View) -> Finding:
    switched_off = _without_switch(case, rule, view)
    if switched_off is not None:
        return switched_off
    if rule.manual:
        return _answered(case, rule, view)
    judged = []
    for expectation in rule.expect:
        judged.append(judge(rule, expectation, view, case.register))  # noqa: PERF401  (no call of its own for one)
    return _sum(case, rule, view, judged)


def _without_switch(case: _Case, rule: Rule, view: View) -> Finding | None:
    """The finding of a rule that does not speak of this subject, or None when it does."""
    if rule.source.state == "N":
        return _make(case, rule, view.subject, "not_applicable", reasons.TO_BE_FILLED_IN)
    for condition, wanted in rule.conditions:
        if holds(condition, view) is (not wanted):
            return _switched_off(case, rule, view, condition)
    return None


def _switched_off(case: _Case, rule: Rule, view: View, condition: Any) -> Finding:
    seen = view.fact(condition.fact)
    expected = expected_text(condition, None)
    why = sentence(condition.why or reasons.NOT_LOOKED_AT, condition, seen.value if seen else None, expected)
    return _make(case, rule, view.subject, "not_applicable", why)


def _no_main_stream(case: _Case, rule: Rule, view: View) -> Finding:
    absent = view.look(rule.expect[0].fact) if rule.expect else None
    failure = absent.failure if isinstance(absent, Absent) else None
    if failure is None:
        return _make(case, rule, view.subject, "unknown", reasons.NO_MAIN_STREAM, fix="survey")
    fix = reasons.fix_to_know(failure)
    return _make(case, rule, view.subject, "unknown", reasons.failed(failure), fix=fix)


def _answered(case: _Case, rule: Rule, view: View) -> Finding:
    mine = [a for a in case.answers if a.rule == rule.id and a.subject == view.subject]
    if not mine:
        return _make(case, rule, view.subject, "not_applicable", reasons.ASKED_OF_A_PERSON, how=_ANSWER)
    answer = max(mine, key=lambda a: a.at)
    said = Fact(answer.met, answer.at, _ANSWER)
    if rule.max_age is not None and case.now - answer.at > rule.max_age:
        why = reasons.stale(case.now - answer.at, rule.max_age)
        return _make(case, rule, view.subject, "unknown", why, seen=said)
    if answer.met is None:
        return _make(case, rule, view.subject, "unknown", reasons.PERSON_COULD_NOT_TELL, seen=said)
    outcome: Outcome = "pass" if answer.met else "fail"
    return _make(case, rule, view.subject, outcome, rule.why, fix=None if answer.met else rule.fix, seen=said)


def _sum(case: _Case, rule: Rule, view: View, judged: list[Judged]) -> Finding:
    """Fail if any expectation fails, else unknown if any is, else pass; not applicable when nobody looked at any."""
    worst = judged[0] if len(judged) == 1 else _worst(judged)
    note = _note(rule, view, judged) if rule.prefer and worst.outcome == "pass" else None
    by = (worst.expectation, worst.expected)
    return _make(case, rule, view.subject, worst.outcome, worst.why, fix=worst.fix, by=by, seen=worst.fact, note=note)


def _worst(judged: list[Judged]) -> Judged:
    return min(judged, key=lambda one: _WORST_FIRST[one.outcome])


def _note(rule: Rule, view: View, judged: list[Judged]) -> Text | None:
    for one in judged:
        if one.seen_in is not None:
            view = one.seen_in
            break
    for wanted in rule.prefer:
        if holds(wanted, view) is False:
            fact = view.fact(wanted.fact)
            return LazyText(_preferred, wanted, fact.value if fact else None)
    return None


def _preferred(missed: Expectation, seen: Any) -> Text:
    unit, wanted = known_paths()[missed.fact].unit, expected_text(missed, None)
    return {
        "vi": f"Mức nên đạt: {wanted['vi']}; hiện là {show(seen, unit, 'vi')}.",
        "en": f"Preferred: {wanted['en']}; now {show(seen, unit, 'en')}.",
    }


def _make(
    case: _Case,
    rule: Rule,
    subject: Subject,
    outcome: Outcome,
    why: Text,
    *,
    fix: Fix | None = None,
    by: tuple[Expectation, Text] | None = None,
    seen: Fact | None = None,
    how: str | None = None,
    note: Text | None = None,
) -> Finding:
    """The finding; `by` is the expectation that it speaks of with its words, if that is not the first one."""
    first, expected = by or _first(rule)
    return Finding(  # in the order of its fields: by name it takes six times as long, and a city has two million
        rule.id,
        subject,
        outcome,
        rule.level,
        rule.severity,
        rule.decides,
        expected,
        None if seen is None else _plain(seen.value) if isinstance(seen.value, tuple) else seen.value,
        first.fact if first else None,
        fix,
        why,
        rule.source,
        case.edition.name,
        case.edition.sha256,
        note,
        seen.at if seen else None,
        seen.how if seen else how,
    )


def _first(rule: Rule) -> tuple[Expectation | None, Text]:
    """What a rule expects first, and its words; those of the rule where it expects nothing."""
    return (rule.expect[0], expected_text(rule.expect[0], None)) if rule.expect else (None, rule.title)


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, tuple) else value
