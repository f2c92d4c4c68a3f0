"""Acceptance: several looks at a channel, each judged by itself, and what they come to. Pure.

Strategy: a look tells something of the channel when a deciding rule passed or failed on it; one at which the camera was
off tells nothing, and neither helps nor harms. Each rule is followed through the looks on each stream by itself: one
stream speaks for no other. One failure is enough not to accept. What fails only by day must have been seen to pass by
day, once; what says nothing until it was seen twice fails when two looks after each other saw it. Everything rests on
findings as JSON (`Finding.to_json`), as they were stored with the look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from standards.accepting.acceptance_streams import names
from standards.accepting.acceptance_units import Standing, standing
from standards.model import LANGUAGES, Edition, Outcome, Rule, Text
from standards.needs import in_light
from standards.reasons import SEEN_ONCE, join

Result = Literal["accepted", "not_accepted", "not_finished"]
RESULTS: Mapping[Result, Text] = {
    "accepted": {"vi": "Đạt nghiệm thu", "en": "Accepted"},
    "not_accepted": {"vi": "Chưa đạt nghiệm thu", "en": "Not accepted"},
    "not_finished": {"vi": "Chưa đo kiểm xong", "en": "Not finished"},
}
ONE_UNIT: Text = {
    "vi": "Chỉ tính các lần kiểm tra thiết bị được thấy sau cùng.",
    "en": "Only the looks at the unit that was seen last count.",
}
_WORST: tuple[Outcome, ...] = ("fail", "unknown", "pass", "not_applicable")
_TELLS = ("pass", "fail")


@dataclass(frozen=True)
class Wanted:
    """What is asked of an acceptance: so many looks between `begins` and `ends`, over at least half of that time."""

    begins: datetime
    ends: datetime
    looks: int

    @property
    def spread(self) -> timedelta:
        """The least time from the first look that tells something to the last."""
        return (self.ends - self.begins) / 2

    def due(self) -> tuple[datetime, ...]:
        """When looks are to be made: the first at once, the last when a tenth of the time is left to make up for it."""
        step = (self.ends - self.begins) * 0.9 / max(self.looks - 1, 1)
        return tuple(self.begins + number * step for number in range(self.looks))


@dataclass(frozen=True)
class Look:
    """One look at a device as it concerns one channel: `findings` are JSON of those of the channel, its streams and the
    device; `light` is what the picture of the main stream showed; `streams` are the roles of its streams by their ids;
    `unit` is what the device said of itself, of which it shares the keys in `shared` with others.
    """

    at: datetime
    answered: bool
    light: str | None
    findings: tuple[Mapping[str, Any], ...]
    streams: Mapping[str, str] = field(default_factory=dict)
    unit: Mapping[str, Any] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """Why a channel is not accepted (yet), or that another unit came; `rule`, `at`, `stream` where it hangs on one."""

    text: Text
    rule: str | None = None
    at: datetime | None = None
    stream: str = ""


@dataclass(frozen=True)
class Line:
    """What one look came to for one rule. `stream`: on which stream, by its name through all looks; empty where it was
    said of the channel or the device. `counts`: it was seen of the unit that stands there at the last look.
    """

    at: datetime
    outcome: Outcome
    light: str | None
    finding: Mapping[str, Any]
    stream: str
    counts: bool


@dataclass(frozen=True)
class RuleResult:
    """A rule over all looks, on one stream where it is on streams: every line, and of those that count how often each
    outcome came, and the lowest and highest number where they speak of one fact. What was said of the channel, where
    no stream could be found, is a line of each stream.
    """

    rule: Rule
    stream: str
    counts: Mapping[Outcome, int]
    lowest: float | None
    highest: float | None
    lines: tuple[Line, ...]

    @property
    def counting(self) -> Iterator[Line]:
        """The lines that count, in the order of their time."""
        return (line for line in self.lines if line.counts)


@dataclass(frozen=True)
class ChannelResult:
    """What all looks at a channel come to. `telling` of the `looks` told something of it and count."""

    result: Result
    reasons: tuple[Reason, ...]
    looks: int
    telling: int
    first: datetime | None
    last: datetime | None
    rules: tuple[RuleResult, ...]


_Told = tuple[Look, Mapping[str, str], bool]
"""A look, the name of each of its streams through all looks, and whether it counts."""


def accept(edition: Edition, looks: Iterable[Look], wanted: Wanted, now: datetime) -> ChannelResult:
    """What `looks` at a channel come to by `edition`. Before `wanted.ends`, what may still come is waited for."""
    seen = sorted(looks, key=lambda look: look.at)
    deciding = {rule.id for rule in edition.rules if rule.decides}
    stood = standing([(look.unit, look.shared) for look in seen])
    telling = [look for look, counts in zip(seen, stood.counts, strict=True) if counts and _tells(look, deciding)]
    told = tuple(zip(seen, names([look.streams for look in seen]), stood.counts, strict=True))
    asked = (rule for rule in edition.rules if not rule.manual and rule.source.state != "N")
    rules = tuple(each for rule in asked for each in _over_all(rule, told))
    failed, not_known = _judged(rules, set(in_light(edition)))
    lacking = (*_too_few(telling, wanted), *not_known)
    result: Result = "accepted"
    if failed:
        result = "not_accepted"
    elif lacking:
        result = "not_finished" if now < wanted.ends else "not_accepted"
    return ChannelResult(
        result,
        (*_changed(seen, stood), *failed, *lacking),
        looks=len(seen),
        telling=len(telling),
        first=telling[0].at if telling else None,
        last=telling[-1].at if telling else None,
        rules=rules,
    )


def altogether(results: Iterable[Result]) -> Result:
    """Accepted when every channel is; not accepted when one is not."""
    found = set(results)
    if "not_accepted" in found:
        return "not_accepted"
    return "not_finished" if "not_finished" in found or not found else "accepted"


def to_be_answered(edition: Edition) -> tuple[Rule, ...]:
    """The rules that no look can tell: a person has to check them."""
    return tuple(rule for rule in edition.rules if rule.manual and rule.source.state != "N")


def to_be_filled_in(edition: Edition) -> tuple[Rule, ...]:
    """The rules of which no value is known yet: neither a look nor a person can say whether they are met."""
    return tuple(rule for rule in edition.rules if rule.source.state == "N")


def _tells(look: Look, deciding: set[str]) -> bool:
    """True when something of the channel itself was seen: that the device answers is not enough."""
    own = (f for f in look.findings if f["subject"]["kind"] != "device")
    return any(f["rule"] in deciding and f["outcome"] in _TELLS for f in own)


def _changed(looks: Sequence[Look], stood: Standing) -> Iterator[Reason]:
    """That another unit was found, and what this means for the looks at the other one."""
    for look, change in zip(looks, stood.changes, strict=True):
        if change is not None:
            yield Reason(join(change.why, ONE_UNIT), at=look.at)


def _over_all(rule: Rule, told: Sequence[_Told]) -> Iterator[RuleResult]:
    """What `rule` came to, on each subject by itself; nothing where no look speaks of it."""
    lines = [_line(each, finding) for each in told for finding in each[0].findings if finding["rule"] == rule.id]
    streams = dict.fromkeys(line.stream for line in lines if line.stream)
    for stream in streams or [""] if lines else []:
        yield _summed(rule, stream, tuple(line for line in lines if line.stream in (stream, "")))


def _line(told: _Told, finding: Mapping[str, Any]) -> Line:
    look, named, counts = told
    subject = finding["subject"]
    stream = named.get(subject["id"], subject["id"]) if subject["kind"] == "stream" else ""
    return Line(look.at, finding["outcome"], look.light, finding, stream, counts)


def _summed(rule: Rule, stream: str, lines: tuple[Line, ...]) -> RuleResult:
    mine = [line for line in lines if line.counts]
    facts = {line.finding.get("fact") for line in mine if line.finding["seen"] is not None}
    values = (line.finding["seen"] for line in mine if len(facts) == 1)
    numbers = [seen for seen in values if isinstance(seen, (int, float)) and not isinstance(seen, bool)]
    counts = {name: sum(line.outcome == name for line in mine) for name in _WORST}
    return RuleResult(rule, stream, counts, min(numbers, default=None), max(numbers, default=None), lines)


def _judged(rules: Iterable[RuleResult], by_day: set[str]) -> tuple[list[Reason], list[Reason]]:
    """What failed of the deciding rules, and what is not known yet of those that did not fail."""
    failed: list[Reason] = []
    not_known: list[Reason] = []
    for each in rules:
        if each.rule.decides:
            found = list(_failed(each))
            failed += found
            not_known += [] if found else _not_known(each, by_day)
    return failed, not_known


def _failed(each: RuleResult) -> Iterator[Reason]:
    for line in each.counting:
        if line.outcome == "fail":
            yield _reason(each, line.finding["why"], line.at)
    if each.rule.twice:
        yield from _seen_twice(each)


def _seen_twice(each: RuleResult) -> Iterator[Reason]:
    """Looks after each other of which either by itself could only say that it was seen once; what told nothing of the
    rule stands between none.
    """
    told = [line for line in each.counting if line.outcome in _TELLS or _once(line)]
    for one, other in pairwise(told):
        if _once(one) and _once(other):
            yield _reason(each, _without(other.finding["why"]), other.at)


def _once(line: Line) -> bool:
    return line.outcome == "unknown" and str(line.finding["why"]["en"]).endswith(SEEN_ONCE["en"])


def _without(why: Text) -> Text:
    return {language: why[language].removesuffix(SEEN_ONCE[language]).strip() for language in LANGUAGES}


def _too_few(telling: Sequence[Look], wanted: Wanted) -> Iterator[Reason]:
    if len(telling) < wanted.looks:
        yield Reason(
            {
                "vi": f"Mới có {len(telling)}/{wanted.looks} lần kiểm tra có kết quả.",
                "en": f"{len(telling)} of {wanted.looks} looks told something.",
            }
        )
    elif telling[-1].at - telling[0].at < wanted.spread:
        had, least = (_hours(span) for span in (telling[-1].at - telling[0].at, wanted.spread))
        yield Reason(
            {
                "vi": f"Các lần kiểm tra mới trải ra {had} giờ, cần ít nhất {least} giờ.",
                "en": f"The looks are spread over {had} hours; at least {least} are needed.",
            }
        )


def _not_known(each: RuleResult, by_day: set[str]) -> Iterator[Reason]:
    if each.counts["unknown"] and not each.counts["pass"]:
        yield _reason(each, [line.finding["why"] for line in each.counting if line.outcome == "unknown"][-1])
    elif each.rule.id in by_day and each.counts["pass"] and not _passed_by_day(each):
        yield _reason(
            each, {"vi": "chưa lần nào đạt khi có ánh sáng ban ngày.", "en": "has not passed by daylight yet."}
        )


def _passed_by_day(each: RuleResult) -> bool:
    return any(line.outcome == "pass" and line.light == "day" for line in each.counting)


def _reason(each: RuleResult, why: Text, at: datetime | None = None) -> Reason:
    said = {language: f"{each.rule.title[language]}: {why[language]}" for language in LANGUAGES}
    return Reason(said, each.rule.id, at, each.stream)


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f}"
