"""The audit log: no change without its entry, and no entry without its change; checked, exported, listed.

Strategy: `recorded` opens the one writing session of a change and adds the entry before the commit; whoever changes
something, at the command line or on a page, does it in there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.audit.chain import SALT_BYTES
from camera_registry.audit.checking import Report, check
from camera_registry.audit.doing import Doing, Plain, values_of
from camera_registry.audit.file import line_of
from camera_registry.database import writing
from camera_registry.store import audit as store
from camera_registry.store.audit import AuditWanted, Logged

_DOING, _MOMENT = "doing", "moment"
"""What a session knows of what is done in it; `store.edits` asks for it, too."""


@contextmanager
def recorded(engine: Engine, doing: Doing, now: datetime) -> Iterator[Session]:
    """A session whose work is committed at the end with the entry that tells of it, or not at all. What becomes known
    on the way is put into `doing` within the block.

    Raises UnfitForAuditError, DatabaseUnusableError.
    """
    with writing(engine) as session:
        session.info |= {_DOING: doing, _MOMENT: now}
        yield session
        record(session, doing, now)


def about(session: Session, **subject: Plain) -> None:
    """The entry of what is done in this session names this subject, too: what is made has a number only then."""
    session.info[_DOING].subject.update(subject)


def record(session: Session, doing: Doing, now: datetime) -> int:
    """The number of the entry that the log ends with now; it is committed with what else the session did.

    Raises UnfitForAuditError.
    """
    values = values_of(doing)
    school, account = str(doing.subject.get("school") or ""), values["who"]["account"]
    return store.append(session, now, doing.action, secrets.token_bytes(SALT_BYTES), values, school, account)


def detail(session: Session, **details: Plain) -> None:
    """The entry of what is done in this session has these details, too."""
    session.info[_DOING].details.update(details)


def verify(session: Session, head: str | None = None) -> Report:
    """What a check of the whole log comes to; `head` is the hash of an entry that was kept elsewhere."""
    return check(store.every(session), head)


def export(session: Session, since: datetime | None = None, until: datetime | None = None) -> Iterator[str]:
    """The entries from `since` until `until` as lines of JSON that can be checked without the database."""
    return map(line_of, store.every(session, since, until))


def page(session: Session, wanted: AuditWanted) -> tuple[int, list[Logged]]:
    """How many entries are wanted in all, and one page of them, the newest first."""
    return store.listed(session, wanted)
