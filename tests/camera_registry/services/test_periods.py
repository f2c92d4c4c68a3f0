"""Periods: when which is due and for whom, who has sent, numbers of frozen figures, and with what they are compared."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import District, School
from camera_registry.services.overview import school_rows, summed
from camera_registry.services.period_figures import Before, Source, counts_of, figures
from camera_registry.services.period_values import from_bytes, sha256_of, to_bytes
from camera_registry.services.periods import (
    Dates,
    PeriodError,
    before,
    freeze,
    frozen,
    listed,
    next_due,
    proposed,
    say_sent,
    school_year_of,
    set_period,
)
from camera_registry.services.waivers import Desk
from camera_registry.store.rows import limit
from standards.waiving.waivers import Terms
from tests.camera_registry.people import CITY
from tests.camera_registry.web.served import NOW
from tests.standards.sheets import EDITIONS

PLAN, HALF = ("2026-2027", "plan"), ("2026-2027", "half_year")
SOURCE = Source(EDITIONS, None, Desk(NOW, Terms(), "Asia/Ho_Chi_Minh"))
TODAY = date(2026, 10, 1)


@pytest.fixture
def registry(tmp_path, registries, town_made):
    """The town."""
    with registries(tmp_path, like=town_made) as engine:
        yield engine


@pytest.fixture
def session(registry):
    """The town, with the periods of a school year."""
    with writing(registry) as made:
        for dates in proposed("2026-2027"):
            set_period(made, dates)
        yield made


def _officer(session, name="UBND phường Tân Định"):
    unit = session.exec(select(District).where(District.name == name)).one()
    return Viewer(2, "phu.trach", "Lê Thị Phụ Trách", "district", district_id=unit.id), unit.code


def _school(session, code="79760001"):
    number = session.exec(select(School.id).where(School.code == code)).one()
    return Viewer(3, "truong", "Cô Hiệu Trưởng", "school", school_ids=frozenset({number}))


def test_a_school_year_begins_in_august():
    """The days of the seed are those that the Department sets."""
    assert [school_year_of(date(2026, month, 15)) for month in (7, 8, 12)] == ["2025-2026", "2026-2027", "2026-2027"]
    days = {each.kind: (each.due_unit, each.due_city) for each in proposed("2026-2027")}
    assert days == {
        "plan": (date(2026, 10, 4), date(2026, 10, 10)),
        "half_year": (date(2027, 1, 3), date(2027, 1, 10)),
        "year_end": (date(2027, 5, 27), date(2027, 6, 10)),
    }


@pytest.mark.parametrize("year", ["2026", "2026-2028", "26-27", "x", "２０２６-2027"])
def test_what_is_no_school_year_is_refused(year):
    """It is said how one is written."""
    with pytest.raises(PeriodError, match="2026-2027"):
        proposed(year)


def test_days_come_in_their_order_and_may_be_set_anew(session):
    """Cut-off, schools, units; a period that is there gets the new days and stays one."""
    wrong = Dates(*PLAN, date(2026, 10, 5), date(2026, 10, 4), date(2026, 10, 10))
    with pytest.raises(PeriodError, match="cut-off"):
        set_period(session, wrong)
    set_period(session, Dates(*PLAN, date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 12)))
    seen = listed(session, CITY, TODAY)
    assert (seen[0].dates.kind, seen[0].due, seen[0].days) == ("plan", date(2026, 10, 12), 11)
    assert len(seen) == 3


def test_what_is_due_next_is_told_to_each_by_their_own_day(session):
    """A school by the day of schools, an officer by that of units; what was sent is due no longer, what is over stays a
    while; without a period the usual day is proposed.
    """
    officer, unit = _officer(session)
    school = _school(session)
    assert (next_due(session, school, TODAY).due, next_due(session, officer, TODAY).due) == (
        date(2026, 10, 4), date(2026, 10, 10),
    )  # fmt: skip
    assert next_due(session, officer, date(2026, 10, 12)).days == -2
    say_sent(session, PLAN, unit, officer, NOW, sent=True)
    say_sent(session, PLAN, "79760001", officer, NOW, sent=True)
    after = next_due(session, officer, TODAY)
    assert (after.due, after.days, after.proposed) == (date(2027, 1, 10), 101, False)
    assert next_due(session, school, TODAY).due == date(2027, 1, 3)
    later = next_due(session, CITY, date(2027, 9, 1))
    assert (later.school_year, later.due, later.proposed) == ("2027-2028", date(2027, 10, 10), True)


def test_an_officer_says_it_of_their_own_schools_alone(session):
    """Who has sent and who has not, by whom it was said; taken back when it was not so; others there are none."""
    officer, unit = _officer(session)
    say_sent(session, PLAN, "79760001", officer, NOW, sent=True)
    say_sent(session, PLAN, "79760001", officer, NOW, sent=True)
    plan = next(each for each in listed(session, officer, TODAY) if each.dates.kind == "plan")
    assert (len(plan.senders), len(plan.missing), plan.is_sent) == (5, 4, False)
    assert next(each.by for each in plan.senders if each.at) == "Lê Thị Phụ Trách"
    say_sent(session, PLAN, "79760001", officer, NOW, sent=False)
    plan = next(each for each in listed(session, officer, TODAY) if each.dates.kind == "plan")
    assert len(plan.missing) == 5
    for other in ("79770001", "ubnd-phuong-ban-co", "x"):
        with pytest.raises(PeriodError) as refused:
            say_sent(session, PLAN, other, officer, NOW, sent=True)
        assert refused.value.kind == "no_such"
    say_sent(session, PLAN, unit, CITY, NOW, sent=True)
    assert len(next(each for each in listed(session, CITY, TODAY) if each.dates.kind == "plan").missing) == 2


def test_figures_are_those_of_the_overview_and_the_same_bytes_both_ways(session):
    """Of a unit and of the city; what can be connected has a row each; JSON there and back is the same value."""
    _, unit = _officer(session)
    rows = school_rows(session)
    for of, mine in ((None, rows), (unit, [row for row in rows if row.district_code == unit])):
        made = figures(session, SOURCE, of)
        assert made.counts == counts_of(summed(mine))
        assert len(made.proposed) == made.counts.ready
        for counted in (made.hardware.sizes, made.hardware.codecs, made.hardware.years, made.hardware.owners):
            assert sum(counted.values()) == made.counts.cameras
        assert from_bytes(to_bytes(made)) == made
        assert to_bytes(from_bytes(to_bytes(made))) == to_bytes(made)


def test_numbers_are_given_once_whoever_freezes(session):
    """A unit, the city, the unit again for the same period: then it says what it replaces. Each sees its own."""
    officer, unit = _officer(session)
    first = freeze(session, PLAN, figures(session, SOURCE, unit), "An", TODAY)
    city = freeze(session, PLAN, figures(session, SOURCE, None), "Bình", TODAY)
    again = freeze(session, PLAN, figures(session, SOURCE, unit), "An", TODAY)
    assert [first, city, again] == ["CS-2026-0001", "CS-2026-0002", "CS-2026-0003"]
    assert [frozen(session, number).replaces for number in (first, city, again)] == ["", "", first]
    assert freeze(session, HALF, figures(session, SOURCE, unit), "An", date(2027, 1, 3)) == "CS-2027-0001"
    kept = frozen(session, again)
    assert (kept.sha256, kept.by, kept.figures.unit_code) == (sha256_of(kept.body), "An", unit)
    limit(session, officer)
    assert frozen(session, city) is None
    assert frozen(session, first) is not None


def test_figures_are_compared_with_those_of_the_period_before(session):
    """Of the same place, not of the same period, the newest of it; nothing before there is any."""
    _, unit = _officer(session)
    assert before(session, unit, PLAN) is None
    freeze(session, PLAN, figures(session, SOURCE, unit), "An", TODAY)
    newest = freeze(session, PLAN, figures(session, SOURCE, unit), "An", TODAY)
    freeze(session, PLAN, figures(session, SOURCE, None), "An", TODAY)
    found = before(session, unit, HALF)
    assert found.number == newest
    assert before(session, unit, PLAN) is None
    now = figures(session, SOURCE, unit, found)
    assert (now.previous.number, now.previous.mended, now.previous.new) == (newest, 0, 0)
    assert now.schools[0].previous == now.schools[0].counts


def test_who_sends_nothing_owes_nothing_that_is_over(session):
    """The city is told of what comes, however many units are late with what was due."""
    assert next_due(session, CITY, date(2026, 10, 12)).due == date(2027, 1, 10)


def test_the_day_of_frozen_figures_stays_and_the_days_of_sending_may_be_others(session):
    """What a frozen paper says can be printed again word by word."""
    freeze(session, PLAN, figures(session, SOURCE, None), "An", TODAY)
    (plan,) = (each.dates for each in listed(session, CITY, TODAY) if each.dates.kind == "plan")
    set_period(session, Dates(*PLAN, plan.cut_off, plan.due_unit, date(2026, 10, 20)))
    with pytest.raises(PeriodError, match="its cut-off stays"):
        set_period(session, Dates(*PLAN, plan.cut_off - timedelta(days=1), plan.due_unit, plan.due_city))


def test_the_period_before_is_that_of_the_last_day_and_not_of_the_newest_number(session):
    """The plan is frozen again after the half-year: the year-end is compared with the half-year all the same."""
    made = figures(session, SOURCE, None)
    numbers = [freeze(session, key, made, "An", TODAY) for key in (PLAN, HALF, PLAN)]
    assert before(session, None, ("2026-2027", "year_end")).number == numbers[1]
    assert before(session, None, HALF).number == numbers[2]
    assert before(session, None).number == numbers[1]


def test_what_went_dark_with_its_recorder_is_not_mended(session):
    """A failure of a device as a whole, one of a channel that is not looked at now, one of a device that is gone, and
    one of a criterion that nobody asks for: none of them was put right; what is looked at and met was.
    """
    now = figures(session, SOURCE, None)
    dark, seen = now.not_checked[0], next(row for row in now.failed)
    key = {"school_code": dark.school_code}
    places = {
        "device": replace(seen, **key, channel=dark.channel.partition("/")[0], rule="clock"),
        "channel": replace(seen, **key, channel=dark.channel, stream="x"),
        "gone": replace(seen, channel="NO-SUCH/1"),
        "rule": replace(seen, rule="no-such-rule"),
        "mended": replace(seen, stream="another"),
    }
    then = replace(now, failed=(*now.failed, *places.values()))
    assert figures(session, SOURCE, None, Before("CS-2026-0001", then)).previous.mended == 1


def test_what_is_frozen_is_read_again_in_another_session(registry):
    """As it was kept."""
    with writing(registry) as session:
        set_period(session, proposed("2026-2027")[0])
        made = figures(session, SOURCE, None)
        number = freeze(session, PLAN, made, "An", TODAY)
    with reading(registry) as session:
        assert frozen(session, number).figures == made
        assert frozen(session, number).at - NOW == timedelta(0)
