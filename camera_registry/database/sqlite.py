"""SQLite: one file in WAL mode.

Strategy: every writing transaction begins with BEGIN IMMEDIATE, so that two writers wait for each other at the start
and never fail in the middle; foreign keys are on; a commit is on the disk when it returns. Reading sessions cannot
write.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from camera_registry.database.errors import BUSY_S, DatabaseBusyError, DatabaseUnusableError
from camera_registry.lists import has_words, plain

_OURS = (IntegrityError, ProgrammingError, DataError)  # faults of the program, not of the database


def engine_of(url: URL) -> Engine:
    """An engine for a file, or for a database in memory."""
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def name_of(url: URL) -> str:
    """The file."""
    return str(url.database)


def is_made(engine: Engine) -> bool:
    """True when the file is there; a database in memory always is. Raises DatabaseUnusableError."""
    path = _file_of(engine)
    try:
        return path is None or path.exists()
    except OSError as error:
        raise DatabaseUnusableError(
            f"{path}: cannot be reached: {error.strerror}; run it as the user whose registry it is"
        ) from None


def make(engine: Engine) -> bool:
    """True when the file was not there and has been made (its folder too). Raises DatabaseUnusableError."""
    path = _file_of(engine)
    if path is None or is_made(engine):
        return False
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:  # another process was faster
        return False
    except OSError as error:
        raise DatabaseUnusableError(f"{path}: cannot be made: {error.strerror}; make the folder first") from None
    return True


def unmake(engine: Engine) -> None:
    """The file is gone, and its journal."""
    engine.dispose()
    path = _file_of(engine)
    if path is None:
        return
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()


def prepare(_connection: Connection) -> None:
    """Any file will do."""


def complete(_connection: Connection) -> None:
    """Functions are given to each connection, and not kept in the file."""


def told(error: DBAPIError, name: str) -> DatabaseUnusableError | None:
    """The error for a person; None for a fault of this program."""
    if isinstance(error, _OURS):
        return None
    return _told(str(error.orig), name)


def scrub(engine: Engine, name: str) -> None:
    """The file is rewritten, and its log is empty."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA query_only=OFF")
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise _told(str(error), name) from None
    finally:
        raw.close()
    if busy:
        raise _told("locked", name)


def size_of(engine: Engine) -> int:
    """Bytes of the file and of its log."""
    path = _file_of(engine)
    files = [] if path is None else [path.with_name(path.name + ending) for ending in ("", "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def folder_of(url: URL) -> Path | None:
    """That of the file."""
    return Path(url.database).parent if url.database and url.database != ":memory:" else None


def _told(text: str, name: str) -> DatabaseUnusableError:
    kind = DatabaseBusyError if "locked" in text else DatabaseUnusableError
    return kind(f"{name}: {_words(text)}")


def _words(text: str) -> str:
    """What went wrong, for a person; the statement and its values are left out."""
    if "disk is full" in text or "disk I/O" in text:
        return "the disk is full or fails; make room and start again; nothing was half written"
    if "not a database" in text or "malformed" in text or "Could not decode" in text:
        return "this is no database of this program, or it is damaged; restore a backup"
    if "locked" in text:
        return f"another program has held the database for {BUSY_S} s; stop it and start again"
    if "readonly" in text or "unable to open" in text:
        return "the database cannot be opened or written; check the folder and who may write there"
    return text


def _file_of(engine: Engine) -> Path | None:
    """The file of the database; None when it is only in memory."""
    name = engine.url.database
    return Path(name) if name and name != ":memory:" else None


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_on_begin`, not by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # a login marked as tried must survive a power cut
    cursor.close()
    connection.create_function("has_words", -1, has_words, deterministic=True)  # for finding names without their marks
    connection.create_function("plain", 1, plain, deterministic=True)  # for comparing makes and models


def _on_begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
