"""What each camera of a fleet saw of those who looked at it, and whether they were polite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from probes.simulator.counters import Counters
from probes.simulator.fleet.mix import State
from probes.simulator.fleet.roll import Member


@dataclass(frozen=True)
class Seen:
    """The counts of one camera: TCP connections, requests with a login and refused ones, RTSP sessions in all, at once
    at most, ended with TEARDOWN, and open now; bytes of media sent.
    """

    host: str
    make: str
    state: State
    connections: int
    logins: int
    refused: int
    sessions: int
    sessions_at_once: int
    torn_down: int
    open_now: int
    bytes_sent: int


def seen_by(member: Member, counters: Counters) -> Seen:
    """The counts of `member` as they are now."""
    return Seen(
        host=member.host,
        make=member.make,
        state=member.state,
        connections=counters.connections,
        logins=counters.with_credentials,
        refused=counters.refused_in_all,
        sessions=counters.sessions,
        sessions_at_once=counters.sessions_peak,
        torn_down=counters.teardowns,
        open_now=counters.sessions_open,
        bytes_sent=counters.bytes_sent,
    )


def impolite(seen: Iterable[Seen]) -> Iterator[str]:
    """One line for each rule that a camera saw broken: two sessions at once, a session left without TEARDOWN, more
    than one refused login.
    """
    for one in seen:
        if one.sessions_at_once > 1:
            yield f"{one.host} ({one.make}): {one.sessions_at_once} RTSP sessions at once"
        if one.sessions > one.torn_down + one.open_now:
            left = one.sessions - one.torn_down - one.open_now
            yield f"{one.host} ({one.make}): {left} of {one.sessions} RTSP sessions ended without TEARDOWN"
        if one.refused > 1:
            yield f"{one.host} ({one.make}): {one.refused} refused logins"
