"""Looks for acceptances: those that are due are asked for, and every look at a chosen device is kept, judged by itself.

Strategy: nothing of an older look helps: the facts are those of this one observation alone. A look that the nightly
sweep made counts as well as one that was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.models import Channel, Sweep
from camera_registry.services import sweeps
from camera_registry.services.acceptance import due
from camera_registry.services.edition_texts import by_sha256
from camera_registry.services.judging import case_of, sun_over
from camera_registry.store import acceptances
from camera_registry.store.devices import AtWork
from camera_registry.store.units import SAID
from probes import facts
from probes.facts import Observation, sheet_to_json
from standards import Edition, Finding, evaluate


def plan_looks(session: Session, now: datetime) -> list[Sweep]:
    """A sweep for each running acceptance of which a look is due."""
    return [sweeps.for_acceptance(session, row.code, ids, now, row.ends) for row, ids in due(session, now)]


def looked(
    session: Session,
    device: AtWork,
    observation: Observation,
    known: Mapping[int, Channel],
    shared: frozenset[str],
    answered: bool,
    sun_up: SunUp,
) -> None:
    """The look is kept for every acceptance that runs on this device. `known` are the registered channels by the index
    in which they were seen, `shared` the keys that the unit shares with others.
    """
    for row, chosen in acceptances.running_on(session, device.id or 0, observation.observed_at):
        edition = by_sha256(session, row.edition_sha256)
        if edition is not None:
            body = _body(session, device, observation, known, shared, edition, chosen, sun_up)
            body |= {"answered": answered}
            acceptances.put_look(session, row.id or 0, device.id or 0, observation.observed_at, body)


def _body(
    session: Session,
    device: AtWork,
    observation: Observation,
    known: Mapping[int, Channel],
    shared: frozenset[str],
    edition: Edition,
    chosen: set[int],
    sun_up: SunUp,
) -> dict[str, Any]:
    sheet = facts.merge(None, observation, sun_over(session, device.site_id, sun_up), shared)
    seen = {c.index: known[c.index] for c in sheet.channels if c.index in known}
    case = case_of(session, device, sheet, seen, sun_up)
    made = evaluate(edition, case.sheet, case.register, case.answers, observation.observed_at)
    light = {c.index: main.value("image.light") for c in case.sheet.channels if (main := c.main()) is not None}
    streams = {c.index: {s.id: s.value("stream.role") or "" for s in c.streams} for c in case.sheet.channels}
    unit = observation.device.identity
    mine = {index: channel.id for index, channel in seen.items() if channel.id in chosen}
    return {
        "channels": {
            str(channel_id): {
                "light": light.get(index),
                "streams": streams[index],
                "findings": [_json(f) for f in made if _of(f, index)],
            }
            for index, channel_id in mine.items()
        },
        "unit": {name: str(getattr(unit, name) or "") for name in SAID} if unit else {},
        "shared": sorted(shared),
        "device": [_json(f) for f in made if f.subject.kind == "device"],
        "failures": [failure.to_json() for failure in observation.failures],
        "facts": json.loads(sheet_to_json(case.sheet)),
    }


def _of(finding: Finding, index: int) -> bool:
    return finding.subject.kind in ("channel", "stream") and finding.subject.channel == index


def _json(finding: Finding) -> dict[str, Any]:
    """The finding with values that JSON holds."""
    made: dict[str, Any] = json.loads(json.dumps(finding.to_json(), ensure_ascii=False, default=vars))
    return made
