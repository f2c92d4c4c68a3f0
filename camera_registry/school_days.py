"""School days: on which days there are lessons, so that a school has power and people in it. Pure.

Strategy: a school day is a weekday of lessons that is no public holiday and in no break. A break is a range of dates of
one year (Tết, which the moon moves), or of every year (the summer).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from standards.waiving.working_days import public_holidays

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
BREAK = r"^(\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}|\d{2}-\d{2}/\d{2}-\d{2})$"
"""Two dates, or two days of every year; both are in the break."""
_LEAP = 2000
"""A year in which there is every day."""


@dataclass(frozen=True)
class Break:
    """Days without lessons from `begins` until `ends`, both included: of one year, or of every one. That of every year
    goes over the new year when it ends earlier than it begins.
    """

    begins: date
    ends: date
    every_year: bool

    @classmethod
    def parse(cls, text: str) -> Break:
        """The break of `2027-02-01/2027-02-14` or `06-01/08-31`. Raises ValueError for another text."""
        parts = text.split("/")
        if len(parts) != 2:
            raise ValueError("write two dates, like 2027-02-01/2027-02-14, or 06-01/08-31 for every year")
        every_year = len(parts[0]) == len("06-01")
        begins, ends = (date.fromisoformat(f"{_LEAP}-{part}" if every_year else part) for part in parts)
        if ends < begins and not every_year:
            raise ValueError("a break ends after it has begun")
        return cls(begins, ends, every_year)

    def has(self, day: date) -> bool:
        """True when `day` is in the break."""
        if not self.every_year:
            return self.begins <= day <= self.ends
        of_year = day.replace(year=_LEAP)
        if self.begins <= self.ends:
            return self.begins <= of_year <= self.ends
        return of_year >= self.begins or of_year <= self.ends


@dataclass(frozen=True)
class SchoolDays:
    """The days of lessons: `weekdays` without public holidays and `breaks`."""

    weekdays: frozenset[Weekday] = frozenset(WEEKDAYS[:5])
    breaks: tuple[Break, ...] = ()

    def has(self, day: date) -> bool:
        """True when there are lessons on `day`."""
        lessons = WEEKDAYS[day.weekday()] in self.weekdays and day not in public_holidays(day.year)
        return lessons and not any(each.has(day) for each in self.breaks)
