"""One request for each of many failures, with one reason and one last day. The edge commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from camera_registry.services.waivers import Desk, Request, WaiverError, ask
from camera_registry.store.places import RowKey
from standards.editions import Editions
from standards.waiving.granting import Mistake
from standards.waiving.waivers import Scope


@dataclass(frozen=True)
class Wish:
    """What one person asks for, of many failures at once."""

    reason: str
    by: str
    ends: date


@dataclass(frozen=True)
class AskedMany:
    """The numbers of the requests that were made, and of how many failures one waits already."""

    numbers: tuple[int, ...]
    waiting: int


def ask_many(session: Session, rows: Sequence[RowKey], wish: Wish, editions: Editions, desk: Desk) -> AskedMany:
    """A request for each of these rows that has none waiting: of its channel, or of the device as a whole. Raises
    WaiverError with everything that is wrong with the wish, each thing once; then nothing is to be kept.
    """
    numbers: list[int] = []
    wrong: dict[tuple[str, str], Mistake] = {}
    waiting = 0
    for key in dict.fromkeys(rows):
        asked = Request(rule=key[-1], scope=_scope(key), reason=wish.reason, by=wish.by, ends=wish.ends)
        try:
            numbers.append(ask(session, asked, editions, desk))
        except WaiverError as error:
            if error.kind == "conflict":
                waiting += 1
                continue
            wrong |= {(field, text["en"]): (field, text) for field, text in error.mistakes}
    if wrong:
        raise WaiverError("wrong", *wrong.values())
    return AskedMany(tuple(numbers), waiting)


def _scope(key: RowKey) -> Scope:
    school, device, index, _ = key
    if index:
        return Scope(kind="channel", school=school, device=device, channel=index)
    return Scope(kind="device", school=school, device=device)
