"""Erasures: when schools were erased, as the audit log says it; which they were it does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, column, inspect, select, table

from camera_registry.models import UtcDateTime

ACTION = "school_erase"
_RECORD = table("auditrecord", column("number"), column("at", UtcDateTime), column("action"))
_VALUES = table("auditvalues", column("number"), column("body"))


def erasures(connection: Connection) -> Iterator[tuple[int, datetime, str]]:
    """The number of each entry, when it was, and the paper that was named; none where there is no log yet."""
    if not inspect(connection).has_table(_RECORD.name):
        return
    both = _RECORD.outerjoin(_VALUES, _VALUES.c.number == _RECORD.c.number)
    found = select(_RECORD.c.number, _RECORD.c.at, _VALUES.c.body).select_from(both)
    for number, at, body in connection.execute(found.where(_RECORD.c.action == ACTION).order_by(_RECORD.c.number)):
        yield number, at, _decision(body)


def _decision(body: str | None) -> str:
    """The paper; nothing where it was not named, or is erased by now."""
    with suppress(ValueError, TypeError, AttributeError):
        return str(json.loads(body or "{}").get("details", {}).get("decision") or "")
    return ""
