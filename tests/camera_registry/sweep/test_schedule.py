"""When sweeps are due: windows in the zone of the settings, over midnight, and what was missed."""

import sqlite3
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Sweep
from camera_registry.school_days import Break, SchoolDays
from camera_registry.services.sweeps import Terms
from camera_registry.store import sweeps
from camera_registry.sweep.schedule import Planner, Timetable, Window
from tests.camera_registry.registered import device

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT, NOON = Window.parse("22:00-05:00"), Window.parse("11:30-13:00")
TABLE = Timetable(ZONE, Window.parse("22:00-05:00"), (Window.parse("06:00-07:00"), Window.parse("17:00-18:00")))


def _at(text):
    """A moment of the zone, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T21:59", []),
        ("2026-11-23T22:00", [("2026-11-23", "2026-11-24T05:00")]),
        ("2026-11-24T00:30", [("2026-11-23", "2026-11-24T05:00")]),
        ("2026-11-24T04:59", [("2026-11-23", "2026-11-24T05:00")]),
        ("2026-11-24T05:00", []),
        ("2026-11-24T06:30", [("2026-11-24 light 06:00", "2026-11-24T07:00")]),
        ("2026-11-24T17:00", [("2026-11-24 light 17:00", "2026-11-24T18:00")]),
    ],
)
def test_what_is_due_follows_from_the_clock_alone(now, due):
    """A night is named after the day on which it began."""
    assert [(d.name, d.ends_by) for d in TABLE.due(_at(now))] == [(name, _at(ends)) for name, ends in due]


def test_a_timetable_without_nights_has_none():
    """Only the day windows are due, and only their beginnings wake anybody."""
    table = Timetable(ZONE, None, (Window.parse("06:00-07:00"),))
    assert list(table.due(_at("2026-11-23T23:00"))) == []
    assert [d.kind for d in table.due(_at("2026-11-23T06:30"))] == ["light"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T12:00", [("2026-11-23 day 11:30", True)]),
        ("2026-11-28T12:00", []),
        ("2026-09-02T12:00", []),
        ("2026-07-01T12:00", []),
        ("2026-11-23T23:00", [("2026-11-23", True)]),
        ("2026-11-28T04:00", [("2026-11-27", True)]),
        ("2026-11-28T23:00", [("2026-11-28", False)]),
        ("2026-07-01T23:00", [("2026-07-01", False)]),
    ],
)
def test_day_windows_are_on_school_days_and_nights_on_all(now, due):
    """A weekend, a holiday and the summer have no day window; their nights do not count for who is silent. The night of
    a Friday is one of a school day, also after midnight.
    """
    table = Timetable(ZONE, NIGHT, (), (NOON,), SchoolDays(breaks=(Break.parse("06-01/08-31"),)))
    assert [(d.name, d.school_day) for d in table.due(_at(now))] == due


def test_what_is_silent_is_planned_by_day_and_left_out_by_night(engine):
    """The planner hands on the terms, and whether the night counts."""
    with writing(engine) as session:
        device(session, silent_nights=3)
    table = Timetable(ZONE, NIGHT, (), (NOON,), SchoolDays())
    for now in ("2026-11-28T23:00", "2026-11-30T12:00", "2026-11-30T23:00"):
        Planner(engine, table, (), lambda now=now: _at(now), Terms(3)).plan()
    with reading(engine) as session:
        made = session.exec(select(Sweep).order_by(Sweep.id)).all()
        assert [(s.night, s.kind, s.state, s.school_day) for s in made] == [
            ("2026-11-28", "night", "planned", False),
            ("2026-11-30 day 11:30", "day", "planned", True),
            ("2026-11-30", "night", "done", True),
        ]


@pytest.mark.parametrize("now", ["2026-10-25T00:15+00:00", "2026-10-25T00:45+00:00", "2026-10-25T01:15+00:00"])
def test_a_window_holds_once_when_clocks_are_put_back(now):
    """Where 02:00 comes twice, a window has one end, and it is never behind whoever asks."""
    zone = ZoneInfo("Europe/Berlin")
    moment = datetime.fromisoformat(now).astimezone(UTC)
    table = Timetable(zone, Window.parse("01:30-02:30"), ())
    assert all(due.ends_by > moment for due in table.due(moment))


@pytest.mark.only("sqlite")
def test_what_cannot_be_planned_now_is_planned_later(engine, tmp_path):
    """Another program holds the database at ten in the evening: nothing is lost but a minute."""
    with writing(engine) as session:
        device(session)
    other = sqlite3.connect(tmp_path / "registry.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = create_engine(engine.url, connect_args={"timeout": 0})
    Planner(impatient, TABLE, (), lambda: _at("2026-11-23T22:00")).plan()
    other.execute("ROLLBACK")
    other.close()
    impatient.dispose()
    Planner(engine, TABLE, (), lambda: _at("2026-11-23T22:01")).plan()
    with reading(engine) as session:
        assert [s.night for s in sweeps.unfinished(session)] == ["2026-11-23"]


def test_a_night_that_was_missed_is_planned_as_soon_as_somebody_looks(engine):
    """An hour after its beginning it is made; a second planner makes no other."""
    with writing(engine) as session:
        device(session)
    for _ in range(2):
        Planner(engine, TABLE, ("picture",), lambda: _at("2026-11-23T23:00")).plan()
    with reading(engine) as session:
        (sweep,) = sweeps.unfinished(session)
        assert (sweep.night, sweep.kind, sweep.ends_by) == ("2026-11-23", "night", _at("2026-11-24T05:00"))


def test_a_day_window_without_need_plans_nothing(engine):
    """No device is disturbed by day when all could be judged by night."""
    with writing(engine) as session:
        device(session)
    Planner(engine, TABLE, ("picture",), lambda: _at("2026-11-23T06:10")).plan()
    with reading(engine) as session:
        assert sweeps.unfinished(session) == []
