"""Explain a fact: its value, when and how it was had and how old it may be; or why it is missing and who cures that.

Pure. A derived fact shows what it is made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from probes.errors import Failure
from probes.facts import Encoding, Fact
from standards import reasons
from standards.explaining.lines import Line, filled, line, moment
from standards.model import LANGUAGES, Answer, Expectation, Fix, RegisterFacts, Text
from standards.names import FIXES, STEPS, how_of, name_of, value_of
from standards.operators import OPERATORS
from standards.view import Absent, View, made_from
from standards.words import CODES, number

_AGAIN: Text = {"vi": "kiểm tra lại", "en": "look again"}


@dataclass(frozen=True)
class Case:
    """What stands beside the facts of a device: the register, answers of people, now, and how times are shown."""

    register: RegisterFacts
    answers: tuple[Answer, ...]
    now: datetime
    zone: tzinfo
    acts: Callable[[Fix | None], Text]


def both(text: str) -> Text:
    """The same in both languages: a code, a name."""
    return dict.fromkeys(LANGUAGES, text)


def named(path: str) -> Text:
    """What the fact at this path is called."""
    return {lang: name_of(path, lang) for lang in LANGUAGES}


def compared(expectation: Expectation) -> tuple[str, ...]:
    """The paths that an expectation compares."""
    return (expectation.fact, *OPERATORS[expectation.operator].others(expectation.argument))


def fact_lines(case: Case, paths: Iterable[str], view: View, max_age: timedelta | None) -> Iterator[Line]:
    """Each of these facts with its value, time, method and age; or why it is missing."""
    for path in paths:
        fact = view.look(path, max_age)
        if isinstance(fact, Fact):
            yield _fact(case, path, fact, view, max_age)
        else:
            missing = missing_line(fact, case.acts, max_age)
            yield filled(
                "{name} [{path}]: không có số liệu. {why}", "{name} [{path}]: missing. {why}", *missing.below,
                name=named(path), path=both(path), why=missing.text,
            )  # fmt: skip


def _fact(case: Case, path: str, fact: Fact, view: View, max_age: timedelta | None) -> Line:
    parts = [view.look(part) for part in made_from(path)]
    below = tuple(_part(p, f) for p, f in zip(made_from(path), parts, strict=True) if isinstance(f, Fact))
    age = (case.now - fact.at).total_seconds() / 86400
    may = max_age.total_seconds() / 86400 if max_age else None
    limit = {
        "vi": f"; cũ {number(age, 'vi')} ngày ≤ {number(may, 'vi')} ngày" if may is not None else "",
        "en": f"; {number(age, 'en')} days old ≤ {number(may, 'en')} days" if may is not None else "",
    }
    how = {lang: how_of(fact.how, lang) or fact.how for lang in LANGUAGES}
    return filled(
        "{name} [{path}] = {value}; {how} lúc {at}{limit}", "{name} [{path}] = {value}; {how} at {at}{limit}", *below,
        name=named(path), path=both(path), value=shown(path, fact.value), how=how, at=moment(fact.at, case.zone),
        limit=limit,
    )  # fmt: skip


def _part(path: str, fact: Fact) -> Line:
    return filled(
        "tính từ {name} [{path}] = {value}", "made from {name} [{path}] = {value}", name=named(path), path=both(path),
        value=shown(path, fact.value),
    )  # fmt: skip


def shown(path: str, value: object) -> Text:
    """A value as a person reads it; encodings by their codecs."""
    if isinstance(value, (tuple, list)) and value and all(isinstance(v, Encoding) for v in value):
        return both("; ".join(CODES.get(v.codec, v.codec) for v in value))
    return value_of(path, value)


def missing_line(absent: Absent, acts: Callable[[Fix | None], Text], max_age: timedelta | None = None) -> Line:
    """Why a fact cannot be used, what would make it knowable, and whose work that is."""
    if absent.failure is not None:
        return _failed(absent.failure, acts)
    if absent.age is not None and max_age is not None:
        return Line(reasons.stale(absent.age, max_age))
    return Line(reasons.NOT_LOOKED_AT)


def _failed(failure: Failure, acts: Callable[[Fix | None], Text]) -> Line:
    fix = reasons.fix_to_know(failure)
    detail = (line(f"Chi tiết: {failure.detail}", f"Detail: {failure.detail}"),) if failure.detail else ()
    step = STEPS.get(failure.step, both(failure.step))
    why = filled("{why} Ở bước: {step}.", "{why} At the step: {step}.", why=reasons.failed(failure), step=step)
    if fix is None:
        cure = filled("Cần: {again}.", "Needed: {again}.", again=_AGAIN)
    else:
        cure = filled(
            "Cần: {fix}; đơn vị xử lý: {who}.", "Needed: {fix}; who acts: {who}.", fix=FIXES[fix], who=acts(fix)
        )
    return Line(why.text, (cure, *detail))
