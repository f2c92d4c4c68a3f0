"""Acceptance (nghiệm thu): chosen channels, one edition, several looks over a day, a result that never changes.

Strategy: `start` writes down what is wanted; `plan_looks` asks for the looks that are due, by a sweep of their own, and
`looked` keeps each look at a chosen device, whoever asked for it, judged by itself by the edition of the acceptance.
The result is one pure call over these; `close` freezes it as canonical JSON with its SHA-256. The edge commits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from camera_registry.models import Acceptance, Channel
from camera_registry.people import NO_NAME, is_name
from camera_registry.services.acceptance_result import answered_by_the_unit, result_of, wanted_of
from camera_registry.services.confirmation_error import Kind
from camera_registry.services.edition_texts import resolve
from camera_registry.store import acceptances, channels, devices, editions
from probes.told import ToldError
from standards import Edition, EditionError

MOST_LOOKS = 48
SHORTEST_H, LONGEST_H = 1.0, 168.0
LONGEST_TEXT = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class AcceptanceError(ToldError):
    """An acceptance cannot be started or ended; `mistakes` are all there are, one a line."""

    def __init__(self, *mistakes: str, kind: Kind = "wrong") -> None:
        self.mistakes = mistakes
        self.kind = kind
        super().__init__("\n".join(mistakes))


@dataclass(frozen=True)
class Asked:
    """What is wanted: `channels` as SCHOOL/DEVICE (all its channels) or SCHOOL/DEVICE/INDEX; `standard` is an edition,
    or what the command line calls it.
    """

    code: str
    name: str
    channels: tuple[str, ...]
    standard: str | Edition
    looks: int
    hours: float
    by: str


def start(session: Session, asked: Asked, now: datetime) -> Acceptance:
    """The acceptance runs from now on. Raises AcceptanceError with all mistakes."""
    mistakes = list(_mistakes(session, asked))
    ids: set[int] = set()
    for text in dict.fromkeys(asked.channels):
        found = _channels(session, text)
        if isinstance(found, str):
            mistakes.append(found)
        else:
            ids |= {channel.id or 0 for channel in found}
    try:
        edition = asked.standard if isinstance(asked.standard, Edition) else resolve(session, asked.standard)
    except EditionError as error:
        mistakes += error.mistakes
    if mistakes:
        raise AcceptanceError(*mistakes)
    editions.keep(session, edition, now)
    row = Acceptance(
        code=asked.code,
        name=_line(asked.name),
        edition_sha256=edition.sha256,
        asked_by=_line(asked.by),
        begins=now,
        ends=now + timedelta(hours=asked.hours),
        looks=asked.looks,
    )
    return acceptances.add(session, row, ids)


def show(session: Session, code: str, now: datetime) -> dict[str, Any]:
    """The result as JSON: of a closed acceptance as it was closed; of a cancelled one what was seen until then. Raises
    AcceptanceError when there is none.
    """
    row = _known(session, code)
    closed = acceptances.result(row)
    if closed is not None:
        return closed | {"sha256": row.result_sha256}
    made = result_of(session, row, row.closed_at or now) | {"sha256": None}
    return made if row.state == "running" else _given_up(made, row)


def _given_up(made: dict[str, Any], row: Acceptance) -> dict[str, Any]:
    """What was seen until `row` was cancelled, which accepts and refuses nothing."""
    channels = [channel | {"result": "not_finished"} for channel in made["channels"]]
    ended = {"cancelled_at": row.closed_at and row.closed_at.isoformat(), "cancelled_by": row.closed_by}
    return made | ended | {"result": "not_finished", "channels": channels}


def close(session: Session, code: str, by: str, now: datetime) -> dict[str, Any]:
    """The result for ever, with its SHA-256. Raises AcceptanceError while a channel may still be accepted."""
    row = _running(session, code, by)
    made = result_of(session, row, now)
    open_ = [c for c in made["channels"] if c["result"] == "not_finished"]
    if open_:
        raise AcceptanceError(
            f"{code}: {len(open_)} channels are not finished; it ends at {row.ends.isoformat()}; wait, or cancel it",
            kind="conflict",
        )
    made |= {"state": "closed", "closed_at": now.isoformat(), "closed_by": _line(by)}
    text = canonical(made)
    digest = hashlib.sha256(text).hexdigest()
    acceptances.close(session, row, text, digest, _line(by), now)
    return made | {"sha256": digest}


def cancel(session: Session, code: str, by: str, now: datetime) -> None:
    """The acceptance is given up; what was seen stays. Raises AcceptanceError when it does not run."""
    acceptances.cancel(session, _running(session, code, by), _line(by), now)


def canonical(result: Mapping[str, Any]) -> bytes:
    """The JSON of which the SHA-256 is made: keys sorted, no blanks, UTF-8."""
    return json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def due(session: Session, now: datetime) -> Iterable[tuple[Acceptance, set[int]]]:
    """The running acceptances with those of their devices that are to be looked at now."""
    for row in acceptances.every(session, "running"):
        if not row.begins <= now < row.ends:
            continue
        found = _due_devices(session, row, now)
        if found:
            yield row, found


def _due_devices(session: Session, row: Acceptance, now: datetime) -> set[int]:
    """Devices whose unit answered fewer looks than are due, that nobody looks at, and were not looked at just now."""
    wanted = wanted_of(row)
    due_now = sum(at <= now for at in wanted.due())
    ids = sorted({each.device_id for each in acceptances.chosen(session, row.id or 0)})
    seen = acceptances.looks(session, row.id or 0)
    pause = (row.ends - row.begins) / (row.looks * 4)
    busy = acceptances.being_looked_at(session, ids)
    last = acceptances.last_items(session, ids, row.begins)
    lacking = {i for i in ids if answered_by_the_unit(seen.get(i, [])) < due_now}
    return {i for i in lacking if i not in busy and (i not in last or now - last[i] >= pause)}


def _known(session: Session, code: str) -> Acceptance:
    row = acceptances.by_code(session, code)
    if row is None:
        raise AcceptanceError(f"{code}: there is no such acceptance; `acceptance list` names them", kind="no_such")
    return row


def _running(session: Session, code: str, by: str) -> Acceptance:
    row = _known(session, code)
    if row.state != "running":
        raise AcceptanceError(f"{code}: is {row.state}; it never changes", kind="conflict")
    if not is_name(by):
        raise AcceptanceError(f"by: {NO_NAME['en']}")
    return row


def _mistakes(session: Session, asked: Asked) -> Iterable[str]:
    used = acceptances.by_code(session, asked.code)
    if not _CODE.fullmatch(asked.code):
        yield f"{asked.code[:50]}: is no code; write letters, digits, dots and hyphens, at most 40"
    elif used is not None:
        yield f"{asked.code}: this code is used{f' as {used.code}' * (used.code != asked.code)}; write another one"
    elif acceptances.is_used(session, asked.code):
        yield f"{asked.code}: this code is used; write another one"
    yield from _unwritten("name", asked.name, "what is accepted, as in the contract")
    if not is_name(asked.by):
        yield f"by: {NO_NAME['en']}"
    if not asked.channels:
        yield "channels: missing; write SCHOOL/DEVICE or SCHOOL/DEVICE/INDEX"
    if not 2 <= asked.looks <= MOST_LOOKS:
        yield f"looks: {asked.looks}: write 2 to {MOST_LOOKS}"
    if not SHORTEST_H <= asked.hours <= LONGEST_H:
        yield f"hours: {asked.hours:g}: write {SHORTEST_H:g} to {LONGEST_H:g}"


def _unwritten(field: str, text: str, wanted: str) -> Iterable[str]:
    """What is wrong with a text that stands in the result."""
    if not _line(text):
        yield f"{field}: missing; write {wanted}"
    elif len(_line(text)) > LONGEST_TEXT or not _line(text).isprintable():
        yield f"{field}: write at most {LONGEST_TEXT} characters, without control signs"


def _line(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())


def _channels(session: Session, text: str) -> list[Channel] | str:
    """The channels that `text` names, or what is wrong with it."""
    school, _, rest = text.partition("/")
    code, _, index = rest.partition("/")
    device = devices.by_code(session, school, code)
    if device is None:
        return f"{text[:100]}: no such device; write SCHOOL/DEVICE or SCHOOL/DEVICE/INDEX"
    if not device.host:
        return f"{text}: has no address and cannot be looked at"
    of_device = channels.of_device(session, device.id or 0)
    found = [channel for channel in of_device if not index or str(channel.index) == index]
    return found or f"{text}: no such channel; there are {', '.join(str(c.index) for c in of_device) or 'none'}"
