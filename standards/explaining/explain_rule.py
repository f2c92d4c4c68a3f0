"""Explain a rule: what is asked of one subject, in the order in which the engine asks, and what each answer was. Pure.

The lines come to an outcome, a fix and a value (`Came`), worked out from the answers alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from probes.facts import Fact
from standards import reasons
from standards.explaining.arithmetic import YES, arithmetic
from standards.explaining.explain_fact import Case, both, compared, fact_lines, missing_line, named
from standards.explaining.explain_fix import fix_line
from standards.explaining.lines import Line, filled, line, moment
from standards.judge import Judged, holds, judge
from standards.model import LANGUAGES, STATES, Expectation, Fix, Outcome, Rule, Text
from standards.names import LEVELS, OUTCOMES
from standards.view import Absent, View
from standards.words import number

_WORST_FIRST: tuple[Outcome, ...] = ("fail", "unknown", "pass", "not_applicable")


@dataclass(frozen=True)
class Came:
    """What the lines about a rule come to."""

    outcome: Outcome
    fix: Fix | None = None
    seen: Any = None


def explain_rule(case: Case, rule: Rule, view: View) -> tuple[Came, Line]:
    """What `rule` comes to for the subject of `view`, and the lines that lead there."""
    came, below = _asked(case, rule, view)
    decides = {
        True: {"vi": "quyết định kết luận", "en": "decides"},
        False: {"vi": "không quyết định kết luận", "en": "does not decide"},
    }[rule.decides]
    head = filled("{title} [{id}]", "{title} [{id}]", title=rule.title, id=both(rule.id))
    kind = filled(
        "Xét trên {subject}; mức {level}; {decides}", "About {subject}; {level}; {decides}", subject=_subject(view),
        level=LEVELS[rule.level], decides=decides,
    )  # fmt: skip
    return came, Line(head.text, (_source(rule), kind, *below))


def _subject(view: View) -> Text:
    words = {
        "stream": ("luồng", "the stream"),
        "channel": ("kênh", "the channel"),
        "device": ("thiết bị", "the device"),
    }
    vi, en = words.get(view.subject.kind, ("trường", "the school"))
    return {"vi": f"{vi} {view.subject.id}".strip(), "en": f"{en} {view.subject.id}".strip()}


def _source(rule: Rule) -> Line:
    source = rule.source
    cited = ", ".join(filter(None, (source.document, source.clause)))
    quoted = f" “{source.quote}”" if source.quote else ""
    return filled(
        "Căn cứ: {cited}{quoted}; giá trị: {state}",
        "Source: {cited}{quoted}; its value: {state}",
        cited=both(cited),
        quoted=both(quoted),
        state=STATES[source.state],
    )


def _asked(case: Case, rule: Rule, view: View) -> tuple[Came, tuple[Line, ...]]:
    if rule.source.state == "N":
        return Came("not_applicable"), (Line(reasons.TO_BE_FILLED_IN),)
    applies, conditions = _conditions(case, rule, view)
    if not applies:
        return Came("not_applicable"), conditions
    if rule.subject == "stream" and view.subject.kind == "channel":
        came, lines = _no_stream(case, rule, view)
    elif rule.manual:
        came, lines = _answered(case, rule, view)
    else:
        came, lines = _expected(case, rule, view)
    return came, (*conditions, *lines)


def _conditions(case: Case, rule: Rule, view: View) -> tuple[bool, tuple[Line, ...]]:
    """Whether the rule speaks of this subject, and every condition up to the one that rules it out."""
    lines: list[Line] = []
    for conditions, wanted in ((rule.when, True), (rule.unless, False)):
        for condition in conditions:
            if condition.fact == "stream.role" and view.subject.kind == "channel":
                continue
            met = holds(condition, view)
            lines.append(_condition(case, condition, view, met, wanted=wanted))
            if met is (not wanted):
                return False, tuple(lines)
    return True, tuple(lines)


def _condition(case: Case, condition: Expectation, view: View, met: bool | None, *, wanted: bool) -> Line:
    words = (
        ("Chỉ áp dụng khi – {name}: {asked}", "Applies only when – {name}: {asked}")
        if wanted
        else ("Không áp dụng khi – {name}: {asked}", "Does not apply when – {name}: {asked}")
    )
    if met is None:
        absent = view.look(condition.fact)
        why = missing_line(absent, case.acts).text if isinstance(absent, Absent) else both("")
        asked = filled("chưa có số liệu, vẫn áp dụng. {why}", "not known, so it stays in force. {why}", why=why)
        return filled(*words, name=named(condition.fact), asked=asked.text)
    return filled(*words, name=named(condition.fact), asked=_compared(condition, view).text)


def _compared(expectation: Expectation, view: View, max_age: timedelta | None = None) -> Line:
    """The comparison as arithmetic; both facts are there."""
    found = [view.look(path, max_age) for path in compared(expectation)]
    value, *others = (fact.value for fact in found if isinstance(fact, Fact))
    return arithmetic(expectation, value, tuple(others))


def _no_stream(case: Case, rule: Rule, view: View) -> tuple[Came, tuple[Line, ...]]:
    absent = view.look(rule.expect[0].fact) if rule.expect else None
    if not isinstance(absent, Absent) or absent.failure is None:
        return Came("unknown", "survey"), (Line(reasons.NO_MAIN_STREAM),)
    return Came("unknown", reasons.fix_to_know(absent.failure)), (missing_line(absent, case.acts),)


def _answered(case: Case, rule: Rule, view: View) -> tuple[Came, tuple[Line, ...]]:
    mine = [a for a in case.answers if a.rule == rule.id and a.subject == view.subject]
    if not mine:
        return Came("not_applicable"), (Line(reasons.ASKED_OF_A_PERSON),)
    answer = max(mine, key=lambda a: a.at)
    said = filled(
        "Trả lời của {by} lúc {at}: {met}. {note}", "Answer of {by} at {at}: {met}. {note}", by=both(answer.by),
        at=moment(answer.at, case.zone), met=_met(answer.met), note=both(answer.note),
    )  # fmt: skip
    age = case.now - answer.at
    if rule.max_age is not None and age > rule.max_age:
        return Came("unknown", None, answer.met), (said, Line(reasons.stale(age, rule.max_age)))
    if answer.met is None:
        return Came("unknown"), (said,)
    return Came("pass" if answer.met else "fail", None if answer.met else rule.fix, answer.met), (said,)


def _met(met: bool | None) -> Text:
    return YES[met] if met is not None else reasons.PERSON_COULD_NOT_TELL


def _expected(case: Case, rule: Rule, view: View) -> tuple[Came, tuple[Line, ...]]:
    judged = [judge(rule, expectation, view, case.register) for expectation in rule.expect]
    lines = tuple(_expectation(case, rule, view, each) for each in judged)
    worst = min(judged, key=lambda j: _WORST_FIRST.index(j.outcome))
    seen = _plain(worst.fact.value) if worst.fact else None
    return Came(worst.outcome, worst.fix, seen), (*lines, *_preferred(rule, view, worst))


def _preferred(rule: Rule, view: View, worst: Judged) -> Iterator[Line]:
    if worst.outcome != "pass":
        return
    for preferred in rule.prefer:
        if holds(preferred, worst.seen_in or view) is not None:
            yield filled(
                "Mức nên đạt (không đạt cũng không bị trừ): {asked}", "Preferred, never a failure: {asked}",
                asked=_compared(preferred, worst.seen_in or view).text,
            )  # fmt: skip


def _expectation(case: Case, rule: Rule, view: View, judged: Judged) -> Line:
    expectation = judged.expectation
    seen_in = judged.seen_in or view
    below = [*_by_night(case, rule, view, judged), *fact_lines(case, compared(expectation), seen_in, rule.max_age)]
    if _both_known(expectation, seen_in, rule.max_age):
        below += [*_evidence(rule, seen_in), _compared(expectation, seen_in, rule.max_age)]
        below += [*_light(case, rule, seen_in, judged), *_twice(case, rule, seen_in, judged)]
    if judged.outcome == "fail" and judged.fact is not None:
        below.append(fix_line(rule, seen_in, case.register, judged.fix))
    told = judged.outcome if judged.outcome in ("pass", "fail") else None
    below.append(Line(OUTCOMES[told]) if told else filled("{o}: {why}", "{o}: {why}", o=OUTCOMES[judged.outcome],
                                                          why=judged.why))  # fmt: skip
    return filled("{name}: yêu cầu {wanted}", "{name}: required is {wanted}", *below, name=named(expectation.fact),
                  wanted=judged.expected)  # fmt: skip


def _both_known(expectation: Expectation, view: View, max_age: timedelta | None) -> bool:
    return all(isinstance(view.look(path, max_age), Fact) for path in compared(expectation))


def _by_night(case: Case, rule: Rule, view: View, judged: Judged) -> Iterator[Line]:
    """What the newest look saw, where the one by day decided."""
    if judged.seen_in is None:
        return
    newest = view.look(judged.expectation.fact, rule.max_age)
    if isinstance(newest, Fact):
        yield filled(
            "Lần mới nhất, {at}: {asked}; đo khi không đủ ánh sáng nên xét số liệu ban ngày gần nhất:",
            "The newest look, {at}: {asked}; it was not taken in light, so the newest number by day decides:",
            at=moment(newest.at, case.zone),
            asked=_compared(judged.expectation, view, rule.max_age).text,
        )


def _evidence(rule: Rule, view: View) -> Iterator[Line]:
    """The sample against what the rule needs of it."""
    for name, words in reasons.EVIDENCE.items():
        least = getattr(rule.needs, name)
        if not least:
            continue
        had = view.look(f"measured.{name}")
        value = had.value if isinstance(had, Fact) else None
        enough = YES[value is not None and value >= least]
        asked = {lang: f"{number(value or 0, lang)} ≥ {number(least, lang)} {words[lang]}" for lang in LANGUAGES}
        yield Line({lang: f"{_SAMPLE[lang]}: {asked[lang]}? {enough[lang]}" for lang in LANGUAGES})


_SAMPLE: Text = {"vi": "Mẫu đo đủ dài", "en": "The sample is long enough"}


def _light(case: Case, rule: Rule, view: View, judged: Judged) -> Iterator[Line]:
    """By what a picture, or the register, shows that it was day; where the rule fails only by day."""
    expectation = judged.expectation
    if not expectation.in_light or judged.outcome == "pass":
        return
    signs = ("image.light", "register.daylight") if expectation.by_sun else ("image.light",)
    shown = tuple(fact_lines(case, signs, view, None))
    yield line(
        "Chỉ kết luận chưa đạt khi đo lúc có ánh sáng ban ngày (hình chụp trong vòng 10 phút quanh lúc đo):",
        "It may fail only in daylight (a picture taken within 10 minutes of it shows that):",
        *shown,
    )
    if rule.fails_also is not None:
        below = rule.fails_also
        also = Expectation(below.fact, "at_least", below.below)
        if _both_known(also, view, rule.max_age):
            yield filled(
                "hoặc khi chính khai báo không đạt mức – {name}: {asked}",
                "or when what is declared is too low – {name}: {asked}", name=named(below.fact),
                asked=_compared(also, view, rule.max_age).text,
            )  # fmt: skip


def _twice(case: Case, rule: Rule, view: View, judged: Judged) -> Iterator[Line]:
    """What the look before saw, where the rule wants to see a failure twice."""
    if not rule.twice or judged.fact is None or judged.outcome == "pass":
        return
    before = judged.fact.before
    if before is None:
        yield line("Phải thấy hai lần mới kết luận; lần trước chưa có số liệu.", "It must be seen twice; there is no "
                   "look before.")  # fmt: skip
        return
    found = (view.look(path, rule.max_age) for path in compared(judged.expectation)[1:])
    others = tuple(fact.value for fact in found if isinstance(fact, Fact))
    yield filled(
        "Phải thấy hai lần mới kết luận; lần trước, {at}: {asked}",
        "It must be seen twice; the look before, {at}: {asked}",
        at=moment(before.at, case.zone),
        asked=arithmetic(judged.expectation, before.value, others).text,
    )


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, (tuple, list)) else value
