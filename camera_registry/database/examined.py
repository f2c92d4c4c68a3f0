"""The database as it stands: of which version it is, and whether it is whole. Nothing is changed by looking."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from camera_registry.database.sessions import translated
from camera_registry.database.upgrading import MIGRATIONS


@dataclass(frozen=True)
class Version:
    """The migration that the database has (None: no tables of ours), and the newest that this program knows."""

    has: str | None
    newest: str
    known: bool

    @property
    def is_right(self) -> bool:
        """True where they are the same."""
        return self.has == self.newest


def version(engine: Engine) -> Version:
    """Of which version the database is. Raises DatabaseUnusableError."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with translated(engine), engine.connect().execution_options(read_only=True) as connection:
        has = MigrationContext.configure(connection).get_current_revision()
    known = has is None or has in {script.revision for script in scripts.walk_revisions()}
    return Version(has, str(scripts.get_current_head()), known)


def damage(engine: Engine) -> str:
    """What SQLite finds wrong with its file (quick_check), cut short; empty where it is whole, and for PostgreSQL,
    which checks its pages itself. Raises DatabaseUnusableError.
    """
    if engine.dialect.name != "sqlite":
        return ""
    with translated(engine), engine.connect().execution_options(read_only=True) as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(3)").scalars().all()
    return "" if found == ["ok"] else "; ".join(map(str, found))[:300]
