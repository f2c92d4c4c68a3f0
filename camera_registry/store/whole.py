"""Whole tables: every row of every table, counted, digested and put, for backups and copies.

Strategy: the tables are those that the database itself names and not those of the models, because a backup may be of an
older version. A digest is over the rows in the order of their keys and the columns in the order of their names, each
value by its kind and length, so that both databases give the same. Two things are no difference: U+0000 in a text,
which PostgreSQL cannot keep, counts as U+FFFD, and -0.0, which SQLite does not know, as 0.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    bindparam,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    update,
)

AT_ONCE = 1000
"""So many rows are read or put at a time."""
VERSION = "alembic_version"
"""The table that says of which version the others are."""
Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Whole:
    """A table as it stands: `own` are the columns by which its rows point at each other."""

    table: Table
    own: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, sorted."""
        return tuple(sorted(self.table.columns.keys()))


@dataclass(frozen=True)
class Told:
    """How many rows a table has, and the SHA-256 of all of them."""

    rows: int
    digest: str


class Digest:
    """Takes the rows of a table in their order; `told` is what they come to so far."""

    def __init__(self) -> None:
        self._sum, self._rows = hashlib.sha256(), 0

    def add(self, rows: Sequence[Row], columns: Sequence[str]) -> None:
        """Some more rows."""
        for row in rows:
            self._sum.update(b"".join([_bytes(row[name]) for name in columns]) + b"\n")
        self._rows += len(rows)

    @property
    def told(self) -> Told:
        """What they come to."""
        return Told(self._rows, self._sum.hexdigest())


def tables(connection: Connection) -> list[Whole]:
    """Every table of the registry, those that others point at first."""
    known: Any = inspect(connection)
    columns, keys, points = (
        {name: found for (_, name), found in asked.items()}
        for asked in (known.get_multi_columns(), known.get_multi_pk_constraint(), known.get_multi_foreign_keys())
    )
    ordered = [name for name, _ in known.get_sorted_table_and_fkc_names() if name and name != VERSION]
    made = []
    for name in ordered:
        key = keys[name]["constrained_columns"]
        own = [each["constrained_columns"][0] for each in points[name] if each["referred_table"] == name]
        each = [Column(one["name"], one["type"], primary_key=one["name"] in key) for one in columns[name]]
        made.append(Whole(Table(name, MetaData(), *each), tuple(own)))
    return made


def told(connection: Connection, whole: Whole) -> Told:
    """How many rows the table has, and their digest."""
    digest = Digest()
    for part in parts(connection, whole):
        digest.add(part, whole.columns)
    return digest.told


def every(connection: Connection) -> dict[str, Told]:
    """What each table comes to, by its name."""
    return {whole.name: told(connection, whole) for whole in tables(connection)}


def filled(connection: Connection) -> dict[str, int]:
    """How many rows stand in each table that has any."""
    counted = {
        whole.name: connection.execute(select(func.count()).select_from(whole.table)).scalar_one()
        for whole in tables(connection)
    }
    return {name: rows for name, rows in counted.items() if rows}


def highest(connection: Connection, name: str, number: str) -> int | None:
    """The highest number in a column of the table; None where it has no row."""
    found: int | None = connection.execute(select(func.max(column(number))).select_from(table(name))).scalar_one()
    return found


def parts(connection: Connection, whole: Whole) -> Generator[Sequence[Row], None, None]:
    """The rows in the order of their keys, a part at a time."""
    asked = select(whole.table).order_by(*whole.table.primary_key.columns)
    with connection.execute(asked, execution_options={"yield_per": AT_ONCE}) as found:
        yield from found.mappings().partitions()


def put(connection: Connection, whole: Whole, rows: Sequence[Row]) -> None:
    """The rows stand in the table, pointing at none of their own kind yet (see `point`)."""
    if rows:
        connection.execute(insert(whole.table), [{**row, **dict.fromkeys(whole.own)} for row in rows])


def point(connection: Connection, whole: Whole, rows: Sequence[Row]) -> None:
    """These rows, which stand in the table, point at each other as they should."""
    if rows:
        keys = [each.name for each in whole.table.primary_key]
        found = [whole.table.c[name] == bindparam(f"key_{name}") for name in keys]
        told = update(whole.table).where(*found).values({name: bindparam(f"to_{name}") for name in whole.own})
        connection.execute(told, [_pointed(row, keys, whole.own) for row in rows])


def _pointed(row: Row, keys: Sequence[str], own: Sequence[str]) -> dict[str, Any]:
    return {f"key_{name}": row[name] for name in keys} | {f"to_{name}": row[name] for name in own}


def _text(value: str) -> bytes:
    return value.replace("\0", "\ufffd").encode()


_KINDS: Mapping[type, tuple[bytes, Callable[[Any], bytes]]] = {
    NoneType: (b"n", lambda _: b""),
    bool: (b"b", lambda value: b"1" if value else b"0"),
    int: (b"i", lambda value: b"%d" % value),
    float: (b"f", lambda value: repr(value + 0.0).encode()),
    str: (b"s", _text),
    bytes: (b"y", bytes),
    datetime: (b"t", lambda value: value.isoformat(" ", "microseconds").encode()),
    date: (b"d", lambda value: value.isoformat().encode()),
}
"""The letter of each kind of value, and its bytes."""


def _bytes(value: Any) -> bytes:
    letter, as_bytes = _KINDS[type(value)]
    content = as_bytes(value)
    return b"%s%d:%s" % (letter, len(content), content)
