"""What a sweep that has ended is news of: that it ended, schools of which nobody answered, and those that are back.

Strategy: an outage of a school is an interval, begun when every device that was looked at was out of reach, ended when
one was there again. A sweep by day counts where all is looked at by day; of other schools it sees what was silent. One
that was cut off at a school begins nothing there. What was seen in announced maintenance, or in a night before a day
without lessons, neither begins nor ends one. A sweep is told once, by the key of its news; a restart tells what was
missed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.database import DatabaseUnusableError, writing
from camera_registry.models import Outage, Sweep
from camera_registry.services.quiet import Quiet, Span
from camera_registry.store import messages, sweep_sums, webhooks

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Noticing:
    """Notices what sweeps have come to."""

    engine: Engine
    now: Callable[[], datetime]

    def after_sweeps(self) -> int:
        """How many sweeps were told now: all that have ended lately are told. None where the database is held."""
        try:
            with writing(self.engine) as session:
                some = [s for s in messages.sweeps_ended(session, self.now()) if not webhooks.is_told(session, _key(s))]
                for sweep in some:
                    notice(session, sweep, self.now())
                return len(some)
        except DatabaseUnusableError as error:
            _log.error("What the sweeps have come to cannot be noticed yet: %s", error)
            return 0


def notice(session: Session, sweep: Sweep, now: datetime) -> None:
    """The sweep is told, and outages have begun or ended by it."""
    ends = sweep_sums.ends(session, sweep.id or 0)
    states: dict[str, int] = {}
    for row in ends:
        states[row.state] = states.get(row.state, 0) + row.devices
    at = sweep.ended_at or now
    webhooks.tell(
        session, _key(sweep), "sweep_ended", {"sweep": sweep.night, "kind": sweep.kind, "devices": states}, at
    )
    if not sweep.school_day:
        return
    began = sweep.started_at or sweep.planned_at
    quiet, open_now = of_maintenance(session, began, at), messages.outages_now(session)
    for row in messages.at_schools(session, sweep.id or 0, by_day=sweep.kind == "day"):
        seen = row.at or at
        if not quiet.has(seen, row.school_id, row.district_id):
            _school(session, row, seen, open_now.get(row.school_id), now)


def of_maintenance(session: Session, since: datetime, until: datetime) -> Quiet:
    """What maintenance says of the time between two moments."""
    found = messages.windows(session, since, until + timedelta(seconds=1))
    return Quiet([Span(row.begins, row.ends, row.school_id, row.district_id) for row in found])


def _school(session: Session, row: Any, at: datetime, outage: Outage | None, now: datetime) -> None:
    place = {"school_id": row.school_id, "district_id": row.district_id}
    body = {"school_code": row.code, "school": row.name, "devices": row.looked}
    if row.looked and not row.answered and not row.left and outage is None:
        outage = Outage(school_id=row.school_id, began_at=at, noticed_at=now)
        session.add(outage)
        session.flush()
        webhooks.tell(session, f"outage:{outage.id}:began", "school_unreachable", body, at, **place)
    elif row.answered and outage is not None:
        outage.ended_at, outage.over_noticed_at = at, now
        session.add(outage)
        body["since"] = outage.began_at.isoformat()
        webhooks.tell(session, f"outage:{outage.id}:ended", "school_back", body, at, **place)


def _key(sweep: Sweep) -> str:
    return f"sweep:{sweep.id}"
