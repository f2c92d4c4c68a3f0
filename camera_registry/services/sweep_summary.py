"""The summary of a sweep: how its devices ended and why, what it cost, what took long, and what it changed.

Strategy: everything is counted from the rows that the viewer sees: of a sweep over all, an officer has the part of the
own unit. What changed since the night before is told by verdicts that hold at the end of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.models import Sweep
from camera_registry.services.unchecked import SKIPPED
from camera_registry.store import sweep_sums, sweeps
from probes.errors import KINDS
from standards.model import Text

SLOWEST = 10
"""How many of the slowest sites are told."""


@dataclass(frozen=True)
class End:
    """How some devices ended: done, failed or skipped, for a reason (empty: none), in words; `waiting` and `leased`
    while the sweep goes on.
    """

    state: str
    reason: str
    words: Text
    devices: int


@dataclass(frozen=True)
class Moved:
    """So many channels (and devices without any) were worth `before` (None: not judged yet) and are worth `after`."""

    before: str | None
    after: str
    channels: int


@dataclass(frozen=True)
class SlowSite:
    """A site and how long its devices took, from the first look to the end of the last one of the first pass."""

    school: str
    name: str
    site: str
    devices: int
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class SweepSummary:
    """A sweep as it is at a moment. `channels` are those of the devices that answered; `seconds` from its first look
    until its end, or now. `again` devices were to be looked at twice, `again_answered` of them answered in the end.
    `moved_to_day` devices were left out as silent for the first time, `came_back` answered again by night. `changed` is
    told since the end of the night before (`since`; null: there was none).
    """

    id: int
    kind: str
    scope: str
    night: str
    state: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    total: int
    done: int
    failed: int
    skipped: int
    ends: tuple[End, ...]
    channels: int
    seconds: float | None
    megabytes: float
    connections: int
    tries: int
    refusals: int
    again: int
    again_answered: int
    moved_to_day: int
    came_back: int
    since: datetime | None
    changed: tuple[Moved, ...]
    slowest: tuple[SlowSite, ...]

    @property
    def left(self) -> int:
        """Devices without a final state."""
        return self.total - self.done - self.failed - self.skipped


def sweep_summary(session: Session, sweep_id: int | None, now: datetime) -> SweepSummary | None:
    """The summary of this sweep, or of the newest nightly one; None where there is none."""
    sweep = sweep_sums.newest_night(session) if sweep_id is None else sweeps.by_id(session, sweep_id)
    return None if sweep is None else _summary(session, sweep, now)


def _summary(session: Session, sweep: Sweep, now: datetime) -> SweepSummary:
    number = sweep.id or 0
    ends = tuple(_end(row) for row in sweep_sums.ends(session, number))
    cost, before = sweep_sums.cost(session, number), sweep_sums.night_before(session, number)
    over = sweep.ended_at or now
    since = None if before is None else before.ended_at or before.planned_at
    return SweepSummary(
        id=number,
        kind=sweep.kind,
        scope=sweep.scope,
        night=sweep.night,
        state=sweep.state,
        planned_at=sweep.planned_at,
        started_at=sweep.started_at,
        ended_at=sweep.ended_at,
        total=sum(end.devices for end in ends),
        done=_of("done", ends),
        failed=_of("failed", ends),
        skipped=_of("skipped", ends),
        ends=ends,
        channels=sweep_sums.channels(session, number),
        seconds=None if sweep.started_at is None else (over - sweep.started_at).total_seconds(),
        megabytes=_megabytes(cost.bytes_in + cost.bytes_out),
        connections=int(cost.connections),
        tries=int(cost.tries),
        refusals=int(cost.refusals),
        again=int(cost.again),
        again_answered=int(cost.again_answered),
        moved_to_day=0 if before is None else sweep_sums.moved_to_day(session, number, before.id or 0),
        came_back=0 if before is None else sweep_sums.came_back(session, number, before.id or 0),
        since=since,
        changed=() if since is None else tuple(_moved(row) for row in sweep_sums.verdicts_moved(session, since, over)),
        slowest=_slowest(sweep_sums.sites(session, number)),
    )


def _of(state: str, ends: Iterable[End]) -> int:
    return sum(end.devices for end in ends if end.state == state)


def _end(row: Any) -> End:
    return End(row.state, row.reason, reason_words(row.reason), row.devices)


def reason_words(reason: str) -> Text:
    """A reason in words: why a device was left out, or what cost its look; the code where it has none."""
    if reason in SKIPPED:
        return SKIPPED[reason]
    kind = next((kind for name, kind in KINDS.items() if name == reason), None)
    return kind.words if kind is not None else {"vi": reason, "en": reason}


def _moved(row: Any) -> Moved:
    return Moved(row.before, row.after, row.channels)


def _slowest(rows: Iterable[Any]) -> tuple[SlowSite, ...]:
    known = [row for row in rows if row.began is not None and row.ended is not None]
    timed = [((row.ended - row.began).total_seconds(), row) for row in known]
    ordered = sorted(timed, key=lambda pair: (-pair[0], pair[1].school, pair[1].site))[:SLOWEST]
    return tuple(
        SlowSite(row.school, row.name, row.site, row.devices, round(seconds, 1), _megabytes(row.bytes_in))
        for seconds, row in ordered
    )


def _megabytes(count: int) -> float:
    return round(int(count) / 1e6, 1)  # PostgreSQL gives a sum of large numbers as a decimal
