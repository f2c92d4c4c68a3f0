"""A backup is taken: a registry on an empty machine, as it was when the backup was made.

Strategy: what can be looked at without touching the target is looked at first: every byte, the version, the key, the
rows of every table. A backup of SQLite is opened beside the target and takes its place as the last step, or is copied
into PostgreSQL in one transaction; a dump of PostgreSQL is restored in one transaction, and goes again when its rows or
the key turn out wrong. Nobody stays signed in: who was signed out since then would be in again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine

from camera_registry.audit.doing import Doing
from camera_registry.backups import archive
from camera_registry.backups.errors import BackupError, told
from camera_registry.backups.making import DATABASE
from camera_registry.backups.manifest import Manifest
from camera_registry.backups.placing import place
from camera_registry.database import (
    DatabaseUnusableError,
    DumpError,
    is_made,
    knows,
    name_of,
    open_database,
    postgresql_dump,
    reading,
    upgrade,
    version_of,
)
from camera_registry.services.audit import recorded
from camera_registry.services.copying import CopyError, compare, copy, refuse_filled
from camera_registry.store import sealed, sessions, whole
from camera_registry.store.whole import Told
from camera_registry.vault import Vault


@dataclass(frozen=True)
class Restored:
    """What was restored; of so many sealed values in force so many do not open with the key."""

    manifest: Manifest
    sealed: int
    unopened: int


@dataclass(frozen=True)
class Taken:
    """A backup whose bytes were checked, the key that goes with it, and who restores it. `beside` puts what belongs
    beside the database where it belongs, once everything was looked at.
    """

    path: Path
    manifest: Manifest
    vault: Vault
    doing: Doing
    now: datetime
    beside: Callable[[], None]


def checked(path: Path) -> Manifest:
    """What the backup says of itself, after its bytes and its version were looked at. Raises BackupError."""
    manifest = archive.checked(path)
    if not knows(manifest.migration):
        raise BackupError(
            f"{path}: made by a newer version of this program ({manifest.version}, tables {manifest.migration}); "
            "install that version"
        )
    return manifest


def restore(taken: Taken, target: Engine) -> Restored:
    """The target holds what the backup holds, brought to the version of this program; every row of every table was
    compared before that. Raises BackupError, VaultError, CopyError, DatabaseUnusableError; then it is as empty as
    before.
    """
    form, dialect = taken.manifest.form, target.dialect.name
    if form == "pg_dump" and dialect != "postgresql":
        raise BackupError(
            f"{taken.path}: is a dump of PostgreSQL and {name_of(target)} is none; name an empty database of "
            "PostgreSQL in the settings (registry.database); `camera-registry copy` takes it from there to a file"
        )
    refuse_there(target)
    beside = Path(str(target.url.database)).parent if dialect == "sqlite" else None
    with _unpacked(taken.path, beside) as file:
        return _dump(taken, file, target) if form == "pg_dump" else _file(taken, file, target)


def refuse_there(target: Engine) -> None:
    """Raises CopyError where the target holds any row, BackupError where another program has tables in it, and
    DatabaseUnusableError where it cannot be asked.
    """
    if is_made(target):
        with reading(target) as session:
            refuse_filled(session.connection(), target)
            if whole.tables(session.connection()) and version_of(session.connection()) is None:
                raise BackupError(f"{name_of(target)}: this is the database of another program; name an empty one")


def _file(taken: Taken, file: Path, target: Engine) -> Restored:
    copied = open_database(f"sqlite:///{file}")
    try:
        _compare(taken.manifest, copied)
        done = _finished(taken, copied)
        taken.beside()
        if target.dialect.name == "sqlite":
            copied.dispose()  # the last connection leaves no log beside the file
            place(file, target)
        else:
            copy(copied, target)
        return done
    finally:
        copied.dispose()


def _dump(taken: Taken, file: Path, target: Engine) -> Restored:
    try:
        postgresql_dump.load(target, file)
        _compare(taken.manifest, target)
        done = _finished(taken, target)
        taken.beside()
        return done
    except BaseException:
        with suppress(DatabaseUnusableError):
            postgresql_dump.clear(target)
        raise


def _compare(manifest: Manifest, engine: Engine) -> None:
    """Every table has the rows that the manifest tells of. Raises BackupError."""
    wanted = {name: Told(each.rows, each.sha256) for name, each in manifest.tables.items()}
    try:
        with reading(engine) as session:
            if version_of(session.connection()) != manifest.migration:
                raise BackupError("the backup holds tables of another version than it says; take another backup")
            compare(wanted, whole.every(session.connection()), "the backup")
    except CopyError as error:
        raise BackupError(f"{error}; take another backup") from None


def _finished(taken: Taken, engine: Engine) -> Restored:
    """It is of the version of this program, opens with the key, nobody is signed in, and the log says that it was
    restored.
    """
    upgrade(engine)
    with reading(engine) as session:
        newest = sealed.newest(session)
        if newest is not None:
            taken.vault.open(*newest)
        total, unopened = sealed.unopened(session, taken.vault)
    with recorded(engine, taken.doing, taken.now) as session:
        sessions.end_everybodys(session, taken.now)
    return Restored(taken.manifest, total, unopened)


@contextmanager
def _unpacked(path: Path, beside: Path | None) -> Iterator[Path]:
    """The database of the backup as a file, beside the target where that is a file; it is gone at the end. Raises
    BackupError.
    """
    with told(beside or path):
        if beside is not None:
            beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = Path(mkdtemp(prefix=".camera-registry-restore-", dir=beside))
        try:
            archive.extract(path, DATABASE, room / DATABASE)
            yield room / DATABASE
        except DumpError as error:
            raise BackupError(f"{error}; nothing was restored") from None
        finally:
            shutil.rmtree(room, ignore_errors=True)
