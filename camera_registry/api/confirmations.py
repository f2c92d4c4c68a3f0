"""A confirmation of a rule as the API and `standards history --json` say it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from camera_registry.models import ConfirmationRecord
from camera_registry.services.confirm_rule import changes
from camera_registry.store import editions
from standards import Edition


class ChangeAnswer(BaseModel):
    """A key of the rule that would become another; null: it is not there."""

    key: str
    before: Any
    after: Any


class ConfirmationAnswer(BaseModel):
    """Who confirmed which rule, from what, who decided, and the edition (`id@version`) that came of it; while it waits,
    all that would become another in the newest edition of that id.
    """

    id: int
    edition: str
    of: str
    rule: str
    clause: str
    quote: str
    value: dict[str, Any]
    scan_sha256: str
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    note: str
    made: str | None
    changes: list[ChangeAnswer]


def confirmation_answer(session: Session, row: ConfirmationRecord, in_force: Iterable[Edition]) -> ConfirmationAnswer:
    """The row, with the name of the edition instead of its SHA-256."""
    made = editions.by_sha256(session, row.made) if row.made else None
    waiting = changes(session, row, in_force) if row.state == "asked" else ()
    others = ("value", "made", "changes")
    told = {name: getattr(row, name) for name in ConfirmationAnswer.model_fields if name not in others}
    return ConfirmationAnswer(
        **told,
        value=json.loads(row.value),
        made=f"{made.edition}@{made.version}" if made else None,
        changes=[ChangeAnswer(key=each.key, before=each.before, after=each.after) for each in waiting],
    )
