"""Rejudge: after another edition came into force, stored facts are judged by it, without touching any camera.

Strategy: a device is judged again when an open finding of it names a text that is not in force, or none names one that
is. It goes through the devices once, a few in each transaction, so that a sweep can write between them; stopped
anywhere, the next run goes on with what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from threading import Lock

from sqlalchemy import Engine

from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.daylight import SunUp
from camera_registry.services.days import ZONE
from camera_registry.services.judge_places import judge_school
from camera_registry.services.record import judge_again
from camera_registry.store import editions, findings
from standards import EditionError, Editions

CHUNK = 20
"""Devices in one transaction."""
_log = logging.getLogger(__name__)


def rejudge(
    engine: Engine,
    in_force: Callable[[], Editions],
    sun_up: SunUp,
    now: Callable[[], datetime],
    zone: tzinfo = ZONE,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Every device that was looked at, and every place that was judged, is judged by the editions in force, with the
    days of `zone`; how many devices were judged again. `told` hears how many are done, of how many. Raises
    EditionError, DatabaseUnusableError.
    """
    with reading(engine) as session:
        left = editions.judged_by_others(session, [edition.sha256 for edition in in_force()])
    for begin in range(0, len(left), CHUNK):
        by = in_force()
        with writing(engine) as session:
            for device_id in left[begin : begin + CHUNK]:
                judge_again(session, device_id, by, now(), sun_up, zone)
        told(min(begin + CHUNK, len(left)), len(left))
    _places(engine, in_force, now)
    return len(left)


def _places(engine: Engine, in_force: Callable[[], Editions], now: Callable[[], datetime]) -> None:
    """Schools and sites that another text has judged are judged by the editions in force."""
    with reading(engine) as session:
        left = findings.schools_judged_by_others(session, [edition.sha256 for edition in in_force()])
    for begin in range(0, len(left), CHUNK):
        by = in_force()
        with writing(engine) as session:
            for school_id in left[begin : begin + CHUNK]:
                judge_school(session, school_id, by, now())


class Rejudging:
    """What `serve` does now and then: after another edition came into force, everything is judged again, once."""

    def __init__(
        self,
        engine: Engine,
        in_force: Callable[[], Editions],
        sun_up: SunUp,
        now: Callable[[], datetime],
        zone: tzinfo = ZONE,
    ) -> None:
        self._engine = engine
        self._in_force = in_force
        self._sun_up = sun_up
        self._now = now
        self._zone = zone
        self._done: tuple[str, ...] = ()
        self._alone = Lock()

    def when_another_is_in_force(self) -> int:
        """How many devices were judged again: none while the same editions are in force, or while this goes on."""
        if not self._alone.acquire(blocking=False):
            return 0
        try:
            names = tuple(edition.sha256 for edition in self._in_force())
            if names == self._done:
                return 0
            judged = rejudge(self._engine, self._in_force, self._sun_up, self._now, self._zone)
            self._done = names
        except (DatabaseUnusableError, EditionError) as error:
            _log.error("What is stored cannot be judged again yet: %s", error)
            return 0
        finally:
            self._alone.release()
        return judged
