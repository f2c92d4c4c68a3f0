"""Parse: tables of an edition file in, rules out; every mistake is written into the list that is handed in.

Strict: what is not asked for here is an unknown key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

from probes.errors import KINDS
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
)
from standards.reading.parse_expectation import parse_condition, parse_expectations, parse_template
from standards.reading.parse_purchase import parse_purchase
from standards.reading.table import NO_TEXT, Table, closest
from standards.reading.within import parse_within
from standards.view import known_paths

FIXES: tuple[Fix, ...] = get_args(Fix)
LEVELS: tuple[Level, ...] = get_args(Level)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
SUBJECTS: tuple[RuleSubject, ...] = get_args(RuleSubject)
LIGHTS = ("day", "any")
STATES: tuple[SourceState, ...] = get_args(SourceState)
OLDEST = timedelta(days=3650)
AGE = re.compile(r"([1-9][0-9]*)([dhm])")
_AGE_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def parse_rule(table: Table, everywhere: tuple[Expectation, ...]) -> Rule:
    """The rule in `table`; `everywhere` are conditions of the edition that switch off each stream and channel rule."""
    subject = table.code("subject", SUBJECTS) or "stream"
    needs, in_light = _needs(table)
    unless = tuple(parse_condition(t, subject) for t in table.tables("unless"))
    rule = Rule(
        id=table.text("id"),
        title=table.words("title") or NO_TEXT,
        subject=subject,
        decides=table.flag("decides"),
        level=table.code("level", LEVELS) or "informational",
        severity=table.code("severity", SEVERITIES) or "low",
        why=parse_template(table, required=True) or NO_TEXT,
        fix_text=table.words("fix_text") or NO_TEXT,
        source=_source(table),
        manual=table.flag("manual", default=False),
        when=tuple(parse_condition(t, subject) for t in table.tables("when")),
        unless=(*(everywhere if subject in ("stream", "channel") else ()), *unless),
        expect=parse_expectations(table, "expect", subject, in_light),
        prefer=parse_expectations(table, "prefer", subject),
        fix=table.code("fix", FIXES, required=False),
        within=parse_within(table),
        when_absent=_when_absent(table),
        max_age=_max_age(table),
        needs=needs,
        fails_also=_fails_also(table),
        twice=table.flag("twice", default=False),
        purchase=parse_purchase(table),
    )
    _hangs_together(table, rule)
    table.done()
    return rule


def parse_conditions(table: Table, key: str) -> tuple[Expectation, ...]:
    """The conditions of an edition that hold for all its stream and channel rules."""
    return tuple(parse_condition(t, "stream") for t in table.tables(key))


def _hangs_together(table: Table, rule: Rule) -> None:
    known = rule.source.state != "N"
    if rule.manual and "expect" in table.data:
        table.wrong("expect", "a manual rule is answered by a person; leave it out")
    if rule.manual and any("{" in text for text in rule.why.values()):
        table.wrong("why", "nothing is measured for a manual rule; leave {seen} and {expected} out")
    if not rule.manual and known and table.data.get("expect", []) == []:
        table.wrong("expect", 'missing; write { fact = "…", … }, or manual = true, or source.state = "N"')
    if known and rule.fix is None and rule.within is None and not {"fix", "within"} & set(table.data):
        table.wrong("fix", f"missing; write one of {', '.join(FIXES)}, or within")
    if rule.fix == "replace" and not rule.manual:
        table.wrong("fix", "only what a device surely cannot do becomes replace; write within, or another fix")
    if rule.fix is not None and rule.within is not None:
        table.wrong("within", "stands beside fix; leave one of them out")
    if rule.needs != Evidence() and rule.subject not in ("stream", "channel"):
        table.wrong("needs", f"no sample is taken of a {rule.subject}; leave it out")


def _needs(table: Table) -> tuple[Evidence, bool]:
    below = table.table("needs", required=False)
    if below is None:
        return Evidence(), False
    light = below.code("light", LIGHTS, required=False)
    needs = Evidence(below.amount("seconds"), below.count("frames"), below.count("packets"))
    below.done()
    return needs, light == "day"


def _max_age(table: Table) -> timedelta | None:
    if not table.has("max_age"):
        return None
    text = table.text("max_age")
    match = AGE.fullmatch(text)
    if match is None:
        table.wrong("max_age", f'{text!r} is no age; write days, hours or minutes, like "14d", "12h", "30m"')
        return None
    try:
        age = timedelta(**{_AGE_UNITS[match[2]]: int(match[1])})
    except (OverflowError, ValueError):  # ValueError: more digits than Python reads
        age = timedelta.max
    if age > OLDEST:
        table.wrong("max_age", f'{text!r} is too long; write at most "{OLDEST.days}d"')
        return None
    return age


def _when_absent(table: Table) -> Mapping[str, Fix]:
    definite = tuple(kind.name for kind in KINDS.values() if kind.definite)
    value = table.raw("when_absent", "a fix", required=False)
    if isinstance(value, dict):
        below = Table(f"{table.where}: when_absent", value, table.mistakes)
        found = {kind: below.code(kind, FIXES, required=False) for kind in definite}
        below.done()
    else:
        found = dict.fromkeys(definite, table.code("when_absent", FIXES, required=False))
    if "replace" in found.values():
        table.wrong("when_absent", 'what was not seen never becomes replace; write "survey"')
    return {kind: fix for kind, fix in found.items() if fix is not None}


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
        confirmed_on=below.day("confirmed_on", ""),
        sha256=below.text("sha256", ""),
    )
    below.done()
    if source.state == "P":
        for key in ("clause", "quote"):
            if not getattr(source, key).strip():
                below.wrong(key, f"a confirmed value (state P) needs one; write the {key} of the document")
    return source
