"""The sums of all schools, made anew for the warranties of the day, and the numbers of the day, written down once.

Strategy: some hundred schools in a transaction of their own, so that nobody who writes waits long. What cannot be
written now is written the next morning, or when the program begins again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Engine

from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.services.days import day_of
from camera_registry.store import sums

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DaySums:
    """Writes the sums of the day on which it is asked, in the zone where the cameras are."""

    engine: Engine
    now: Callable[[], datetime]
    zone: tzinfo

    def begin(self) -> None:
        """The sums are of this day; its numbers are written where nobody has written them yet."""
        self._write(again=False)

    def write(self) -> None:
        """The sums are of this day, and so are its numbers."""
        self._write(again=True)

    def _write(self, *, again: bool) -> None:
        day = day_of(self.now(), self.zone)
        try:
            with reading(self.engine) as session:
                parts, written = sums.all_schools(session), sums.is_written(session, day)
            for part in parts:
                with writing(self.engine) as session:
                    sums.put(session.connection(), part, day)
            if again or not written:
                with writing(self.engine) as session:
                    sums.put_day(session, day)
        except DatabaseUnusableError as error:
            _log.error("The sums of the day cannot be written yet: %s", error)
