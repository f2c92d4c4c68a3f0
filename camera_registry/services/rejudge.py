"""Rejudge: after another edition came into force, stored facts are judged by it, without touching any camera.

Strategy: a device is judged again when an open finding of it names a text that is not in force, or none names one that
is. It goes through the devices once, a few in each transaction, so that a sweep can write between them; stopped
anywhere, the next run goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from camera_registry.database import reading, writing
from camera_registry.daylight import SunUp
from camera_registry.services.record import judge_again
from camera_registry.store import editions
from standards import Editions

CHUNK = 20
"""Devices in one transaction."""


def rejudge(
    engine: Engine,
    in_force: Callable[[], Editions],
    sun_up: SunUp,
    now: Callable[[], datetime],
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Every device that was looked at is judged by the editions in force; how many were judged again. `told` hears how
    many are done, of how many. Raises EditionError, DatabaseUnusableError.
    """
    with reading(engine) as session:
        left = editions.judged_by_others(session, [edition.sha256 for edition in in_force()])
    for begin in range(0, len(left), CHUNK):
        by = in_force()
        with writing(engine) as session:
            for device_id in left[begin : begin + CHUNK]:
                judge_again(session, device_id, by, now(), sun_up)
        told(min(begin + CHUNK, len(left)), len(left))
    return len(left)
