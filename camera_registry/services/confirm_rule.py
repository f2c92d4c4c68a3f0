"""Confirm a rule: a person with the document in hand says where a value stands, another one approves, and a new edition
is made.

Strategy: what is changed is always the newest edition of an id that is known here, and nothing of it but the one rule:
so whoever approves has seen all that becomes another. What is asked is tried at once: the new text is made and loaded
strictly, so that nothing can wait for approval that could not be used. On approval the text is made again: when two
rules were confirmed in the meantime, both stay; when the same rule has changed meanwhile, it has to be asked again.
The scan is not kept, only its SHA-256. The edge commits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from sqlmodel import Session

from camera_registry.models import ConfirmationRecord
from camera_registry.people import NO_NAME, is_name, same_person, seen
from camera_registry.services import confirmed_text
from camera_registry.services.confirmation_error import ConfirmationError, refused, text
from camera_registry.services.confirmed_text import Asked, table_of, with_confirmed
from camera_registry.services.days import day_of
from camera_registry.services.edition_texts import by_sha256, newest
from camera_registry.store import editions
from standards import Edition, available, load_edition
from standards.reading.differences import Difference
from standards.waiving.granting import Mistake

LONGEST = 2_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


def ask(
    session: Session, base: Edition, asked: Asked, in_force: Iterable[Edition], now: datetime
) -> ConfirmationRecord:
    """The confirmation waits for another person. Raises ConfirmationError with all mistakes."""
    _refuse_all_but_the_newest(session, base, in_force)
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


def approve(
    session: Session, number: int, by: str, in_force: Iterable[Edition], now: datetime, zone: tzinfo
) -> Edition:
    """The edition that comes of it; from now on it is the newest of its id. Raises ConfirmationError."""
    row = _waiting(session, number, by)
    base = _base(session, row, in_force)
    today = day_of(now, zone).isoformat()
    made = with_confirmed(base, _asked(row), by.strip(), today, _taken(session, base))
    editions.keep(session, made, now, made_from=base.sha256)
    _decide(session, row, "approved", by, now, made=made.sha256)
    return made


def refuse(session: Session, number: int, by: str, note: str, now: datetime) -> ConfirmationRecord:
    """The confirmation is refused, and says why; no edition is made. Raises ConfirmationError."""
    row = _waiting(session, number, by)
    if not seen(note):
        raise refused("wrong", "hãy ghi lý do không duyệt", "missing; write why it is refused", "note")
    row.note = note.strip()
    _decide(session, row, "refused", by, now)
    return row


def changes(session: Session, row: ConfirmationRecord, in_force: Iterable[Edition]) -> tuple[Difference, ...]:
    """All that would become another in the newest edition if this was approved now."""
    base = newest(session, row.edition, in_force)
    return confirmed_text.changes(base, _asked(row)) if base else ()


def _decide(
    session: Session, row: ConfirmationRecord, state: str, by: str, now: datetime, made: str | None = None
) -> None:
    row.state, row.decided_by, row.decided_at, row.made = state, by.strip(), now, made
    editions.put_confirmation(session, row)


def _asked(row: ConfirmationRecord) -> Asked:
    return Asked(row.rule, row.clause, row.quote, row.scan_sha256, row.asked_by, json.loads(row.value))


def _waiting(session: Session, number: int, by: str) -> ConfirmationRecord:
    row = editions.confirmation(session, number)
    if row is None:
        vi, en = f"không có xác nhận số {number}", f"there is no confirmation {number}; `standards history` lists them"
        raise refused("no_such", vi, en)
    if row.state != "asked":
        vi = f"xác nhận số {number} đã được {row.decided_by} quyết định; không quyết định lại"
        en = f"confirmation {number} was {row.state} by {row.decided_by}; it cannot be decided again"
        raise refused("conflict", vi, en)
    if not is_name(by):
        raise ConfirmationError(("by", NO_NAME))
    if same_person(by, row.asked_by):
        vi = f"{row.asked_by} là người đề nghị; người đề nghị không được tự duyệt, cần một người khác quyết định"
        en = f"{row.asked_by} asked for it; nobody approves their own, another person has to decide"
        raise refused("own", vi, en)
    return row


def _refuse_all_but_the_newest(session: Session, base: Edition, in_force: Iterable[Edition]) -> None:
    there = newest(session, base.id, in_force)
    if there is None:
        vi = f"{base.name} là tệp mà cấu hình không nêu tên; hãy ghi tệp vào mục [standard] của cấu hình trước"
        en = f"{base.name} is a file that the settings do not name; write it into [standard] of the settings first"
        raise refused("conflict", vi, en, "edition")
    if there.sha256 != base.sha256:
        mine, other = (f"{edition.name} (SHA-256 {edition.sha256[:8]}…)" for edition in (base, there))
        vi = f"{mine} không phải bản mới nhất của mã này; bản mới nhất là {other}. Tệp riêng phải có mã riêng"
        en = f"{mine} is not the newest of its id; that is {other}. A file of your own needs an id of its own"
        raise refused("conflict", vi, en, "edition")


def _base(session: Session, row: ConfirmationRecord, in_force: Iterable[Edition]) -> Edition:
    """The edition that is changed: the newest of this id, in which the rule stands as when this was asked."""
    asked_for, base = by_sha256(session, row.of), newest(session, row.edition, in_force)
    if asked_for is None or base is None:
        vi = f"không còn bản {row.edition} ở đây; hãy đề nghị lại"
        raise refused("conflict", vi, f"{row.edition} is not known here any more; ask again")
    if table_of(base, row.rule) != table_of(asked_for, row.rule):
        vi = f"tiêu chí {row.rule} trong {base.name} đã thay đổi sau khi đề nghị; hãy đề nghị lại"
        en = f"{row.rule}: has become another in {base.name} since this was asked; ask again"
        raise refused("conflict", vi, en)
    return base


def _taken(session: Session, base: Edition) -> list[str]:
    """The versions that there are of this id."""
    product = [load_edition(base.id).version] if base.id in available() else []
    return [base.version, *product, *(row.version for row in editions.kept(session, base.id))]


def _left_out(asked: Asked) -> Iterator[Mistake]:
    for name, words in (("clause", asked.clause), ("quote", asked.quote)):
        if not seen(words) or "\0" in words:
            yield name, text("hãy ghi đúng như trong văn bản", "missing; write what stands in the document")
        if len(words) > LONGEST:
            yield name, text(f"dài quá {LONGEST} ký tự", f"is longer than {LONGEST} signs")
    if not is_name(asked.by):
        yield "by", NO_NAME
    if not _SHA256.fullmatch(asked.scan_sha256):
        vi = "hãy đính kèm bản quét của văn bản"
        yield "scan", text(vi, "missing; attach the scan of the document, or write its SHA-256 (64 digits 0-9 a-f)")


def _tried(base: Edition, asked: Asked, now: datetime) -> Iterator[Mistake]:
    """The mistakes of the edition that would come of it."""
    told = bool(asked.clause.strip() and asked.quote.strip())
    try:
        with_confirmed(base, asked, "…", now.date().isoformat(), [base.version])
    except ConfirmationError as error:
        yield from (mistake for mistake in error.told if told or ": source: " not in mistake[1]["en"])
