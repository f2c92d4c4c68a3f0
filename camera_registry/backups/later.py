"""What backups that stand beside one tell of the time after it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from camera_registry.backups.archive import manifest_of
from camera_registry.backups.errors import BackupError
from camera_registry.backups.folder import listed
from camera_registry.backups.manifest import Erasure


def erased_since(path: Path, made_at: datetime) -> list[Erasure]:
    """The erasures of schools after `made_at` that any backup beside `path` knows of, the oldest first."""
    found = set()
    for each in listed(path.absolute().parent):
        with suppress(BackupError):
            found |= {erased for erased in manifest_of(each).erasures if erased.at > made_at}
    return sorted(found, key=lambda erased: (erased.at, erased.number))
