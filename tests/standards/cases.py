"""Cases of rules as data: one file an edition in `cases/`, rule -> outcome -> list of cases.

A case says what is different about the good camera of `sheets.py`, and what is expected of the finding. Keys of a case:

- `name`: what the case shows, where that is not plain
- `facts`: path -> value; `size = [w, h]` is measured and declared width and height at once
- `failed`: path or group -> kind of failure; `absent`: paths or groups that nobody looked at
- `before`: `facts` of the look before (a day earlier); without it that look saw the same
- `register`: path without `register.` -> value, or "not registered"; `same_model`: encodings that others of the model
  show
- `site`: of a rule on a site, `uplink_mbps`, `measured_kbps` and `declared_kbps` of one camera each, `unknown`: how
  many cameras more, `measured_days_ago` (0 without it)
- `answer`: true, false or "cannot tell"; `answered_days_ago`: how long ago (1 without it)
- expected of the finding: `fix`, `fact`, `seen`, `expected` (English), `why` (a part of the English sentence)

`[[everywhere.not_applicable]]` is tried on each rule on a stream or a channel. A rule of state N has one outcome, a
manual rule has its cases by `answer`. Strict: a key that is not known is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from probes.facts import Encoding, Fact
from standards import Answer, Edition, Finding, RegisterFacts, Subject, evaluate
from standards.model import Outcome, Rule
from standards.places import SchoolFacts, SiteFacts, Taken, evaluate_place
from tests.standards.sheets import NOW, REGISTER, Missing, sheet, size

HERE = Path(__file__).parent / "cases"
EVERYWHERE = "everywhere"
NOT_REGISTERED = "not registered"
OF_A_CHANNEL = {"stream": Subject("stream", "main", 1), "channel": Subject("channel", "1", 1)}


@dataclass(frozen=True)
class Case:
    """One case; the module says what its fields hold."""

    rule: str
    outcome: Outcome
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    failed: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    before: Mapping[str, Any] | None = None
    register: Mapping[str, Any] = field(default_factory=dict)
    same_model: tuple[Encoding, ...] = ()
    site: Mapping[str, Any] | None = None
    answer: bool | str | None = None
    answered_days_ago: int = 1
    fix: str | None = None
    fact: str | None = None
    seen: Any = None
    expected: str | None = None
    why: str | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What is different about the good camera, as `sheets.py` takes it."""
        failed = {path: Missing(kind) for path, kind in self.failed.items()}
        return (size(*self.size) if self.size else {}) | dict(self.facts) | failed | dict.fromkeys(self.absent)


_CASE_KEYS = {f.name for f in fields(Case)} - {"rule", "outcome"}


def cases_of(edition_id: str) -> tuple[Case, ...]:
    """Every case of the edition with this id, in the order of its file; those of everywhere under that name."""
    data = tomllib.loads((HERE / f"{edition_id}.toml").read_text(encoding="utf-8"))
    return tuple(
        _case(rule, outcome, table)
        for rule, outcomes in data.items()
        for outcome, tables in outcomes.items()
        for table in tables
    )


def finding_of(edition: Edition, rule: Rule, case: Case) -> Finding:
    """What `rule` comes to for the camera of `case`."""
    subject = OF_A_CHANNEL.get(rule.subject, Subject(rule.subject))
    answers = _answers(rule, subject, case)
    if rule.subject in ("site", "school"):
        place = SchoolFacts() if rule.subject == "school" else _site(**case.site or {})
        findings = evaluate_place(edition, place, answers, NOW)
    else:
        findings = evaluate(edition, sheet(case.changes, case.before), register_of(case), answers, NOW)
    (finding,) = (f for f in findings if f.rule == rule.id)
    return finding


def differences(case: Case, finding: Finding) -> list[str]:
    """How `finding` is other than `case` expects, empty when it is as expected."""
    wanted: dict[str, tuple[Any, Any]] = {"outcome": (case.outcome, finding.outcome)}
    for key in ("fix", "fact", "seen"):
        if getattr(case, key) is not None:
            wanted[key] = (_plain(getattr(case, key)), getattr(finding, key))
    if case.expected is not None:
        wanted["expected"] = (case.expected, finding.expected["en"])
    wrong = [f"{key}: expected {want!r}, is {got!r}" for key, (want, got) in wanted.items() if want != got]
    if case.why is not None and case.why not in finding.why["en"]:
        wrong.append(f"why: {case.why!r} is not said in {finding.why['en']!r}")
    return wrong


def _case(rule: str, outcome: Any, table: Mapping[str, Any]) -> Case:
    unknown = set(table) - _CASE_KEYS
    if unknown:
        raise ValueError(f"a case of {rule}, {outcome}: unknown keys {sorted(unknown)}")
    values = {key: _value(key, value) for key, value in table.items()}
    return Case(rule, outcome, **values)


def _value(key: str, value: Any) -> Any:
    if key in ("facts", "before"):
        return {path: _encodings(v) if path == "capable.encodings" else _tuple(v) for path, v in value.items()}
    return _encodings(value) if key == "same_model" else _tuple(value)


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def _encodings(tables: list[dict[str, Any]]) -> tuple[Encoding, ...]:
    return tuple(Encoding(**{key: _tuple(value) for key, value in table.items()}) for table in tables)


def register_of(case: Case) -> RegisterFacts:
    """What the register knows of channel 1, the width of its scene included; daylight is of now."""
    known = {key: dict(value) for key, value in vars(REGISTER).items() if value and key != "same_model"}
    for key, value in case.register.items():
        known[key] = {1: Fact(value, NOW, "register") if key == "daylight" else value}
    stated = {key: by_channel for key, by_channel in known.items() if by_channel.get(1) != NOT_REGISTERED}
    return RegisterFacts(same_model=case.same_model, **stated)


def _site(
    uplink_mbps: float | None = None,
    measured_kbps: tuple[float, ...] = (),
    declared_kbps: tuple[float, ...] = (),
    unknown: int = 0,
    measured_days_ago: int = 0,
) -> SiteFacts:
    """A site that offers one camera for each rate, and `unknown` more."""
    at = NOW - timedelta(days=measured_days_ago)
    measured = [Taken(measured=Fact(rate, at, "a test")) for rate in measured_kbps]
    declared = [Taken(declared=Fact(rate, NOW, "a test")) for rate in declared_kbps]
    return SiteFacts(uplink_mbps, (*measured, *declared, *[Taken()] * unknown))


def _answers(rule: Rule, subject: Subject, case: Case) -> tuple[Answer, ...]:
    if case.answer is None:
        return ()
    met = None if case.answer == "cannot tell" else bool(case.answer)
    return (Answer(rule.id, subject, met, "a person", NOW - timedelta(days=case.answered_days_ago)),)
