"""The folder of backups: what the files are called, the newest, and the old ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

from camera_registry.backups.archive import manifest_of
from camera_registry.backups.errors import BackupError, told
from camera_registry.backups.manifest import Manifest
from camera_registry.database.errors import BUSY_S

ORDERED = "camera-registry"
"""The name of backups that somebody has ordered."""
BEFORE = "before"
"""The name of those that are made before an upgrade."""
_NAME = re.compile(r"([a-z][a-z-]*)-(?:\w+-)?\d{8}T\d{6}Z\.tar")
_TIME = "%Y%m%dT%H%M%SZ"
_UNFINISHED = ".camera-registry-unfinished-"
_LOCK = ".camera-registry.lock"


def file_name(name: str, now: datetime, migration: str = "") -> str:
    """What a backup of this name is called that is made now; the newest sorts last."""
    between = f"{migration}-" if migration else ""
    return f"{name}-{between}{now.astimezone(UTC).strftime(_TIME)}.tar"


def listed(folder: Path, name: str | None = None) -> list[Path]:
    """The backups in `folder`, of this name or of any, the oldest first, by what their names say."""
    with suppress(OSError):
        found = ((path, _NAME.fullmatch(path.name)) for path in folder.iterdir())
        named = [path for path, match in found if match and name in (None, match.group(1))]
        return sorted(named, key=lambda path: path.name.rpartition("-")[2])
    return []


def newest(folder: Path) -> Manifest | None:
    """What the newest backup in `folder` says of itself; None where there is none that says anything. Its bytes are not
    checked.
    """
    for path in reversed(listed(folder, ORDERED)):
        with suppress(BackupError):
            return manifest_of(path)
    return None


def last(folder: Path) -> tuple[Path, datetime] | None:
    """The newest backup in `folder` that somebody has ordered, and when it was made, by its name: a file has one only
    when it is whole. None where there is none.
    """
    found = listed(folder, ORDERED)
    if not found:
        return None
    made = datetime.strptime(found[-1].stem.rpartition("-")[2], _TIME).replace(tzinfo=UTC)
    return found[-1], made


def forget(folder: Path, name: str, keep: int) -> list[str]:
    """Of the backups of this name only the newest `keep` are left (0: all of them); what was deleted. Raises
    BackupError.
    """
    old = listed(folder, name)[:-keep] if keep else []
    with told(folder):
        for path in old:
            path.unlink(missing_ok=True)
    return [path.name for path in old]


@contextmanager
def room(folder: Path) -> Iterator[Path]:
    """A folder in `folder` for what is not finished; it is gone at the end, and so is what a killed backup has left.
    Nobody else makes a backup there meanwhile. Raises BackupError.
    """
    with told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(folder / _LOCK, timeout=BUSY_S, mode=0o600):
                for left in folder.glob(f"{_UNFINISHED}*"):
                    shutil.rmtree(left, ignore_errors=True)
                made = Path(mkdtemp(prefix=_UNFINISHED, dir=folder))
                try:
                    yield made
                finally:
                    shutil.rmtree(made, ignore_errors=True)
        except Timeout:
            raise BackupError(f"{folder}: another backup is being made there; wait until it has ended") from None
