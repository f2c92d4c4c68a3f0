"""Proof: every rule of every edition has its cases as data, and each case comes to what it says."""

import re
from string import Formatter

import pytest

from standards import available, load_edition
from tests.standards.cases import EVERYWHERE, OF_A_CHANNEL, cases_of, differences, finding_of

EDITIONS = {edition_id: load_edition(edition_id) for edition_id in available()}
CASES = {edition_id: cases_of(edition_id) for edition_id in EDITIONS}


def _tried(edition_id):
    """(rule, case) of everything that is to be tried, those of everywhere on each rule they are for."""
    edition = EDITIONS[edition_id]
    for case in CASES[edition_id]:
        if case.rule != EVERYWHERE:
            yield edition.rule(case.rule), case
            continue
        yield from ((rule, case) for rule in edition.rules if rule.subject in OF_A_CHANNEL and rule.source.state != "N")


def _conditions(rule):
    """The conditions that can make a rule not applicable, by the English sentence that says so."""
    return [c.why["en"] for c in (*rule.when, *rule.unless) if c.fact != "stream.role"]


def _needed(rule):
    """The outcomes of which a rule must have a case."""
    if rule.source.state == "N":
        return {"not_applicable"}
    may_not_apply = rule.manual or _conditions(rule)
    return {"pass", "fail", "unknown"} | ({"not_applicable"} if may_not_apply else set())


def _says(template, sentence):
    """True when the sentence is the template with anything in its braces."""
    parts = (re.escape(text) + ("" if name is None else ".*") for text, name, *_ in Formatter().parse(template))
    return re.fullmatch("".join(parts), sentence) is not None


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_each_case_comes_to_what_it_says(edition_id):
    """Outcome, fix, fact, what was seen and the sentence are those of the case, for every case of the file."""
    edition = EDITIONS[edition_id]
    wrong = [
        f"{rule.id}, {case.outcome} {case.name}: {difference}"
        for rule, case in _tried(edition_id)
        for difference in differences(case, finding_of(edition, rule, case))
    ]
    assert wrong == []


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_no_rule_is_without_a_case_of_each_outcome_it_can_have(edition_id):
    """Pass, fail, unknown; not applicable for a rule with a condition or a person; that alone for one without value."""
    had = {}
    for rule, case in _tried(edition_id):
        had.setdefault(rule.id, set()).add(case.outcome)
    missing = {rule.id: sorted(_needed(rule) - had.get(rule.id, set())) for rule in EDITIONS[edition_id].rules}
    assert {rule: outcomes for rule, outcomes in missing.items() if outcomes} == {}


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_no_condition_is_without_a_case(edition_id):
    """Whatever makes a rule not applicable is shown to do so, by its own sentence."""
    edition, said = EDITIONS[edition_id], {}
    for rule, case in _tried(edition_id):
        if case.outcome == "not_applicable":
            said.setdefault(rule.id, []).append(finding_of(edition, rule, case).why["en"])
    untold = [
        (rule.id, template)
        for rule in edition.rules
        if rule.source.state != "N"
        for template in _conditions(rule)
        if not any(_says(template, sentence) for sentence in said.get(rule.id, ()))
    ]
    assert untold == []
