"""Places: a site and a school are judged by the same engine, and what is not known of a sum stays unknown."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from probes.facts import Fact
from standards import Answer, Editions, Finding, Subject
from standards.places import SchoolFacts, SiteFacts, Taken, evaluate_place
from tests.standards.sheets import DAY, HCMC, NOW

RATES = st.lists(st.one_of(st.none(), st.floats(100, 20_000)), min_size=1, max_size=8)


def taken(kbps: float | None, age: timedelta = timedelta()) -> Taken:
    """A camera that was measured `age` ago; None: nobody knows its rate."""
    return Taken() if kbps is None else Taken(measured=Fact(kbps, NOW - age, "a test"))


def uplink(site: SiteFacts) -> Finding:
    """What the rule on the uplink says of `site`."""
    return next(f for f in evaluate_place(HCMC, site, (), NOW) if f.rule == "uplink")


@given(RATES, st.floats(1, 200))
def test_a_missing_rate_never_makes_a_pass_and_a_lower_bound_that_fails_goes_on_failing(
    rates: list[float | None], line: float
) -> None:
    """Whatever the rates: pass only where all are known; knowing one more never takes a failure back."""
    found = uplink(SiteFacts(line, tuple(map(taken, rates))))
    if None in rates:
        assert found.outcome in ("fail", "unknown")
    if found.outcome == "fail":
        known = tuple(taken(rate or 5_000) for rate in rates)
        assert uplink(SiteFacts(line, known)).outcome == "fail"


def test_a_faster_line_never_makes_it_worse() -> None:
    """What fits a line fits a faster one."""
    order = {"fail": 0, "pass": 1}
    outcomes = [uplink(SiteFacts(line, (taken(8_000),))).outcome for line in (5, 11, 11.5, 40)]
    assert outcomes == sorted(outcomes, key=order.__getitem__) == ["fail", "fail", "pass", "pass"]


def test_the_sum_says_how_it_was_had_and_is_as_old_as_its_oldest_part() -> None:
    """A measured rate goes before a declared limit, unless it is too old to be used."""
    declared = Fact(4_096, NOW, "onvif")
    old = Taken(Fact(2_000, NOW - 20 * DAY, "a test"), declared)
    found = uplink(SiteFacts(100, (taken(6_000, 3 * DAY), old)))
    assert (found.outcome, round(found.seen, 3), found.how) == ("pass", 10.096, "sum, declared limits")
    assert found.at == NOW - 3 * DAY
    assert uplink(SiteFacts(100, (Taken(Fact(2_000, NOW, "a test"), declared),))).how == "sum"


def test_a_finding_about_a_site_decides_nothing_about_a_camera() -> None:
    """It is about the site, and counts in no verdict."""
    found = uplink(SiteFacts(4, (taken(8_000),)))
    assert (found.subject, found.outcome, found.decides) == (Subject("site"), "fail", False)


def test_what_a_school_is_asked_is_judged_by_its_answer() -> None:
    """Asked, answered, and asked again after the age of the rule; each says that an answer is the method."""
    school = SchoolFacts(channels=12, offered=4)

    def retention(*answers: Answer) -> Finding:
        found = Editions.of(HCMC).evaluate_place(school, answers, NOW)
        return next(f for f in found if f.rule == "retention")

    yes = Answer("retention", Subject("school"), True, "Hiệu trưởng", NOW - 365 * DAY)
    assert (retention().outcome, retention().how) == ("not_applicable", "answer")
    assert (retention(yes).outcome, retention(yes).how) == ("pass", "answer")
    late = Answer("retention", Subject("school"), True, "Hiệu trưởng", NOW - 366 * DAY)
    assert retention(late).outcome == "unknown"
    assert retention(yes, Answer("retention", Subject("school"), False, "B", NOW)).fix == "survey"
