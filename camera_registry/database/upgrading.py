"""Upgrade: the tables of this program, made or brought forward by Alembic's migrations in one transaction.

Strategy: a disk that fills up in the middle leaves the database as it was; of two processes that begin together, one
waits for the other. A database that is newer than the program is an error, not something to guess at.
"""

from __future__ import annotations

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


def upgrade(engine: Engine) -> None:
    """The database has the tables of this program; a new file is made readable by its owner alone.

    Raises DatabaseUnusableError for a newer database, for one of another program, for a file that is none, for a
    disk that is full, and for a server that cannot be asked. Then nothing has changed.
    """
    kind = kind_of(engine)
    made = kind.make(engine)
    try:
        with translated(engine), engine.begin() as connection:
            kind.prepare(connection)
            _refuse_strangers(connection, name_of(engine))
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
        current = MigrationContext.configure(connection).get_current_revision()
    if current != _newest():
        raise DatabaseUnusableError(f"{name_of(engine)}: of another version ({current}); start this program again")


@cache
def _newest() -> str | None:
    """The version of this program: its files do not change while it runs."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def _refuse_strangers(connection: Connection, name: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise DatabaseUnusableError(
            f"{name}: made by a newer version of this program ({current}); install that version, or restore a backup"
        )
    if current is None and inspect(connection).get_table_names():
        raise DatabaseUnusableError(f"{name}: this is the database of another program; name another one")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
