"""A confirmation of a rule as the API and `standards history --json` say it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from camera_registry.models import ConfirmationRecord
from camera_registry.store import editions


class ConfirmationAnswer(BaseModel):
    """Who confirmed which rule, from what, who decided, and the edition (`id@version`) that came of it."""

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


def confirmation_answer(session: Session, row: ConfirmationRecord) -> ConfirmationAnswer:
    """The row, with the name of the edition instead of its SHA-256."""
    made = editions.by_sha256(session, row.made) if row.made else None
    told = {name: getattr(row, name) for name in ConfirmationAnswer.model_fields if name not in ("value", "made")}
    name = f"{made.edition}@{made.version}" if made else None
    return ConfirmationAnswer(**told, value=json.loads(row.value), made=name)
