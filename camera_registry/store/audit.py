"""The audit log: entries are added at its end, read in the order of numbers, and their values erased.

Strategy: an entry is added in the transaction of the change it tells of; writing transactions come one after another
(`BEGIN IMMEDIATE`), so the last entry that is read here is the last one there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session, col

from camera_registry.audit.chain import Entry, Kept, Values, canonical, follow
from camera_registry.models import AuditErased, AuditRecord, AuditValues
from camera_registry.store.erasing import overwriting
from camera_registry.store.places import Sql, choose, rows

AT_ONCE = 1000
"""So many rows are read at a time where all are read."""


@dataclass(frozen=True, kw_only=True)
class AuditWanted:
    """Which entries are wanted, the newest first, and which page of them: of a school (code), by an account (name), of
    an action, from `since` (included) until `until` (excluded).
    """

    school: str | None = None
    account: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Logged:
    """An entry with what is known of it; of an erased one, which entry did that, when, and by which action."""

    kept: Kept
    erased_at: datetime | None = None
    erased_why: str = ""


def append(session: Session, at: datetime, action: str, salt: bytes, values: Values, school: str, account: str) -> int:
    """The number of the entry that stands at the end of the log now."""
    entry = follow(last(session), at, action, salt, values)
    told = {name: getattr(entry, name) for name in ("number", "at", "action", "digest", "previous", "hash")}
    session.add(AuditRecord(**told))
    session.flush()
    body = canonical(values).decode()
    session.add(AuditValues(number=entry.number, salt=salt.hex(), body=body, school=school, account=account))
    session.flush()
    return entry.number


def last(session: Session) -> Entry | None:
    """The last entry; None while there is none."""
    found = rows(session, choose(AuditRecord).order_by(col(AuditRecord.number).desc()).limit(1))
    return _entry(found[0].AuditRecord) if found else None


def every(session: Session, since: datetime | None = None, until: datetime | None = None) -> Iterator[Kept]:
    """The entries from `since` until `until` in the order of numbers, a part at a time."""
    after = 0
    conditions = _between(since, until)
    while True:
        part = _joined().where(*conditions, col(AuditRecord.number) > after).order_by(col(AuditRecord.number))
        found = rows(session, part.limit(AT_ONCE))
        yield from (_kept(row) for row in found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].AuditRecord.number
        session.expunge_all()


def listed(session: Session, wanted: AuditWanted) -> tuple[int, list[Logged]]:
    """How many entries are wanted in all, and one page of them, the newest first."""
    conditions = _wanted(wanted)
    counted = choose(func.count().label("n")).select_from(AuditRecord).outerjoin(AuditValues, _same(AuditValues))
    (total,) = rows(session, counted.where(*conditions))
    page = _joined().where(*conditions).order_by(col(AuditRecord.number).desc())
    found = rows(session, page.limit(wanted.size).offset((wanted.page - 1) * wanted.size))
    why = _entries(session, {row.erased_by for row in found} - {None})
    return total.n, [_logged(_kept(row), why) for row in found]


def of_school(session: Session, code: str) -> list[int]:
    """The numbers of the entries whose values are about this school."""
    return [row.number for row in rows(session, choose(col(AuditValues.number)).where(col(AuditValues.school) == code))]


def of_accounts(session: Session, logins: Sequence[str]) -> list[int]:
    """The numbers of the entries of what these people did, and of what was done to their accounts."""
    numbers: set[int] = set()
    for login in logins:
        about = col(AuditValues.body).contains(f'"account":{json.dumps(login)}', autoescape=True)
        wanted = choose(col(AuditValues.number)).where((col(AuditValues.account) == login) | about)
        numbers |= {row.number for row in rows(session, wanted)}
    return sorted(numbers)


def older_than(session: Session, at: datetime, most: int) -> list[int]:
    """The numbers of up to `most` entries from before `at` that still have their values, the oldest first."""
    wanted = choose(col(AuditValues.number)).join(AuditRecord, _same(AuditValues)).where(col(AuditRecord.at) < at)
    return [row.number for row in rows(session, wanted.order_by(col(AuditValues.number)).limit(most))]


def erase(session: Session, numbers: Sequence[int], by: int) -> None:
    """The values and salts of these entries are gone, and entry `by` is the one that says so."""
    overwriting(session)
    for begin in range(0, len(numbers), AT_ONCE):
        part = numbers[begin : begin + AT_ONCE]
        session.connection().execute(insert(AuditErased), [{"number": n, "erased_by": by} for n in part])
        session.connection().execute(delete(AuditValues).where(col(AuditValues.number).in_(part)))


def _joined() -> Sql:
    erased: Sql = col(AuditErased.erased_by).label("erased_by")
    chosen = choose(AuditRecord, AuditValues, erased).select_from(AuditRecord)
    return chosen.outerjoin(AuditValues, _same(AuditValues)).outerjoin(AuditErased, _same(AuditErased))


def _same(table: Any) -> Sql:
    return col(table.number) == col(AuditRecord.number)


def _wanted(wanted: AuditWanted) -> list[Sql]:
    told = ((AuditValues.school, wanted.school), (AuditValues.account, wanted.account))
    narrowed = [col(column) == value for column, value in (*told, (AuditRecord.action, wanted.action)) if value]
    return [*narrowed, *_between(wanted.since, wanted.until)]


def _between(since: datetime | None, until: datetime | None) -> list[Sql]:
    conditions: list[Sql] = [] if since is None else [col(AuditRecord.at) >= since]
    return conditions if until is None else [*conditions, col(AuditRecord.at) < until]


def _entries(session: Session, numbers: set[int]) -> dict[int, Entry]:
    found = rows(session, select(AuditRecord).where(col(AuditRecord.number).in_(numbers)))
    return {row.AuditRecord.number: _entry(row.AuditRecord) for row in found}


def _logged(kept: Kept, why: dict[int, Entry]) -> Logged:
    by = why.get(kept.erased_by or 0)
    return Logged(kept, by.at, by.action) if by else Logged(kept)


def _kept(row: Any) -> Kept:
    values: AuditValues | None = row.AuditValues
    if values is None:
        return Kept(_entry(row.AuditRecord), erased_by=row.erased_by)
    return Kept(_entry(row.AuditRecord), values.salt, _read(values.body), row.erased_by)


def _read(body: str) -> Values:
    """The values; none where somebody made the text unreadable, which the digest then tells."""
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError, RecursionError):
        return {}


def _entry(row: AuditRecord) -> Entry:
    return Entry(row.number, row.at, row.action, row.digest, row.previous, row.hash)
