"""When sweeps are due: windows in the zone of the settings, over midnight, and what was missed."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from camera_registry.database import reading, writing
from camera_registry.store import sweeps
from camera_registry.sweep.schedule import Planner, Timetable, Window
from tests.camera_registry.registered import device

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
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
    assert list(table.beginnings()) == [time(6)]


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
