"""Noted: what a look tells to have happened to a device, written down where no interval would tell it.

A factory reset or settings that became others (`standards.resets`), and numbers of a failure that moved
(`standards.changes.another_value`): a finding that goes on failing is one row, in which what was seen is kept fresh.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.models import Channel
from camera_registry.store import changes
from camera_registry.store.findings import Made
from probes.facts import DeviceSheet, Observation
from probes.login import DOORS, LoginState
from standards.changes import another_value
from standards.resets import happened


def note_settings(
    session: Session,
    device_id: int,
    stored: DeviceSheet,
    observation: Observation,
    logins: Mapping[str, LoginState],
    shared: frozenset[str],
    known: Mapping[int, Channel],
) -> None:
    """What became of the settings of the device between the look of `stored` and `observation`; `logins` are as they
    were before it.
    """
    refused = any(
        before.state(door) == "good" and after.state(door) == "refused"
        for name, after in observation.remembered.logins.items()
        if (before := logins.get(name)) is not None
        for door in DOORS
    )
    found = happened(stored, observation, refused=refused, shared=shared)
    if found is None:
        return
    index = {seen: channel.index for seen, channel in known.items()}
    settings = [{**asdict(s), "channel": index.get(s.channel or 0)} for s in found.settings]
    body = {"signs": list(found.signs), "settings": settings}
    changes.put(session, device_id, found.kind, body, observation.observed_at)


def note_values(session: Session, device_id: int, open_now: Iterable[Any], made: Iterable[Made], now: datetime) -> None:
    """Failures that go on with a number worth telling: what was seen before (`open_now`), and what is seen now."""
    before = {_key(row): row for row in open_now if row.outcome == "fail"}
    for row in made:
        old = before.get(_key(row)) if row.outcome == "fail" else None
        if old is None or old.fix != row.fix or old.expected != row.expected:
            continue
        was, is_ = json.loads(old.seen), json.loads(row.seen)
        if another_value(was, is_):
            named = {name: getattr(row, name) for name in ("rule", "edition", "sha256", "stream", "fact")}
            body = {**named, **_seen(old, row)}
            changes.put(session, device_id, "value", body, row.seen_at or now, row.channel_id)


def _seen(old: Any, row: Made) -> dict[str, Any]:
    return {
        "before": json.loads(old.seen),
        "before_at": old.seen_at.isoformat() if old.seen_at else None,
        "now": json.loads(row.seen),
    }


def _key(row: Any) -> tuple[Any, ...]:
    return row.channel_id, row.subject, row.stream, row.rule, row.edition, row.sha256
