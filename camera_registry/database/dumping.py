"""Dumps: the whole database in one file, as it is at one moment and while others read and write, and back again.

Strategy: each of the two has its own way (`sqlite_dump`, `postgresql_dump`); whoever dumps also sees the very moment
that is in the file, so that what is counted there is what a backup holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import Connection, Engine

from camera_registry.database import postgresql_dump, sqlite_dump
from camera_registry.database.sessions import translated


class Dump(Protocol):
    """What each database has to say for itself."""

    FORM: Literal["sqlite", "pg_dump"]

    def dumped(self, engine: Engine, file: Path) -> AbstractContextManager[Connection]:
        """See `dumping.dumped`."""

    def number_on(self, connection: Connection) -> None:
        """See `dumping.number_on`."""


DUMPS: Mapping[str, Dump] = {"sqlite": sqlite_dump, "postgresql": postgresql_dump}


def form_of(engine: Engine) -> Literal["sqlite", "pg_dump"]:
    """In which form this database is dumped."""
    return DUMPS[engine.dialect.name].FORM


@contextmanager
def dumped(engine: Engine, file: Path) -> Iterator[Connection]:
    """`file`, which was not there, holds the database as it is at one moment; the connection sees that moment while the
    block lasts. Nobody waits for it. Raises DatabaseUnusableError for a database that cannot be asked or is damaged,
    and DumpError for a file that cannot be written.
    """
    with translated(engine), DUMPS[engine.dialect.name].dumped(engine, file) as connection:
        yield connection


def number_on(connection: Connection) -> None:
    """Rows that are made from now on have numbers behind those that were put with theirs."""
    DUMPS[connection.dialect.name].number_on(connection)
