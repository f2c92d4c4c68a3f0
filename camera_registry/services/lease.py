"""Lease: what a worker does with the registry while it has a site. Each call is one piece of work for one transaction.

Strategy: `begin` marks the item and the tries that may follow, and is committed before anything is sent; `finish` gives
the item its one final state and stores what was seen, both or neither. A device during whose look the worker died
again and again is given up: it may be what kills the worker.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.services.days import ZONE
from camera_registry.services.record import answered, record
from camera_registry.services.second_pass import again_at
from camera_registry.services.silence import counts_silence
from camera_registry.services.targets import Asking, target
from camera_registry.store import credentials, devices, passes, sweeps
from camera_registry.store.sweeps import Begun, Lease
from camera_registry.vault import VaultError
from probes.errors import Failure
from probes.facts import Observation
from probes.login import DOORS, LoginState
from probes.target import Target
from standards import Editions

_log = logging.getLogger(__name__)
NIGHTLY = ("night", "day")
"""Sweeps in which each device has its one look of a night; others look for what that left open, or for a person."""
MOST_ATTEMPTS = 3
"""Looks at one device in one sweep that may end with the death of the worker."""
MOST_FAILURES = 40
"""Failures of one look that are kept; a recorder of 32 channels that is cut off has as many."""


def begin(session: Session, lease: Lease, item_id: int, asking: Asking, now: datetime) -> Target | None:
    """What to look at for this item; None when it is not to be looked at (any more) under this lease."""
    item = begin_item(session, lease, item_id, now)
    return None if item is None else target_of(session, lease.kind, item_id, item.device_id, asking, now)


def begin_item(session: Session, lease: Lease, item_id: int, now: datetime) -> Begun | None:
    """The item is being looked at under this lease; None when it is not to be (any more)."""
    if not sweeps.may_begin(session, lease, now):
        return None
    item = sweeps.begin(session, item_id, now)
    if item is not None and item.attempts >= MOST_ATTEMPTS + item.passes:
        give_up(session, item_id, now)
        return None
    return item


def target_of(
    session: Session, kind: str, item_id: int, device_id: int, asking: Asking, now: datetime, *, mark: bool = True
) -> Target | None:
    """What to look at for an item that has begun in a sweep of this kind, its logins marked as being tried unless an
    agent does that (`mark`); None when its login does not open, which ends the item.
    """
    try:
        return target(session, devices.at_work(session, device_id), asking, now, thrifty=kind in NIGHTLY, mark=mark)
    except VaultError:
        _log.error("The login of device %d does not open with this key; type it again", device_id)
        passes.end_unseen(session, item_id, "skipped", "unreadable_login", now)
        return None


def learned(session: Session, device_id: int, item_id: int, version: str, state: LoginState) -> None:
    """What became of a login, kept at once: a refusal counts whatever becomes of the look."""
    before = credentials.login_states(session, device_id).get(version)
    credentials.learned(session, device_id, {version: state})
    if before is not None and _refusals(state) > _refusals(before):
        sweeps.refused(session, item_id)


def refused_late(session: Session, device_id: int, item_id: int, version: str, state: LoginState) -> None:
    """The device has refused a login in a look that counts no more: that is kept all the same, and counted among the
    refusals of a day, and nothing else.
    """
    before = credentials.login_states(session, device_id).get(version)
    if before is not None and _refusals(state) > _refusals(before):
        credentials.learned(session, device_id, {version: state})
        sweeps.refused(session, item_id, late=True)


def finish(
    session: Session,
    lease: Lease,
    item_id: int,
    observation: Observation,
    editions: Editions,
    now: datetime,
    sun_up: SunUp,
    zone: tzinfo = ZONE,
    again_after: timedelta | None = None,
) -> bool:
    """True when `observation` is the result of this item, or of its first pass: what may pass is looked at again after
    `again_after`. A result that comes late changes nothing.
    """
    spoke = answered(observation)
    state, reason = "done" if spoke else "failed", reason_of(observation, spoke=spoke)
    told = {"failures": failures_text(observation.failures), **asdict(observation.ledger)}
    not_before = again_at(session, lease, observation, reason, now, again_after)
    waits = not_before is not None and passes.look_again(session, item_id, state, reason, now, not_before, **told)
    if not waits and not sweeps.finish(session, item_id, state, now, reason=reason, **told):
        return False
    device_id = int(observation.target)
    record(session, device_id, observation, editions, now, sun_up, zone)
    if not (waits or spoke or reason == "not_allowed") and counts_silence(lease.kind, school_day=lease.school_day):
        devices.was_silent(session, [device_id])  # who was not asked was not silent
    return True


def put_back(session: Session, lease: Lease, item_id: int, unsent: Mapping[str, LoginState]) -> None:
    """The item waits again, where nobody else has taken its site: a look was stopped in order.

    `unsent` are the logins as they were before, when none of them has left: then no try is counted.
    """
    if not sweeps.holds(session, lease):
        return
    sweeps.put_back(session, item_id)
    credentials.learned(session, sweeps.device_of(session, item_id), unsent)


def give_up(session: Session, item_id: int, now: datetime) -> None:
    """The item failed for a reason that lies with us: nothing is known of its device that was not known before. Where a
    first pass came to an end, that counts.
    """
    passes.end_unseen(session, item_id, "failed", "our_limit", now)


def _refusals(state: LoginState) -> int:
    return sum(state.state(door) == "refused" for door in DOORS) + state.zone_try_used


def reason_of(observation: Observation, *, spoke: bool) -> str:
    """The kind of the first failure, where it cost the whole look; else empty."""
    if spoke and observation.channels:
        return ""
    return observation.failures[0].kind if observation.failures else ("" if spoke else "our_limit")


def failures_text(failures: Iterable[Failure]) -> str:
    """The first of these failures as a ledger keeps them (JSON)."""
    kept: list[dict[str, Any]] = [asdict(failure) for failure in failures][:MOST_FAILURES]
    return json.dumps(kept, ensure_ascii=False)
