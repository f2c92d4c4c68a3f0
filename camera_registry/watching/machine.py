"""Machine: what stands around the registry: its disk, its workers, its backups; and what must be there to be ready."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from camera_registry.backups.folder import last
from camera_registry.database import folder_of, refuse_another_version, size_of, translated
from camera_registry.watching import pulse
from camera_registry.watching.ready import Check, Readiness, files_are_there, has_room

FRONT_END = ("htmx.min.js", "tabler.min.css")
"""Of each kind of file that pages need, one: they are fetched and installed together."""


@dataclass(frozen=True)
class Around:
    """Bytes, counts and seconds at a moment. `workers` of this machine that live, looks that go on in them, changes
    that wait to be written there; `backup_age`: of the newest backup in the folder of backups, None where there is
    none.
    """

    version: str
    database: str
    database_bytes: int
    disk_free_bytes: int
    workers: int
    looks: int
    waiting: int
    backup_age: float | None


@dataclass(frozen=True)
class Machine:
    """Where to look: the database, the folder of state, that of the front-end files and that of backups (None: there is
    none). `vault` opens the vault; `least_free` are the bytes below which a disk is full.
    """

    engine: Engine
    state: Path
    front_end: Path
    vault: Callable[[], object]
    least_free: int
    backups: Path | None = None

    def checks(self) -> Mapping[str, Check]:
        """What must hold for this program to do its work."""
        return {
            "database": partial(refuse_another_version, self.engine),
            "key": self.vault,
            "pages": partial(files_are_there, self.front_end, FRONT_END),
            "disk": lambda: has_room(self.disk, self.least_free),
        }

    @cached_property
    def ready(self) -> Readiness:
        """These checks, asked at most once a second."""
        return Readiness(self.checks(), time.monotonic)

    @property
    def disk(self) -> Path:
        """A folder on the disk that fills up: that of the database, or of state where that is elsewhere."""
        return _that_is_there(folder_of(self.engine) or self.state)

    def around(self, now: datetime) -> Around:
        """How it is now. Raises DatabaseUnusableError."""
        workers = pulse.alive(pulse.folder_in(self.state), now)
        with translated(self.engine):
            size = size_of(self.engine)
        return Around(
            version=version("camera-registry"),
            database=self.engine.dialect.name,
            database_bytes=size,
            disk_free_bytes=shutil.disk_usage(self.disk).free,
            workers=len(workers),
            looks=sum(each.looks for each in workers),
            waiting=sum(each.waiting for each in workers),
            backup_age=_newest_age(self.backups, now),
        )


def _that_is_there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    absolute = folder.absolute()
    return next(each for each in (absolute, *absolute.parents) if each.is_dir())


def _newest_age(folder: Path | None, now: datetime) -> float | None:
    found = last(folder) if folder else None
    return (now - found[1]).total_seconds() if found else None
