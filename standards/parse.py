"""Parse: tables of an edition file in, rules out; every mistake is written into the list that is handed in.

Strict: what is not asked for here is an unknown key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from string import Formatter
from typing import get_args

from probes.errors import KINDS
from standards.arguments import is_number
from standards.model import (
    Evidence,
    Expectation,
    FailsAlso,
    Fix,
    Level,
    Rule,
    RuleSubject,
    Severity,
    Source,
    SourceState,
    Text,
    Tolerance,
)
from standards.operators import OPERATORS, Operator
from standards.reading import NO_TEXT, Table, closest
from standards.view import known_paths
from standards.within import parse_within

FIXES: tuple[Fix, ...] = get_args(Fix)
LEVELS: tuple[Level, ...] = get_args(Level)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
SUBJECTS: tuple[RuleSubject, ...] = get_args(RuleSubject)
LIGHTS = ("day", "any")
LIGHTS_OF_FACT = (*LIGHTS, "sun")
STATES: tuple[SourceState, ...] = get_args(SourceState)
_AGE = re.compile(r"([1-9][0-9]*)([dhm])")
_AGE_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_SEEN_BY = {
    "stream": {"stream", "channel", "device"},
    "channel": {"stream", "channel", "device"},
    "device": {"device"},
    "school": set[str](),
    "site": set[str](),
}
"""Whose facts a rule may name, by its subject."""


def parse_rule(table: Table, everywhere: tuple[Expectation, ...]) -> Rule:
    """The rule in `table`; `everywhere` are conditions of the edition that switch off each stream and channel rule."""
    subject = table.code("subject", SUBJECTS) or "stream"
    needs, in_light = _needs(table)
    unless = tuple(_condition(t, subject) for t in table.tables("unless"))
    rule = Rule(
        id=table.text("id"),
        title=table.words("title") or NO_TEXT,
        subject=subject,
        decides=table.flag("decides"),
        level=table.code("level", LEVELS) or "informational",
        severity=table.code("severity", SEVERITIES) or "low",
        why=_template(table, required=True) or NO_TEXT,
        fix_text=table.words("fix_text") or NO_TEXT,
        source=_source(table),
        manual=table.flag("manual", default=False),
        when=tuple(_condition(t, subject) for t in table.tables("when")),
        unless=(*(everywhere if subject in ("stream", "channel") else ()), *unless),
        expect=_expectations(table, "expect", subject, in_light),
        prefer=_expectations(table, "prefer", subject),
        fix=table.code("fix", FIXES, required=False),
        within=parse_within(table),
        when_absent=_when_absent(table),
        max_age=_max_age(table),
        needs=needs,
        fails_also=_fails_also(table),
        twice=table.flag("twice", default=False),
    )
    _hangs_together(table, rule)
    table.done()
    return rule


def parse_conditions(table: Table, key: str) -> tuple[Expectation, ...]:
    """The conditions of an edition that hold for all its stream and channel rules."""
    return tuple(_condition(t, "stream") for t in table.tables(key))


def _hangs_together(table: Table, rule: Rule) -> None:
    known = rule.source.state != "N"
    if rule.manual and "expect" in table.data:
        table.wrong("expect", "a manual rule is answered by a person; leave it out")
    if rule.manual and any("{" in text for text in rule.why.values()):
        table.wrong("why", "nothing is measured for a manual rule; leave {seen} and {expected} out")
    if not rule.manual and known and table.data.get("expect", []) == []:
        table.wrong("expect", 'missing; write { fact = "…", … }, or manual = true, or source.state = "N"')
    if not rule.manual and rule.subject in ("school", "site") and known:
        table.wrong("manual", f"no probe looks at a {rule.subject}; write manual = true")
    if known and rule.fix is None and rule.within is None and not {"fix", "within"} & set(table.data):
        table.wrong("fix", f"missing; write one of {', '.join(FIXES)}, or within")
    if rule.fix is not None and rule.within is not None:
        table.wrong("within", "stands beside fix; leave one of them out")
    if rule.needs != Evidence() and rule.subject not in ("stream", "channel"):
        table.wrong("needs", f"no sample is taken of a {rule.subject}; leave it out")


def _expectations(table: Table, key: str, subject: RuleSubject, in_light: bool = False) -> tuple[Expectation, ...]:
    found: list[Expectation] = []
    for below in table.tables(key):
        light = below.code("light", LIGHTS_OF_FACT, required=False)
        optional = below.flag("optional", default=False)
        expectation = _expectation(below, subject)
        if expectation is not None:
            by_day = light != "any" if light else in_light
            found.append(replace(expectation, in_light=by_day, by_sun=light == "sun", optional=optional))
    return tuple(found)


def _condition(table: Table, subject: RuleSubject) -> Expectation:
    """A condition says why the rule is then not applicable; a role needs no words, it makes no finding."""
    if table.data.get("fact") != "stream.role" and "why" not in table.data:
        table.wrong("why", 'missing; write { vi = "…", en = "…" }, shown where the rule does not apply')
    return _expectation(table, subject) or Expectation("stream.role", "is", "main")


def _expectation(table: Table, subject: RuleSubject) -> Expectation | None:
    path = table.text("fact")
    type_ = known_paths().get(path)
    named = [name for name in OPERATORS if table.has(name)]
    text, why = table.words("text", required=False), _template(table, required=False)
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


def _in_sight(table: Table, key: str, path: str, subject: RuleSubject) -> None:
    owner = known_paths()[path].subject
    if owner not in _SEEN_BY[subject]:
        table.wrong(key, f'"{path}" is a fact of a {owner}; a rule on a {subject} cannot see it')


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


def _template(table: Table, required: bool) -> Text | None:
    words = table.words("why", required)
    for language, text in (words or NO_TEXT).items():
        try:
            fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
            names = {name + (spec or "") + (how or "") for name, spec, how in fields}
        except ValueError:
            names = {"{"}
        if names - {"seen", "expected"}:
            table.wrong("why", f"{language}: only {{seen}} and {{expected}} may stand in braces")
    return words


def _tolerance(table: Table) -> Tolerance:
    value = table.raw("tolerance", "a number", required=False)
    match value:
        case None:
            return Tolerance()
        case int() | float() if is_number(value) and value >= 0:
            return Tolerance(absolute=float(value))
        case str() if ratio := _RATIO.fullmatch(value):
            return Tolerance(ratio=float(ratio[1]) / 100)
    table.wrong("tolerance", f'{value!r} is none; write a number in the unit of the fact, or a share like "10%"')
    return Tolerance()


def _needs(table: Table) -> tuple[Evidence, bool]:
    below = table.table("needs", required=False)
    if below is None:
        return Evidence(), False
    light = below.code("light", LIGHTS, required=False)
    needs = Evidence(below.number("seconds", 0.0), below.count("frames"), below.count("packets"))
    below.done()
    return needs, light == "day"


def _max_age(table: Table) -> timedelta | None:
    if not table.has("max_age"):
        return None
    text = table.text("max_age")
    match = _AGE.fullmatch(text)
    if match is None:
        table.wrong("max_age", f'{text!r} is no age; write days, hours or minutes, like "14d", "12h", "30m"')
        return None
    return timedelta(**{_AGE_UNITS[match[2]]: int(match[1])})


def _when_absent(table: Table) -> Mapping[str, Fix]:
    definite = tuple(kind.name for kind in KINDS.values() if kind.definite)
    value = table.raw("when_absent", "a fix", required=False)
    if isinstance(value, dict):
        below = Table(f"{table.where}: when_absent", value, table.mistakes)
        found = {kind: below.code(kind, FIXES, required=False) for kind in definite}
        below.done()
        return {kind: fix for kind, fix in found.items() if fix is not None}
    fix = table.code("when_absent", FIXES, required=False)
    return dict.fromkeys(definite, fix) if fix else {}


def _fails_also(table: Table) -> FailsAlso | None:
    below = table.table("fails_also", required=False)
    if below is None:
        return None
    path, limit = below.text("fact"), below.number("below")
    below.done()
    if path not in known_paths() or known_paths()[path].kind != "number":
        below.wrong("fact", f'"{path}" is no fact of kind number; {closest(path, _numbers())}')
    return FailsAlso(path, limit)


def _numbers() -> tuple[str, ...]:
    return tuple(path for path, type_ in known_paths().items() if type_.kind == "number")


def _source(table: Table) -> Source:
    below = table.table("source")
    if below is None:
        return Source("", "N")
    source = Source(
        document=below.text("document"),
        state=below.code("state", STATES) or "N",
        clause=below.text("clause", ""),
        quote=below.text("quote", ""),
        confirmed_by=below.text("confirmed_by", ""),
        confirmed_on=below.text("confirmed_on", ""),
        sha256=below.text("sha256", ""),
    )
    below.done()
    if source.state == "P":
        for key in ("clause", "quote"):
            if not getattr(source, key).strip():
                below.wrong(key, f"a confirmed value (state P) needs one; write the {key} of the document")
    return source
