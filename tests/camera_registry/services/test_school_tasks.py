"""What a school has to do: by remedy, what costs nothing first, and nothing invented."""

from datetime import UTC, date, timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.services.periods import NextReport
from camera_registry.services.place_findings import of_school
from camera_registry.services.plan import Basis
from camera_registry.services.school_tasks import tasks
from standards import Editions
from tests.camera_registry import fleet
from tests.standards.planning.books import book, item, use, work
from tests.standards.sheets import HCMC, NOW

BASIS = Basis(None, HCMC, NOW, UTC)
BOOK = book(work("repair", use(item("lens", 500_000))))


@pytest.fixture
def school(engine):
    """Three offered cameras: two to be set otherwise, one to be repaired; and an internal one to be replaced."""
    with writing(engine) as session:
        of = fleet.school(session, "A-01")
        recorder = fleet.device(session, of, "DG-01", channels=(1, 2, 3, 4), kind="nvr")
        for index, fix, rule in (
            (1, "reconfigure", "codec-main"),
            (2, "reconfigure", "codec-main"),
            (3, "repair", "picture"),
            (4, "replace", "resolution-main"),
        ):
            channel = fleet.channel(session, recorder, index)
            channel.scope = "internal" if fix == "replace" else "offered"
            fleet.verdict(session, recorder, fix, index)
            fleet.finding(session, recorder, index, rule, fix=fix, actor="maintainer")
    return engine


def _tasks(engine, basis=BASIS, **more):
    with reading(engine) as session:
        return tasks(session, "A-01", basis, **more)


def test_only_cameras_that_are_offered_count_and_what_is_free_comes_first(school):
    """Two remedies; the internal camera asks for nothing here."""
    first, second = _tasks(school)
    assert (first.fix, first.cameras, first.free, first.amount) == ("reconfigure", 2, True, 0)
    assert (second.fix, second.cameras, second.free, second.amount) == ("repair", 1, False, None)
    assert first.places == ("Camera 1", "Camera 2")
    assert first.since == NOW - timedelta(days=3)


def test_an_amount_is_said_where_there_is_a_price_and_a_day_where_there_is_a_period(school):
    """Never otherwise."""
    assert [task.due for task in _tasks(school)] == [None, None]
    period = NextReport({"vi": "Sơ kết", "en": "Half-year"}, "2026-2027", date(2027, 1, 3), 40, proposed=False)
    priced = _tasks(school, Basis(BOOK, HCMC, NOW, UTC), period=period)
    assert {task.due for task in priced} == {date(2027, 1, 3)}
    assert {task.fix: task.amount for task in priced} == {"reconfigure": 0, "repair": 500_000}


def test_what_the_supplier_pays_is_free(school):
    """Rented, or under warranty on this day."""
    with writing(school) as session:
        session.get_one(fleet.Device, 1).warranty_until = NOW.date()
    assert [task.free for task in _tasks(school)] == [True, True]


def test_a_school_that_offers_nothing_is_told_of_all(school):
    """Else it would have nothing to begin with."""
    with writing(school) as session:
        for channel in session.exec(fleet.select(fleet.Channel)).all():
            channel.scope = "undecided"
    assert {task.fix for task in _tasks(school)} == {"reconfigure", "repair", "replace"}


def test_a_school_that_offers_nothing_is_told_what_it_costs(school):
    """Nothing of it is in the plan; each remedy has the price that the list has."""
    with writing(school) as session:
        for channel in session.exec(fleet.select(fleet.Channel)).all():
            channel.scope = "undecided"
    priced = _tasks(school, Basis(BOOK, HCMC, NOW, UTC))
    assert {task.fix: task.amount for task in priced} == {"reconfigure": 0, "repair": 500_000, "replace": None}


def test_a_private_school_is_told_what_it_costs(school):
    """Its costs are in no total, but it has to know them."""
    with writing(school) as session:
        session.exec(fleet.select(fleet.School)).one().private = True
    priced = _tasks(school, Basis(BOOK, HCMC, NOW, UTC))
    assert {task.fix: task.amount for task in priced} == {"reconfigure": 0, "repair": 500_000}


def test_what_is_wrong_with_the_line_of_a_site_is_a_thing_to_do(school):
    """It concerns no single camera."""
    with writing(school) as session:
        values = {"outcome": "fail", "decides": True, "edition": "x@1", "sha256": "a", "since": NOW, "fix": "network"}
        row = fleet.FindingRecord(site_id=1, school_id=1, subject="site", rule="uplink", actor="carrier", **values)
        session.add(row)
    with reading(school) as session:
        places = of_school(session, "A-01", Editions.of(HCMC))
    last = _tasks(school, places=places)[-1]
    assert (last.fix, last.cameras, last.actors) == ("network", 0, ("carrier",))
