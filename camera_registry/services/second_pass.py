"""Second pass: what was busy, or did not answer in time, is looked at once more in the same sweep. Pure but for
reading.

Strategy: only sweeps that nobody waits for have one, by night and by day. The first look is recorded as it is; its item
waits, and what it came to counts when nothing follows: the window ends, the sweep is cancelled, our own program fails.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.store import sweeps
from camera_registry.store.sweeps import Lease
from probes.facts import Channel, Observation

KINDS = ("night", "day")
PASSING = frozenset({"busy", "timeout", "unreachable"})
"""Failures that may be gone a while later; a connection that is lost is one of them."""
_CUT_OFF = ("closed", "stalled")


def again_at(
    session: Session, lease: Lease, observation: Observation, reason: str, now: datetime, after: timedelta | None
) -> datetime | None:
    """From when on the device is to be looked at again in this sweep; None: it is not. `reason` is what cost the whole
    look, `after` the least time between both; None: there is no second pass.
    """
    if after is None or lease.kind not in KINDS or not worth_another_look(observation, reason):
        return None
    sweep = sweeps.by_id(session, lease.sweep_id)
    if sweep is None or sweep.state == "cancelled" or (sweep.ends_by is not None and now + after >= sweep.ends_by):
        return None
    return now + after


def worth_another_look(observation: Observation, reason: str) -> bool:
    """True when the look was lost by what passes, or that cost half of the channels (one of one, 8 of 16) their sample:
    for one channel of many a recorder is not asked for all of them again.
    """
    if reason in PASSING:
        return True
    lost = {f.channel for f in observation.failures if f.kind in PASSING and f.stream and "measured" in f.facts}
    lost |= {channel.index for channel in observation.channels if _cut_off(channel)}
    return bool(lost) and 2 * len(lost) >= len(observation.channels)


def _cut_off(channel: Channel) -> bool:
    return any(s.measured is not None and s.measured.stop_reason in _CUT_OFF for s in channel.streams)
