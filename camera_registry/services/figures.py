"""Figures of the registry for a program that watches it: counts and times, without the name of anything.

Strategy: read at the moment in which they are asked for. What has a name (a school, a device, an address) is no figure:
whoever may watch the program need not see the schools, and a label for each device would be 100,000 of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.services.agents import state_of
from camera_registry.store import agents, sweep_sums, totals, waiting

SEEN_WITHIN_DAYS = (1, 2, 3, 7, 14, 30)
"""Devices are counted by how long ago the last look at them was, in days."""
SILENT_NIGHTS = (1, 2, 3, 7, 30)
"""Devices are counted that have not answered for at least so many nights."""


@dataclass(frozen=True)
class Night:
    """The nightly sweep that was planned last: devices by state and reason, what it cost, how long it has lasted."""

    devices: Mapping[tuple[str, str], int]
    connections: int
    tries: int
    refusals: int
    bytes_in: int
    bytes_out: int
    again: int
    again_answered: int
    seconds: float
    ended: bool


@dataclass(frozen=True)
class Figures:
    """The registry at a moment; times in UTC, None where there is none. `items`: devices of sweeps that are not over,
    by kind and state; `messages`: by way (mail, webhook) and state; `message_waits`: for how many seconds
    the oldest of each way has waited.
    """

    at: datetime
    devices: Mapping[str, int]
    looked_at: int
    seen_within_days: Mapping[int, int]
    oldest_look: datetime | None
    silent: Mapping[int, int]
    channels: Mapping[str, int]
    going_on: Mapping[str, int]
    night: Night | None
    last_night_ended: datetime | None
    items: Mapping[tuple[str, str], int]
    offered: int
    ready: int
    replies: int
    waivers: int
    messages: Mapping[tuple[str, str], int]
    message_waits: Mapping[str, float]
    sealed: Mapping[str, int]
    agents: Mapping[str, int]
    agent_orders: int
    agent_waiting: int


def figures(session: Session, now: datetime) -> Figures:
    """The figures of the registry at `now`."""
    known = agents.every(session)
    silent = {row.nights: row.devices for row in sweep_sums.silent(session)}
    ended = sweep_sums.newest_night(session, ended=True)
    return Figures(
        at=now,
        devices={row.kind: row.devices for row in sweep_sums.kinds(session)},
        looked_at=sweep_sums.looked_at(session),
        seen_within_days={days: sweep_sums.looked_at(session, now - timedelta(days=days)) for days in SEEN_WITHIN_DAYS},
        oldest_look=sweep_sums.oldest_look(session),
        silent={least: sum(n for nights, n in silent.items() if nights >= least) for least in SILENT_NIGHTS},
        channels={str(name): n for name, n in totals.verdicts(session, None, None).items()},
        going_on={row.kind: row.sweeps for row in sweep_sums.going_on(session)},
        night=_night(session, now),
        last_night_ended=None if ended is None else ended.ended_at,
        items={(row.kind, row.state): row.devices for row in waiting.items(session)},
        offered=waiting.offered(session).offered,
        ready=waiting.offered(session).ready,
        replies=waiting.replies(session),
        waivers=waiting.waivers(session),
        messages={(row.way, row.state): row.messages for row in waiting.messages(session)},
        message_waits={way: _seconds(since, now) for way, since in waiting.oldest(session).items()},
        sealed=waiting.sealed_values(session),
        agents=Counter(state_of(agent, now) for agent in known),
        agent_orders=sum(agents.open_orders(session).values()),
        agent_waiting=sum(agent.waiting for agent in known),
    )


def _seconds(since: datetime | None, now: datetime) -> float:
    """Seconds from then until now; 0 for none, and for one that is to come."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _night(session: Session, now: datetime) -> Night | None:
    sweep = sweep_sums.newest_night(session)
    if sweep is None:
        return None
    number, began = sweep.id or 0, sweep.started_at or sweep.planned_at
    cost = sweep_sums.cost(session, number)
    return Night(
        devices={(row.state, row.reason): row.devices for row in sweep_sums.ends(session, number)},
        connections=int(cost.connections),
        tries=int(cost.tries),
        refusals=int(cost.refusals),
        bytes_in=int(cost.bytes_in),
        bytes_out=int(cost.bytes_out),
        again=int(cost.again),
        again_answered=int(cost.again_answered),
        seconds=((sweep.ended_at or now) - began).total_seconds(),
        ended=sweep.ended_at is not None,
    )
