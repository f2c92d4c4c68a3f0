"""Working days of an office in Viet Nam: Monday to Friday without public holidays. Pure: a date in, an answer out.

Strategy: the public holidays, those by the moon (Tết, Giỗ Tổ Hùng Vương) and the days off in their place included, come
from the library `holidays`; what an office closes for beside them is handed in. A term is counted as the Civil Code
does (Article 147, 148): from the day after the event, until the end of its last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked. `closed` are days off beside weekends and public holidays."""

    closed: frozenset[date] = frozenset()

    def has(self, day: date) -> bool:
        """True when `day` is a working day."""
        return day.weekday() < SATURDAY and day not in public_holidays(day.year) and day not in self.closed

    def after(self, day: date, number: int) -> date:
        """The last day of a term of `number` working days whose event was on `day`."""
        while number:
            day += timedelta(days=1)
            number -= self.has(day)
        return day


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The days off by law in this year."""
    return frozenset(holidays.country_holidays("VN", years=year))
