"""Purchase: what an edition asks of a camera that is to be bought, and how a data sheet compares. Pure.

Strategy: the same operators and outcomes as for what a probe saw. A value that the papers do not name is unknown:
never a pass, never a failure. A rule without a table `purchase` asks nothing of a product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standards import reasons
from standards.buying.data_sheet import DataSheet, Said
from standards.judge import expected_text
from standards.model import LANGUAGES, Edition, Expectation, Outcome, Purchase, Rule, Text
from standards.model_paths import MODEL_NAMES, MODEL_PATHS
from standards.operators import OPERATORS
from standards.words import show

DATA_SHEET: Text = {
    "vi": "Tài liệu kỹ thuật của nhà sản xuất, ghi rõ trang",
    "en": "Technical papers of the manufacturer, with the page",
}
"""What shows a value where the rule names no other paper."""
NOT_SAID: Text = {"vi": "Tài liệu chưa nêu: {what}.", "en": "The papers do not say: {what}."}
SAID: Text = {"vi": "Tài liệu ghi {what}: {seen} (trang {page}).", "en": "The papers say {what}: {seen} (page {page})."}
NOTHING: Text = {"vi": "", "en": ""}


@dataclass(frozen=True)
class Requirement:
    """One row of a specification: a rule that speaks of products, and its requirement in words."""

    rule: Rule
    text: Text
    minimum: Text
    preferred: Text
    proof: Text


@dataclass(frozen=True)
class ModelFinding:
    """One requirement held against a data sheet. `said` are the values it was judged by; `note` what is preferred."""

    requirement: Requirement
    outcome: Outcome
    why: Text
    said: tuple[Said, ...] = ()
    note: Text | None = None


def specification(edition: Edition) -> tuple[Requirement, ...]:
    """What a new camera has to fulfil, one row for each rule that speaks of products, in the order of the rules."""
    return tuple(_requirement(rule, rule.purchase) for rule in edition.rules if rule.purchase is not None)


def check_model(edition: Edition, sheet: DataSheet) -> tuple[ModelFinding, ...]:
    """Every row of the specification held against the values of `sheet`."""
    rules = ((rule, rule.purchase) for rule in edition.rules)
    return tuple(_finding(rule, asked, sheet) for rule, asked in rules if asked is not None)


def rests_on_working_values(rows: tuple[Requirement, ...]) -> bool:
    """True when any of these rows has a working value: a specification with it says so in its heading."""
    return any(row.rule.source.state == "A" for row in rows)


def _requirement(rule: Rule, asked: Purchase) -> Requirement:
    known = rule.source.state != "N"
    return Requirement(
        rule,
        asked.text,
        _joined(asked.expect) if known else reasons.TO_BE_FILLED_IN,
        _joined(asked.prefer) if known else NOTHING,
        asked.proof or DATA_SHEET,
    )


def _joined(expectations: tuple[Expectation, ...]) -> Text:
    texts = [expected_text(expectation, None) for expectation in expectations]
    return {language: "; ".join(text[language] for text in texts) for language in LANGUAGES}


def _finding(rule: Rule, asked: Purchase, sheet: DataSheet) -> ModelFinding:
    row = _requirement(rule, asked)
    if rule.source.state == "N":
        return ModelFinding(row, "not_applicable", reasons.TO_BE_FILLED_IN)
    for condition in asked.unless:
        if _holds(condition, sheet) is True:
            return ModelFinding(row, "not_applicable", condition.why or reasons.NOT_LOOKED_AT)
    results = [(_holds(e, sheet), e) for e in asked.expect]
    outcome = _outcome([met for met, _ in results])
    shown = next(e for met, e in results if _OUTCOMES[met] == outcome)
    said = tuple(sheet.values[e.fact] for _, e in results if e.fact in sheet.values)
    note = _note(asked, sheet) if outcome == "pass" else None
    return ModelFinding(row, outcome, _why(shown, sheet), said, note)


_OUTCOMES: dict[bool | None, Outcome] = {False: "fail", None: "unknown", True: "pass"}


def _outcome(met: list[bool | None]) -> Outcome:
    return next(outcome for result, outcome in _OUTCOMES.items() if result in met)


def _holds(expectation: Expectation, sheet: DataSheet) -> bool | None:
    """Whether the sheet meets it; None when it does not name the value, or one that it is compared with."""
    operator = OPERATORS[expectation.operator]
    paths = (expectation.fact, *operator.others(expectation.argument))
    if any(path not in sheet.values for path in paths):
        return None
    value, *others = (sheet.values[path].value for path in paths)
    return operator.test(value, expectation.argument, expectation.tolerance, tuple(others))


def _why(expectation: Expectation, sheet: DataSheet) -> Text:
    said, name = sheet.values.get(expectation.fact), MODEL_NAMES[expectation.fact]
    if said is None:
        return {language: NOT_SAID[language].format(what=name[language]) for language in LANGUAGES}
    return {
        language: SAID[language].format(
            what=name[language], seen=_shown(expectation.fact, said.value, language), page=said.page
        )
        for language in LANGUAGES
    }


def _note(asked: Purchase, sheet: DataSheet) -> Text | None:
    missed = next((e for e in asked.prefer if _holds(e, sheet) is False), None)
    if missed is None:
        return None
    wanted = expected_text(missed, None)
    return {"vi": f"Mức nên đạt: {wanted['vi']}.", "en": f"Preferred: {wanted['en']}."}


def _shown(path: str, value: Any, language: str) -> str:
    return show(value, MODEL_PATHS[path].unit, language)
