"""A backup is made: everything of one moment, while the program runs.

Strategy: the database is put into a file of its own, counted and digested as it is in there, and packed with the
settings. What is not finished stands in a folder that goes with whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine

from camera_registry.backups import archive
from camera_registry.backups.errors import BackupError, told
from camera_registry.backups.folder import BEFORE, ORDERED, file_name, forget, room
from camera_registry.backups.manifest import Counted, Erasure, Form, Manifest
from camera_registry.backups.settings_kept import files_of, text_of
from camera_registry.config import Settings
from camera_registry.database import DumpError, dumped, form_of, open_database, postgresql_dump, reading, version_of
from camera_registry.services.copying import CopyError, copy
from camera_registry.store import whole
from camera_registry.store.erasures import erasures

DATABASE, SETTINGS = "database", "config.toml"
BEFORE_UPGRADE_KEPT = 3
"""So many copies of before upgrades are kept."""


@dataclass(frozen=True)
class Wanted:
    """What goes into a backup beside the database, and where the backup goes: `settings` as TOML, and `files` that
    they name, by the name they have there. `name` and `migration` are parts of the name of the backup.
    """

    folder: Path
    settings: str
    files: Mapping[str, Path] = field(default_factory=dict)
    name: str = ORDERED
    migration: str = ""


@dataclass(frozen=True)
class Made:
    """A backup that stands at `path`, what it says of itself, and the SHA-256 that stands at its end."""

    path: Path
    manifest: Manifest
    sha256: str


def wanted(settings: Settings, to: Path | None = None) -> Wanted:
    """What these settings ask for; `to` goes over their folder."""
    return Wanted(to or settings.backup.folder, text_of(settings), files_of(settings))


def make(engine: Engine, asked: Wanted, now: datetime) -> Made:
    """A backup of the registry of this moment stands in its folder, whole and on the disk. Raises BackupError and
    DatabaseUnusableError; then nothing of it is left.
    """
    path = asked.folder / file_name(asked.name, now, asked.migration)
    with room(asked.folder) as unfinished, told(asked.folder):
        try:
            manifest, parts = _gathered(engine, asked, unfinished, now)
        except DumpError as error:
            raise BackupError(f"{error}; no backup was made") from None
        return Made(path, manifest, archive.write(path, manifest, parts, unfinished / "backup"))


def before_upgrade(settings: Settings, now: Callable[[], datetime]) -> Callable[[Engine, str], Path | None]:
    """What copies a database before it is brought forward: a backup in the folder of the settings, of which the last
    few are kept. It raises BackupError where none can be made.
    """

    def copy(engine: Engine, migration: str) -> Path | None:
        if not settings.backup.before_upgrade:
            return None
        asked = Wanted(settings.backup.folder, text_of(settings), files_of(settings), BEFORE, migration)
        try:
            made = make(engine, asked, now())
        except BackupError as error:
            raise BackupError(
                f"{error}\nThe database is of an older version, and is brought forward only after a backup. Mend that, "
                "or make a copy yourself and set CAMERA_REGISTRY_BACKUP__BEFORE_UPGRADE=false for one start"
            ) from None
        forget(settings.backup.folder, BEFORE, BEFORE_UPGRADE_KEPT)
        return made.path

    return copy


def _gathered(engine: Engine, asked: Wanted, unfinished: Path, now: datetime) -> tuple[Manifest, dict[str, Path]]:
    """The parts, as files in `unfinished`, and the manifest that tells of them."""
    parts = {SETTINGS: unfinished / SETTINGS}
    parts[SETTINGS].write_text(asked.settings, encoding="utf-8")
    named = {name: f"file-{number}" for number, name in enumerate(asked.files)}
    parts |= {part: asked.files[name] for name, part in named.items()}
    parts[DATABASE] = unfinished / DATABASE
    with _moment(engine, parts[DATABASE]) as (form, connection):
        told_of = _told_of(connection)
    manifest = Manifest(
        made_at=now,
        version=version("camera-registry"),
        form=form,
        parts={name: archive.part_of(path) for name, path in parts.items()},
        files=named,
        **told_of,
    )
    return manifest, parts


@contextmanager
def _moment(engine: Engine, file: Path) -> Iterator[tuple[Form, Connection]]:
    """`file` holds the database of one moment, which the connection sees. Where pg_dump is missing it is copied row by
    row into a file of SQLite.
    """
    if form_of(engine) == "sqlite" or postgresql_dump.is_at_hand():
        with dumped(engine, file) as connection:
            yield form_of(engine), connection
        return
    copied = open_database(f"sqlite:///{file}")
    try:
        copy(engine, copied)
        with reading(copied) as session:
            yield "sqlite", session.connection()
    except CopyError as error:
        raise DumpError(
            f"pg_dump is not installed here (Debian: apt install postgresql-client), and without it: {error}"
        ) from None
    finally:
        copied.dispose()  # the last connection leaves no log beside the file


def _told_of(connection: Connection) -> dict[str, object]:
    """What the database comes to."""
    counted = {name: Counted(rows=each.rows, sha256=each.digest) for name, each in whole.every(connection).items()}
    erased = [Erasure(number=number, at=at, decision=paper) for number, at, paper in erasures(connection)]
    return {"migration": version_of(connection) or "", "tables": counted, "erasures": erased}
