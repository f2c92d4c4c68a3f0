"""Hanging rows: what else in the registry points at a row, and rows that go without leaving a history.

Strategy: over the bare tables, because a row of whomever keeps what it points at. What is kept beside what is written
(`store.kept`) and the history of changes hang on nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session

from camera_registry.models import Table
from camera_registry.store.kept import touch_sums
from camera_registry.store.places import choose
from camera_registry.store.schools import chunks

_APART = frozenset({"edit", "listedfinding", "schoolsum"})
Ids = Mapping[str, Collection[int]]
"""Ids by the name of their table."""


def hung(session: Session, name: str, ids: Collection[int], going: Ids) -> set[int]:
    """Those of these rows of a table that others point at, beside those that are `going`."""
    found: set[int] = set()
    for table in Table.metadata.sorted_tables:
        if table.name in _APART:
            continue
        for key in table.foreign_keys:
            if key.column.table.name == name:
                found |= _pointed(session, table, key.parent, ids, going.get(table.name, ()))
    return found


def _pointed(session: Session, table: Any, column: Any, ids: Collection[int], going: Collection[int]) -> set[int]:
    gone, found = set(going), set[int]()
    has_id = "id" in table.c
    for chunk in chunks(ids):
        wanted = choose(column, table.c.id if has_id else column).where(column.in_(chunk))
        found |= {at for at, row in session.connection().execute(wanted) if not (has_id and row in gone)}
    return found


def drop(session: Session, schools: Collection[int], rows: Ids) -> None:
    """These schools, these rows of channels, devices and sites, and the history of the schools are gone, as if they had
    never been. Nothing hangs on them.
    """
    connection, channel = session.connection(), Table.metadata.tables["channel"]
    _touch_sums(session, rows)
    for chunk in chunks(rows.get("channel", ())):
        connection.execute(update(channel).where(channel.c.id.in_(chunk)).values(recorded_as=None))
    for name, column, ids in (
        ("edit", "school_id", schools),
        ("schoolsum", "school_id", schools),
        *((name, "id", rows.get(name, ())) for name in ("channel", "device", "site")),
        ("school", "id", schools),
    ):
        table = Table.metadata.tables[name]
        for chunk in chunks(ids):
            connection.execute(delete(table).where(table.c[column].in_(chunk)))
    session.expire_all()


def _touch_sums(session: Session, rows: Ids) -> None:
    """The sums of the schools whose devices and channels go are made anew."""
    device, channel = Table.metadata.tables["device"], Table.metadata.tables["channel"]
    of_device = choose(device.c.school_id).distinct()
    of_channel = of_device.join(channel, channel.c.device_id == device.c.id)
    for chosen, key in ((of_device, device.c.id), (of_channel, channel.c.id)):
        for chunk in chunks(rows.get(key.table.name, ())):
            for school_id in session.connection().execute(chosen.where(key.in_(chunk))).scalars():
                touch_sums(session, school_id)
