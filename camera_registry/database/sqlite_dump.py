"""SQLite: a copy of the file by SQLite's own backup, while others write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, Engine

from camera_registry.database import sqlite
from camera_registry.database.errors import DatabaseUnusableError, DumpError

FORM: Literal["sqlite", "pg_dump"] = "sqlite"


@contextmanager
def dumped(engine: Engine, file: Path) -> Iterator[Connection]:
    """See `dumping.dumped`. The copy was looked through: a damaged page is told now, and not when it is needed."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    _copy(engine, file)
    copy = sqlite.engine_of(URL.create("sqlite", database=str(file)))
    try:
        with copy.connect().execution_options(read_only=True) as connection:
            _refuse_damaged(connection, sqlite.name_of(engine.url))
            yield connection
    finally:
        copy.dispose()  # the last connection leaves no log beside the file


def number_on(_connection: Connection) -> None:
    """Numbers follow the highest by themselves."""


def _copy(engine: Engine, file: Path) -> None:
    raw = engine.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as target:
            raw.driver_connection.backup(target)  # type: ignore[union-attr]  # a connection of sqlite3
    except sqlite3.Error as error:
        if "disk" in str(error) and "malformed" not in str(error):
            raise DumpError(f"{file.parent}: the disk is full or fails; make room there and start again") from None
        raise DatabaseUnusableError(f"{sqlite.name_of(engine.url)}: cannot be copied: {error}") from None
    finally:
        raw.close()


def _refuse_damaged(connection: Connection, name: str) -> None:
    said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if said != "ok":
        raise DatabaseUnusableError(
            f"{name}: the database is damaged ({str(said).splitlines()[0][:100]}); stop the program, keep the file, "
            "and restore the newest backup"
        )
