"""What a waiver is at a moment: every state just before and just after each of its boundaries, in its zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from unicodedata import normalize

import pytest

from standards.waiving.waivers import KEYS, SCOPES, STANDINGS, Terms, Waiver, covering, phase, shown, standing, waits_at
from standards.waiving.working_days import WorkingDays
from tests.standards.waiving import waiver_values as known
from tests.standards.waiving.waiver_values import APPROVED, PLACE, REFUSED, REQUEST, WITHDRAWN, at, changed

TERMS = Terms()
SECOND_BEFORE = "23:59:59"
BOUNDARIES = (
    (REQUEST, "2026-11-30 09:00", "asked"),
    (REQUEST, "2027-06-01 00:00", "asked"),
    (APPROVED, "2026-12-02 09:59:59", "asked"),
    (APPROVED, "2026-12-02 10:00", "not_begun"),
    (APPROVED, f"2026-12-06 {SECOND_BEFORE}", "not_begun"),
    (APPROVED, "2026-12-07 00:00", "in_force"),
    (APPROVED, f"2027-03-17 {SECOND_BEFORE}", "in_force"),
    (APPROVED, "2027-03-18 00:00", "lapsing"),
    (APPROVED, f"2027-03-31 {SECOND_BEFORE}", "lapsing"),
    (APPROVED, "2027-04-01 00:00", "lapsed"),
    (REFUSED, "2026-12-02 09:59:59", "asked"),
    (REFUSED, "2026-12-02 10:00", "refused"),
    (REFUSED, "2027-06-01 00:00", "refused"),
    (WITHDRAWN, "2027-01-05 07:59:59", "in_force"),
    (WITHDRAWN, "2027-01-05 08:00", "withdrawn"),
    (WITHDRAWN, "2027-06-01 00:00", "withdrawn"),
)


@pytest.mark.parametrize(("waiver", "moment", "name"), BOUNDARIES)
def test_a_waiver_is_this_at_that_moment(waiver: Waiver, moment: str, name: str) -> None:
    """Days begin at midnight in Ho Chi Minh City; a decision counts from the moment it was made."""
    assert standing(waiver, at(moment), TERMS).name == name


def test_every_state_has_a_boundary() -> None:
    """A state that is added needs its moments."""
    assert {name for _, _, name in BOUNDARIES} == set(STANDINGS)


def test_the_days_are_those_of_the_zone_of_the_waiver() -> None:
    """At one and the same moment it is another day elsewhere."""
    moment = at("2027-04-01 00:00")
    assert phase(APPROVED, moment) == "lapsed"
    assert phase(changed(zone="UTC"), moment) == "in_force"


@pytest.mark.parametrize(("moment", "left"), [("2027-03-18 00:00", 14), ("2027-03-31 12:00", 1)])
def test_one_about_to_lapse_says_how_many_days_it_still_holds(moment: str, left: int) -> None:
    """Today included: on its last day it is one."""
    assert standing(APPROVED, at(moment), TERMS).days_left == left


def test_without_days_of_warning_there_is_none() -> None:
    """The setting may be 0."""
    assert standing(APPROVED, at("2027-03-31 12:00"), Terms(warn_days=0)).name == "in_force"


@pytest.mark.parametrize(
    ("moment", "level", "until"),
    [
        ("2026-11-30 09:00", "school", "2026-12-07"),
        (f"2026-12-07 {SECOND_BEFORE}", "school", "2026-12-07"),
        ("2026-12-08 00:00", "district", "2026-12-14"),
        (f"2026-12-14 {SECOND_BEFORE}", "district", "2026-12-14"),
        ("2026-12-15 00:00", "city", None),
        ("2036-12-15 00:00", "city", None),
    ],
)
def test_a_request_goes_up_when_it_has_waited_its_working_days(moment: str, level: str, until: str | None) -> None:
    """Asked on Monday: the following Monday is the fifth working day after it, and the last at this level."""
    assert waits_at(REQUEST, at(moment), TERMS) == (level, until and date.fromisoformat(until))


def test_nobody_is_passed_over_in_tet() -> None:
    """Asked on Wednesday before Tết: five working days end two weeks later."""
    request = replace(REQUEST, asked_at=at("2027-02-03 16:00"))
    assert waits_at(request, at(f"2027-02-17 {SECOND_BEFORE}"), TERMS) == ("school", date(2027, 2, 17))
    assert waits_at(request, at("2027-02-18 00:00"), TERMS)[0] == "district"


def test_days_off_of_the_settings_and_their_number_count() -> None:
    """`waiver.holidays` and `waiver.escalate_after`."""
    closed = WorkingDays(frozenset({date(2026, 12, 1), date(2026, 12, 2)}))
    assert waits_at(REQUEST, at("2026-12-03 09:00"), Terms(escalate_after=1, working=closed))[0] == "school"
    assert waits_at(REQUEST, at("2026-12-02 09:00"), Terms(escalate_after=1))[0] == "district"


def test_a_request_that_was_asked_of_a_higher_level_begins_there() -> None:
    """Where one officer is alone, the level above has it first."""
    assert waits_at(replace(REQUEST, level="district"), REQUEST.asked_at, TERMS)[0] == "district"
    assert waits_at(replace(REQUEST, level="city"), at("2027-12-01 00:00"), TERMS) == ("city", None)


@pytest.mark.parametrize("kind", SCOPES)
def test_a_scope_covers_its_place_and_no_other(kind: str) -> None:
    """Each part of a place that names the scope counts, and a place that lacks it is not covered."""
    scope = known.SCOPES[kind]
    assert scope.covers(PLACE)
    for key in KEYS[scope.kind]:
        empty, other = (None, 2) if key == "channel" else ("", "other")
        for value in (empty, other):
            assert not scope.covers(replace(PLACE, **{key: value}))


def test_a_model_is_the_same_however_its_letters_are_composed() -> None:
    """What was typed on a phone may come in another form of Unicode."""
    scope = replace(known.SCOPES["model"], make="Hãng Một", model="M 1")
    assert scope.covers(replace(PLACE, make=normalize("NFD", "HÃNG  Một"), model="m 1"))


def test_a_scope_whose_key_is_empty_covers_nothing() -> None:
    """A device of no make and model is not of the same model as another of none."""
    assert not replace(known.SCOPES["model"], make="", model="").covers(replace(PLACE, make="", model=""))


def test_the_narrowest_waiver_stands_there_and_of_several_the_one_that_ends_last() -> None:
    """Whatever order they are in; one that is not in force covers nothing."""
    now = at("2027-01-15 09:00")
    by_width = [changed(number=n, scope=known.SCOPES[kind]) for n, kind in enumerate(SCOPES)]
    for narrowest in range(len(by_width)):
        assert covering(by_width[narrowest:], "resolution-main", PLACE, now) == by_width[narrowest]
        assert covering(by_width[narrowest:][::-1], "resolution-main", PLACE, now) == by_width[narrowest]
    longer = changed(number=9, ends=date(2027, 5, 1))
    assert covering([longer, *by_width], "resolution-main", PLACE, now) == longer
    lapsed = changed(ends=date(2027, 1, 14))
    assert covering([lapsed, by_width[4]], "resolution-main", PLACE, now) == by_width[4]
    assert covering([lapsed], "resolution-main", PLACE, now) is None
    assert covering(by_width, "codec-main", PLACE, now) is None


def test_what_is_shown_is_one_in_force_else_one_to_come_else_a_request_else_one_that_lapsed() -> None:
    """A request for more time does not hide what holds; a refused or withdrawn one is never shown."""
    now = at("2027-01-15 09:00")
    lapsed = changed(number=1, ends=date(2027, 1, 14))
    asked = replace(REQUEST, number=2)
    to_come = changed(number=3, begins=date(2027, 2, 1))
    in_force = changed(number=4, scope=known.SCOPES["district"])
    every = [REFUSED, WITHDRAWN, lapsed, asked, to_come, in_force]
    for expected in (in_force, to_come, asked, lapsed):
        assert shown(every, "resolution-main", PLACE, now) == expected
        every.remove(expected)
    assert shown(every, "resolution-main", PLACE, now) is None
