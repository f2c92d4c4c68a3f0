"""The ledger of a bundle: its looks as items of sweeps of the kind `bundle`, one item a device in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.bundles.document import Bundle, moments
from camera_registry.bundles.matching import Registered
from camera_registry.models import Sweep
from camera_registry.services.lease import failures_text, reason_of
from camera_registry.services.record import answered
from camera_registry.store import bundles as store
from camera_registry.store import devices
from probes.facts import Observation

NAME_DIGITS = 16
"""Of the SHA-256 of a bundle, in the name of its sweeps."""
Recorded = tuple[Registered, Observation]


@dataclass
class _Round:
    """A sweep of the bundle with the devices that have an item in it."""

    sweep: Sweep
    devices: set[int]
    items: list[dict[str, Any]] = field(default_factory=list)


def put(session: Session, bundle: Bundle, school: str, by: str, recorded: Iterable[Recorded], now: datetime) -> None:
    """What was recorded of `bundle`, of the school with this code, stands in the ledger as taken by this person."""
    rounds: list[_Round] = []
    for device, observation in recorded:
        while (found := _free(rounds, device.device_id)) is None:
            name = f"{store.KIND}-{bundle.sha256[:NAME_DIGITS]}" + (f"-{len(rounds) + 1}" if rounds else "")
            known = store.sweep_called(session, name)
            made = Sweep(
                night=name, kind=store.KIND, state="done", scope=f"school:{school}", asked_by=by, planned_at=now
            )
            rounds.append(_Round(*known) if known else _Round(made, set()))
        found.devices.add(device.device_id)
        found.items.append(_item(device, devices.at_work(session, device.device_id).site_id, observation))
    for each in rounds:
        if each.items:
            _end(each)
            store.put_items(session, each.sweep, each.items)


def _free(rounds: Iterable[_Round], device_id: int) -> _Round | None:
    """The first sweep in which this device has no item yet."""
    return next((each for each in rounds if device_id not in each.devices), None)


def _end(round_: _Round) -> None:
    """The sweep lasted from its first look to the end of its last."""
    sweep, items = round_.sweep, round_.items
    begun, ended = [item["started_at"] for item in items], [item["ended_at"] for item in items]
    sweep.started_at = min([*begun, *([sweep.started_at] if sweep.started_at else [])])
    sweep.ended_at = max([*ended, *([sweep.ended_at] if sweep.ended_at else [])])


def _item(device: Registered, site_id: int, observation: Observation) -> dict[str, Any]:
    spoke = answered(observation)
    return {
        "site_id": site_id,
        "device_id": device.device_id,
        "state": "done" if spoke else "failed",
        "reason": reason_of(observation, spoke=spoke),
        "attempts": 1,
        "started_at": observation.observed_at,
        "ended_at": max(moments(observation)),
        "failures": failures_text(observation.failures),
        **vars(observation.ledger),
    }
