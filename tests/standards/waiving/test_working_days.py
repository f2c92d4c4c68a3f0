"""Working days of Viet Nam."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from standards.waiving.working_days import WorkingDays, public_holidays

WORKED = WorkingDays()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-22", "Sunday"),
        ("2026-11-28", "Saturday"),
        ("2026-11-24", "the day of culture, a holiday since 2026"),
        ("2027-01-01", "the new year"),
        ("2027-04-16", "Giỗ Tổ Hùng Vương, by the moon"),
        ("2027-05-03", "in the place of 1 May, a Saturday"),
        ("2027-09-03", "the second day of the national day"),
    ],
)
def test_a_day_off_is_no_working_day(day: str, why: str) -> None:
    """Weekends, fixed holidays, holidays by the moon, and days in the place of one on a weekend."""
    assert not WORKED.has(date.fromisoformat(day)), why


def test_tet_is_known() -> None:
    """The new year by the moon of 2027 is on 6 February: from 29 Tết to the fifth day nobody works."""
    tet = [date(2027, 2, 4) + timedelta(days=n) for n in range(7)]
    assert not any(map(WORKED.has, tet))
    assert WORKED.has(date(2027, 2, 3))
    assert WORKED.has(date(2027, 2, 11))


@pytest.mark.parametrize("year", range(2024, 2060))
def test_every_year_has_its_tet(year: int) -> None:
    """Four days off in a row or more between the middle of January and the end of February."""
    spring = sorted(day for day in public_holidays(year) if date(year, 1, 15) < day < date(year, 3, 1))
    assert len(spring) >= 5
    assert (spring[-1] - spring[0]).days <= 9


def test_a_term_counts_from_the_day_after_and_skips_days_off() -> None:
    """Five working days after Wednesday 3 February 2027 end when Tết, a week long, and a weekend are over."""
    assert WORKED.after(date(2026, 11, 30), 5) == date(2026, 12, 7)
    assert WORKED.after(date(2027, 2, 3), 5) == date(2027, 2, 17)
    assert WORKED.after(date(2026, 12, 5), 1) == date(2026, 12, 7)


def test_days_that_an_office_closes_for_are_skipped_too() -> None:
    """They come from the settings."""
    assert WorkingDays(frozenset({date(2026, 12, 1)})).after(date(2026, 11, 30), 1) == date(2026, 12, 2)
