"""The database: how it is opened, brought to the version of this program, and written to.

Strategy: SQLite in WAL mode; every writing transaction begins with BEGIN IMMEDIATE, so that two writers wait for each
other at the start and never fail in the middle; foreign keys are on; a commit is on the disk when it returns. Reading
sessions cannot write. Migrations are Alembic's, run by `upgrade` in one transaction: a disk that fills up in the middle
leaves the database as it was. A database that is newer than the program is an error, not something to guess at.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from camera_registry.lists import has_words, plain
from probes.told import ToldError

BUSY_S = 10
_OURS = (IntegrityError, ProgrammingError, DataError)  # faults of the program, not of the database


class DatabaseUnusableError(ToldError):
    """The database cannot be used; the text says which one, why, and what to do."""


class DatabaseBusyError(DatabaseUnusableError):
    """Another program holds the database; trying again later may work."""


def open_database(url: str) -> Engine:
    """An engine for `url` (`sqlite:///FILE`); nothing is made or changed yet. Raises DatabaseUnusableError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnusableError("registry.database is no address of a database; write sqlite:///FILE") from None
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseUnusableError(f"{parsed.render_as_string()}: only sqlite:///FILE is supported yet")
    engine = create_engine(parsed, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def file_of(engine: Engine) -> Path | None:
    """The file of the database; None when it is only in memory."""
    name = engine.url.database
    return Path(name) if name and name != ":memory:" else None


def upgrade(engine: Engine) -> None:
    """The database has the tables of this program; a new one is made readable by its owner alone.

    Raises DatabaseUnusableError for a newer database, for one of another program, for a file that is none, and for a
    disk that is full. Then nothing has changed.
    """
    made = _make_file(engine)
    try:
        with translated(engine), engine.begin() as connection:
            _refuse_strangers(connection, str(engine.url.database))
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DatabaseUnusableError:
        if made is not None:
            _remove(engine, made)
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads, all of it at one moment. A write raises DatabaseUnusableError."""
    with translated(engine), Session(engine) as session:
        session.connection(execution_options={"read_only": True})
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed at the end, or not at all; nobody else writes from the first line of the block
    on. Raises DatabaseUnusableError for a full disk, for a database that another program holds for 10 s, and for a
    damaged one.
    """
    with translated(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        session.connection()  # BEGIN IMMEDIATE now, and not with the first question
        yield session


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Session]:
    """A session that writes as `writing` does, and of which nothing stays."""
    with translated(engine), Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def scrub(engine: Engine) -> None:
    """The files hold nothing of what was deleted: the database is rewritten without free pages, and its log is empty.

    It needs room for a second copy. Raises DatabaseBusyError while another program reads or writes for 10 s, and
    DatabaseUnusableError for a full disk; then it is to be done again.
    """
    with translated(engine):
        raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA query_only=OFF")
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        kind = DatabaseBusyError if "locked" in str(error) else DatabaseUnusableError
        raise kind(_words(str(error), str(engine.url.database))) from None
    finally:
        raw.close()
    if busy:
        raise DatabaseBusyError(_words("locked", str(engine.url.database)))


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Errors of the database come out as DatabaseUnusableError; faults of this program stay as they are."""
    try:
        yield
    except _OURS:
        raise
    except PoolTimeoutError as error:  # every connection is in use
        raise DatabaseBusyError(f"{engine.url.database}: too many ask at once; try again") from error
    except DBAPIError as error:
        text = str(error.orig)
        kind = DatabaseBusyError if "locked" in text else DatabaseUnusableError
        raise kind(_words(text, str(engine.url.database))) from None


def _words(text: str, name: str) -> str:
    """What went wrong, for a person; the statement and its values are left out."""
    if "disk is full" in text or "disk I/O" in text:
        return f"{name}: the disk is full or fails; make room and start again; nothing was half written"
    if "not a database" in text or "malformed" in text:
        return f"{name}: this is no database of this program, or it is damaged; restore a backup"
    if "locked" in text:
        return f"{name}: another program has held the database for {BUSY_S} s; stop it and start again"
    if "readonly" in text or "unable to open" in text:
        return f"{name}: the database cannot be opened or written; check the folder and who may write there"
    return f"{name}: {text}"


def _make_file(engine: Engine) -> Path | None:
    """The file, when it was not there and has been made (its folder too); else None."""
    path = file_of(engine)
    if path is None or path.exists():
        return None
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:  # another process was faster
        return None
    except OSError as error:
        raise DatabaseUnusableError(f"{path}: cannot be made: {error.strerror}; make the folder first") from None
    return path


def _remove(engine: Engine, path: Path) -> None:
    engine.dispose()
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()


def _refuse_strangers(connection: Connection, name: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise DatabaseUnusableError(
            f"{name}: made by a newer version of this program ({current}); install that version, or restore a backup"
        )
    if current is None and inspect(connection).get_table_names():
        raise DatabaseUnusableError(f"{name}: this is the database of another program; name another file")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


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
