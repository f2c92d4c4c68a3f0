"""Upgrade: the tables of this program, made or brought forward by Alembic's migrations in one transaction.

Strategy: a disk that fills up in the middle leaves the database as it was; of two processes that begin together, one
waits for the other. A database that is newer than the program is an error, not something to guess at. What is brought
forward is copied first, while nobody else writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from camera_registry.database.errors import DatabaseUnusableError
from camera_registry.database.kinds import kind_of, name_of
from camera_registry.database.sessions import translated

MIGRATIONS = Path(__file__).parents[1] / "migrations"
Before = Callable[[Engine, str], Path | None]
"""Copies a database before it is brought forward to the version that is named; where the copy is, or None: none was
wanted. What it raises ends the upgrade.
"""
_log = logging.getLogger(__name__)


def upgrade(engine: Engine, before: Before | None = None) -> None:
    """The database has the tables of this program; a new file is made readable by its owner alone. One of an older
    version was handed to `before` first.

    Raises DatabaseUnusableError for a newer database, for one of another program, for a file that is none, for a
    disk that is full, for a server that cannot be asked, and for a migration that fails. Then nothing has changed.
    """
    kind = kind_of(engine)
    made = kind.make(engine)
    try:
        with translated(engine), engine.begin() as connection:
            kind.prepare(connection)
            _refuse_strangers(connection, name_of(engine))
            with _copied(engine, version_of(connection), before):
                config = _alembic()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            kind.complete(connection)
    except DatabaseUnusableError:
        if made:
            kind.unmake(engine)
        raise


def refuse_another_version(engine: Engine) -> None:
    """The database answers and is of the version of this program: one question. Raises DatabaseUnusableError."""
    with translated(engine), engine.connect().execution_options(read_only=True) as connection:
        current = version_of(connection)
    if current != newest_version():
        raise DatabaseUnusableError(f"{name_of(engine)}: of another version ({current}); start this program again")


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_version() -> str:
    """The version of the tables that this program makes: its files do not change while it runs."""
    return str(ScriptDirectory.from_config(_alembic()).get_current_head())


def knows(version: str) -> bool:
    """Whether this program can bring tables of this version forward."""
    return version in {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}


@contextmanager
def _copied(engine: Engine, version: str | None, before: Before | None) -> Iterator[None]:
    """The block brings tables of `version` forward. Where there are any, they are copied first, and an error of the
    block says where the copy is.
    """
    if version is None or version == newest_version():
        yield
        return
    copy = before(engine, newest_version()) if before else None
    try:
        with translated(engine):
            yield
    except Exception as error:
        _log.debug("a migration has failed", exc_info=True)
        why = str(error) if isinstance(error, DatabaseUnusableError) else f"{name_of(engine)}: {type(error).__name__}"
        kept = f", and a copy of it stands in {copy}" if copy else ""
        raise DatabaseUnusableError(
            f"{why}; it could not be brought from version {version} to {newest_version()}. It is as it was{kept}: "
            "install the version of the program that was here before, and send us this message"
        ) from error


def _refuse_strangers(connection: Connection, name: str) -> None:
    current = version_of(connection)
    if current is not None and not knows(current):
        raise DatabaseUnusableError(
            f"{name}: made by a newer version of this program ({current}); install that version, or restore a backup"
        )
    if current is None and inspect(connection).get_table_names():
        raise DatabaseUnusableError(f"{name}: this is the database of another program; name another one")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
