"""Days of lessons: weekdays, public holidays, and breaks of one year or of every one."""

from datetime import date

import pytest

from camera_registry.school_days import Break, SchoolDays

DAYS = SchoolDays(breaks=(Break.parse("06-01/08-31"), Break.parse("2027-02-01/2027-02-14"), Break.parse("12-30/01-02")))


@pytest.mark.parametrize(
    ("day", "lessons"),
    [
        ("2026-11-23", True),
        ("2026-11-28", False),  # a Saturday
        ("2026-09-02", False),  # National Day
        ("2026-05-29", True),
        ("2026-06-01", False),
        ("2026-08-31", False),
        ("2026-09-04", True),
        ("2027-02-01", False),  # Tết, as the city has set it
        ("2027-02-15", True),
        ("2026-02-02", True),  # the break of 2027 is of 2027
        ("2026-12-30", False),
        ("2026-12-29", True),
        ("2025-01-02", False),
        ("2028-02-29", True),
    ],
)
def test_a_day_has_lessons_or_none(day, lessons):
    """Both ends of a break belong to it."""
    assert DAYS.has(date.fromisoformat(day)) is lessons


def test_schools_may_have_lessons_on_saturday():
    """The weekdays are those of the settings."""
    assert SchoolDays(frozenset({"sat"})).has(date(2026, 11, 28))


@pytest.mark.parametrize("text", ["", "06-01", "06-31/08-31", "2027-02-14/2027-02-01", "2027-02-01/08-31", "a/b"])
def test_what_is_no_break_is_an_error(text):
    """Whoever reads the settings says which."""
    with pytest.raises(ValueError, match=r"."):
        Break.parse(text)
