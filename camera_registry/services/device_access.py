"""How a device was asked and what that cost it: what could not be had, which door takes its login, the newest looks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.models import Credential, Device, Sweep, SweepItem
from camera_registry.services import sweeps
from camera_registry.services.device_values import Cost, Lacking, LoginSeen, Look
from camera_registry.services.explained import NO_TEXT, advice
from camera_registry.services.unchecked import SKIPPED
from camera_registry.store import credentials, history, observations
from probes.errors import KINDS, Failure
from probes.facts import DeviceSheet
from probes.login import DOORS, LoginState
from standards.model import Text

NEWEST_LOOKS = 20


def lacking(sheet: DeviceSheet) -> tuple[Lacking, ...]:
    """What is missing in the merged sheet and why, one entry for each failure with all the paths it concerns."""
    paths: dict[Failure, list[str]] = {}
    for path, failure in _missing(sheet):
        paths.setdefault(replace(failure, facts=()), []).append(path)
    return tuple(_lacking(replace(failure, facts=tuple(named))) for failure, named in paths.items())


def logins(session: Session, device_id: int) -> tuple[LoginSeen, ...]:
    """The logins in force, and what each door made of them."""
    states = credentials.login_states(session, device_id)
    return tuple(_login(c, states[credentials.name_of(c)]) for c in credentials.current(session, device_id))


def dropped(session: Session, device_id: int) -> bool:
    """True where a login was typed once and none is in force any more: the device has moved, or the key was lost."""
    return not credentials.current(session, device_id) and credentials.had_one(session, device_id)


def looks(session: Session, device_id: int) -> tuple[Look, ...]:
    """The newest looks, each with what it cost the device."""
    return tuple(_look(item, sweep) for item, sweep in history.looks(session, device_id, NEWEST_LOOKS))


def cost(session: Session, device_id: int) -> Cost:
    """What all looks together have cost the device since it was registered."""
    return Cost(*history.cost(session, device_id))


def lock(device: Device, now: datetime) -> tuple[datetime | None, int | None]:
    """Until when the device takes no login (None: it does), and how many tries it said are left (None: not said)."""
    known = observations.remembered(device, {})
    return known.lock_ends(now), known.tries_left


def _login(credential: Credential, state: LoginState) -> LoginSeen:
    own = credential.doors.split(",")
    doors: dict[str, str] = {door: f"login.{state.state(door)}" for door in DOORS if door in own}
    return LoginSeen(credential.username, credential.made_at, doors, state.unanswered)


def _look(item: SweepItem, sweep: Sweep) -> Look:
    same = ("state", "started_at", "ended_at", "attempts", "connections", "logins", "tries", "refusals", "session_s",
            "bytes_in", "bytes_out")  # fmt: skip
    failures: list[dict[str, Any]] = json.loads(item.failures)
    return Look(
        sweep=sweep.night,
        kind=sweep.kind,
        acceptance=sweeps.acceptance_of(sweep.scope),
        asked_by=sweep.asked_by,
        reason=reason_of(item.reason),
        failures=tuple(_lacking(Failure.from_json(f)) for f in failures),
        **{name: getattr(item, name) for name in same},
    )


def reason_of(reason: str) -> Text:
    """Why a look ended as it did, in words; nothing for nothing."""
    if not reason:
        return NO_TEXT
    known: dict[str, Text] = {**SKIPPED, **{name: kind.words for name, kind in KINDS.items()}}
    return known.get(reason, {"vi": reason, "en": reason})


def _missing(sheet: DeviceSheet) -> Iterator[tuple[str, Failure]]:
    yield from sheet.missing.items()
    for channel in sheet.channels:
        yield from channel.missing.items()
        for stream in channel.streams:
            yield from stream.missing.items()


def _lacking(failure: Failure) -> Lacking:
    where = (failure.step, failure.detail, failure.channel, failure.stream, failure.facts)
    return Lacking(failure.kind, failure.meaning.words, advice(failure), *where)
