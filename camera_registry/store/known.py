"""Known rows: what a session holds of rows that were changed by a statement that it does not know of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from camera_registry.models import Table


def forget(session: Session, table: type[Table], ids: Iterable[Any]) -> None:
    """Rows of these keys that the session holds are read anew when they are looked at."""
    if not session.identity_map:
        return
    for key in ids:
        row = session.identity_map.get(session.identity_key(table, key))
        if row is not None:
            session.expire(row)
