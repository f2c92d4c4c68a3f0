"""Confirm a rule: a person with the document in hand says where a value stands, another one approves, and a new edition
is made.

Strategy: what is asked is tried at once: the new text is made and loaded strictly, so that nothing can wait for
approval that could not be used. On approval the text is made again, out of the newest edition of that id: when two
rules were confirmed in the meantime, both stay; when the same rule has changed meanwhile, it has to be asked again.
The scan is not kept, only its SHA-256. The edge commits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

import tomlkit
from sqlmodel import Session

from camera_registry.lists import plain
from camera_registry.models import ConfirmationRecord
from camera_registry.services.days import day_of
from camera_registry.services.edition_editing import (
    EditingError,
    next_version,
    put,
    rule_of,
    standing_alone,
    still_said,
)
from camera_registry.services.edition_texts import by_sha256
from camera_registry.store import editions
from standards import Edition, EditionError, available, load_bytes, load_edition
from standards.load import tables

LONGEST = 2_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


Kind = Literal["wrong", "no_such", "conflict", "own"]
"""What is wrong: what was asked; that there is no such thing; that it is not the moment; that who asked decides."""


class ConfirmationError(Exception):
    """A rule cannot be confirmed, or the confirmation not decided; `mistakes` are all there are, one a line."""

    def __init__(self, *mistakes: str, kind: Kind = "wrong") -> None:
        self.mistakes = mistakes
        self.kind = kind
        super().__init__("\n".join(mistakes))


@dataclass(frozen=True)
class Asked:
    """What a person with the document in hand says of a rule. `value`: what stands at which place of the rule now."""

    rule: str
    clause: str
    quote: str
    scan_sha256: str
    by: str
    value: Mapping[str, Any]


def ask(session: Session, base: Edition, asked: Asked, now: datetime) -> ConfirmationRecord:
    """The confirmation waits for another person. Raises ConfirmationError with all mistakes."""
    mistakes = [*_left_out(asked), *_tried(base, asked, now)]
    if mistakes:
        raise ConfirmationError(*mistakes)
    editions.keep(session, base, now)
    row = ConfirmationRecord(
        of=base.sha256,
        edition=base.id,
        rule=asked.rule,
        clause=asked.clause.strip(),
        quote=asked.quote.strip(),
        value=json.dumps(dict(asked.value), ensure_ascii=False),
        scan_sha256=asked.scan_sha256,
        asked_by=asked.by.strip(),
        asked_at=now,
    )
    return editions.put_confirmation(session, row)


def approve(session: Session, number: int, by: str, now: datetime, zone: tzinfo) -> Edition:
    """The edition that comes of it; from now on it is the newest of its id. Raises ConfirmationError."""
    row = _waiting(session, number, by)
    base = _newest(session, row)
    asked = Asked(row.rule, row.clause, row.quote, row.scan_sha256, row.asked_by, json.loads(row.value))
    try:
        made = _made(base, asked, by.strip(), day_of(now, zone).isoformat(), _taken(session, row.edition))
    except EditingError as error:
        raise ConfirmationError(*str(error).splitlines()) from None
    editions.keep(session, made, now, made_from=base.sha256)
    _decide(session, row, "approved", by, now, made=made.sha256)
    return made


def refuse(session: Session, number: int, by: str, note: str, now: datetime) -> ConfirmationRecord:
    """The confirmation is refused, and says why; no edition is made. Raises ConfirmationError."""
    row = _waiting(session, number, by)
    if not note.strip():
        raise ConfirmationError("note: missing; write why it is refused")
    row.note = note.strip()
    _decide(session, row, "refused", by, now)
    return row


def _decide(
    session: Session, row: ConfirmationRecord, state: str, by: str, now: datetime, made: str | None = None
) -> None:
    row.state, row.decided_by, row.decided_at, row.made = state, by.strip(), now, made
    editions.put_confirmation(session, row)


def _waiting(session: Session, number: int, by: str) -> ConfirmationRecord:
    row = editions.confirmation(session, number)
    if row is None:
        raise ConfirmationError(f"there is no confirmation {number}; `standards history` lists them", kind="no_such")
    if row.state != "asked":
        raise ConfirmationError(
            f"confirmation {number} was {row.state} by {row.decided_by}; it cannot be decided again", kind="conflict"
        )
    if not plain(by):
        raise ConfirmationError("by: missing; write the name of who decides")
    if plain(by) == plain(row.asked_by):
        raise ConfirmationError(
            f"{by.strip()} asked for it; nobody approves their own, another person has to decide", kind="own"
        )
    return row


def _newest(session: Session, row: ConfirmationRecord) -> Edition:
    """The edition that is changed: the newest made of this id, else the one it was asked for."""
    asked_for = by_sha256(session, row.of)
    if asked_for is None:
        raise ConfirmationError(f"the text of the edition {row.of} is not kept; ask again")
    newest = editions.newest_made(session, row.edition)
    base = asked_for if newest is None else by_sha256(session, newest) or asked_for
    if _table(base, row.rule) != _table(asked_for, row.rule):
        raise ConfirmationError(
            f"{row.rule}: has become another in {base.name} since this was asked; ask again", kind="conflict"
        )
    return base


def _table(edition: Edition, rule_id: str) -> Any:
    return next((rule for rule in tables(edition)["rule"] if rule["id"] == rule_id), None)


def _taken(session: Session, edition_id: str) -> list[str]:
    """The versions that there are of this id."""
    product = [load_edition(edition_id).version] if edition_id in available() else []
    return [*product, *(row.version for row in editions.kept(session, edition_id))]


def _left_out(asked: Asked) -> list[str]:
    texts = {"clause": asked.clause, "quote": asked.quote, "by": asked.by}
    missing = [
        f"{name}: missing; write what stands in the document" for name in ("clause", "quote") if not texts[name].strip()
    ]
    missing += ["by: missing; write your name"] if not plain(asked.by) else []
    missing += [f"{name}: is longer than {LONGEST} signs" for name, text in texts.items() if len(text) > LONGEST]
    if not _SHA256.fullmatch(asked.scan_sha256):
        missing.append("scan: missing; attach the scan of the document, or write its SHA-256 (64 digits 0-9 a-f)")
    return missing


def _tried(base: Edition, asked: Asked, now: datetime) -> list[str]:
    """The mistakes of the edition that would come of it."""
    try:
        _made(base, asked, "…", now.date().isoformat(), [base.version])
    except EditingError as error:
        told = bool(asked.clause.strip() and asked.quote.strip())
        return [line for line in str(error).splitlines() if told or ": source: " not in line]
    return []


def _made(base: Edition, asked: Asked, approved_by: str, today: str, taken: list[str]) -> Edition:
    """`base` with the rule confirmed. Raises EditingError with all mistakes."""
    document = standing_alone(base.texts)
    rule = rule_of(document, asked.rule)
    before = rule.unwrap()
    mistakes = list(_put_all(rule, asked.value))
    mistakes += [f'rule "{asked.rule}": {line}' for line in still_said(before, rule.unwrap(), tuple(asked.value))]
    document["version"] = next_version(base.version, taken)
    rule["source"] = _source(before["source"], asked, today)
    line = _line(str(document["version"]), base, asked, approved_by, today)
    document.setdefault("history", tomlkit.aot()).append(line)
    try:
        made = load_bytes(tomlkit.dumps(document).encode(), f"{base.id}@{document['version']}")
    except EditionError as error:
        raise EditingError("\n".join([*mistakes, *error.mistakes])) from None
    if mistakes:
        raise EditingError("\n".join(mistakes))
    return made


def _put_all(rule: Any, value: Mapping[str, Any]) -> Iterator[str]:
    """Sets every place of the rule; yields the mistakes."""
    for place, new in value.items():
        try:
            put(rule, place, new)
        except EditingError as error:
            yield f'rule "{rule["id"]}": {error}'


def _source(before: Mapping[str, Any], asked: Asked, today: str) -> Any:
    source = tomlkit.inline_table()
    source.update(
        {
            "document": before["document"],
            "clause": asked.clause.strip(),
            "quote": asked.quote.strip(),
            "state": "P",
            "confirmed_by": asked.by.strip(),
            "confirmed_on": today,
            "sha256": asked.scan_sha256,
        }
    )
    return source


def _line(version: str, base: Edition, asked: Asked, approved_by: str, today: str) -> Any:
    line = tomlkit.table()
    line.update(
        {
            "version": version,
            "rule": asked.rule,
            "confirmed_by": asked.by.strip() or "…",  # that a name is missing is told in other words
            "approved_by": approved_by,
            "confirmed_on": today,
            "scan": asked.scan_sha256,
            "made_from": base.sha256,
        }
    )
    return line
