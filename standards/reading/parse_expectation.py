"""Expectations: tables with a fact and one operator in, values out; every mistake is written down."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from math import isfinite
from string import Formatter
from typing import Literal

from standards.arguments import is_number
from standards.model import Expectation, RuleSubject, Text, Tolerance
from standards.operators import OPERATORS, Operator
from standards.reading.table import NO_TEXT, Table
from standards.view import known_paths

About = RuleSubject | Literal["model"]
LIGHTS_OF_FACT = ("day", "any", "sun")
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_SEEN_BY = {
    "stream": {"stream", "channel", "device"},
    "channel": {"stream", "channel", "device"},
    "device": {"device"},
    "school": {"school"},
    "site": {"site"},
    "model": {"model"},
}
"""Whose facts may be named, by what the expectation is about: the subject of a rule, or a model that is for sale."""


def parse_expectations(table: Table, key: str, subject: About, in_light: bool = False) -> tuple[Expectation, ...]:
    """The expectations at `key`, one table or a list; `in_light` is what the whole rule says of its evidence."""
    found: list[Expectation] = []
    for below in table.tables(key):
        light = below.code("light", LIGHTS_OF_FACT, required=False)
        optional = below.flag("optional", default=False)
        expectation = _expectation(below, subject)
        if expectation is not None:
            by_day = light != "any" if light else in_light
            found.append(replace(expectation, in_light=by_day, by_sun=light == "sun", optional=optional))
    return tuple(found)


def parse_condition(table: Table, subject: About) -> Expectation:
    """A condition says why the rule is then not applicable; a role needs no words, it makes no finding."""
    if table.data.get("fact") != "stream.role" and "why" not in table.data:
        table.wrong("why", 'missing; write { vi = "…", en = "…" }, shown where the rule does not apply')
    return _expectation(table, subject) or Expectation("stream.role", "is", "main")


def _expectation(table: Table, subject: About) -> Expectation | None:
    path = table.text("fact")
    type_ = known_paths().get(path)
    named = [name for name in OPERATORS if table.has(name)]
    text, why = table.words("text", required=False), parse_template(table, required=False)
    tolerance = _tolerance(table)
    table.done(OPERATORS)
    if type_ is None:
        if path:
            table.wrong("fact", f'"{path}" is no fact; {_instead(path)}')
        return None
    _in_sight(table, "fact", path, subject)
    operator = _operator(table, named)
    if operator is None:
        return None
    if type_.kind not in operator.kinds:
        fitting = sorted(o.name for o in OPERATORS.values() if type_.kind in o.kinds)
        table.wrong(operator.name, f'does not fit "{path}", which is of kind {type_.kind}; write {_one_of(fitting)}')
        return None
    if tolerance != Tolerance() and not operator.tolerant:
        table.wrong("tolerance", f"{operator.name} takes none; leave it out")
    try:
        argument = operator.read(table.data[operator.name], type_.kind)
    except ValueError as error:
        table.wrong(operator.name, f"{table.data[operator.name]!r} does not fit; write {error}")
        return None
    for other in operator.others(argument):
        _in_sight(table, operator.name, other, subject)
    return Expectation(path, operator.name, argument, tolerance, text, why)


def _in_sight(table: Table, key: str, path: str, subject: About) -> None:
    owner = known_paths()[path].subject
    if owner not in _SEEN_BY[subject]:
        what = "what is asked of a model" if subject == "model" else f"a rule on a {subject}"
        table.wrong(key, f'"{path}" is a fact of a {owner}; {what} cannot see it')


def _instead(path: str) -> str:
    """What to write instead of an unknown path: the nearest ones, else those of its group, else the groups."""
    near = get_close_matches(path, known_paths(), n=2, cutoff=0.7)
    if near:
        return "did you mean " + " or ".join(f'"{p}"' for p in near) + "?"
    mates = [p for p in known_paths() if p.startswith(f"{path.split('.', 1)[0]}.")]
    if mates:
        return f"write one of {', '.join(mates)}"
    return f"the groups of facts are {', '.join(sorted({p.split('.', 1)[0] for p in known_paths()}))}"


def _one_of(names: list[str]) -> str:
    return f"one of {', '.join(names)}" if names else "a rule on another fact"


def _operator(table: Table, named: list[str]) -> Operator | None:
    if len(named) == 1:
        return OPERATORS[named[0]]
    if named:
        table.wrong(", ".join(named), "two operators in one place; write a list of tables, one operator in each")
    elif set(table.data) <= {"fact", "text", "why", "tolerance", "light", "optional"}:
        table.wrong("operator", f"missing; write one of {', '.join(OPERATORS)}")
    return None


def parse_template(table: Table, required: bool) -> Text | None:
    """The sentence at `why`, in which {seen} and {expected} may stand."""
    words = table.words("why", required)
    for language, text in (words or NO_TEXT).items():
        if not fills_in(text):
            table.wrong("why", f"{language}: only {{seen}} and {{expected}} may stand in braces")
    return words


def fills_in(text: str) -> bool:
    """True when nothing but {seen} and {expected} stands in braces."""
    try:
        fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    except ValueError:
        return False
    return {name + (spec or "") + (how or "") for name, spec, how in fields} <= {"seen", "expected"}


def _tolerance(table: Table) -> Tolerance:
    value = table.raw("tolerance", "a number", required=False)
    match value:
        case None:
            return Tolerance()
        case int() | float() if is_number(value) and value >= 0:
            return Tolerance(absolute=float(value))
        case str() if (ratio := _RATIO.fullmatch(value)) and isfinite(share := float(ratio[1])):
            return Tolerance(ratio=share / 100)
    table.wrong("tolerance", f'{value!r} is none; write a number in the unit of the fact, or a share like "10%"')
    return Tolerance()
