"""The last step of a restore into a file: the database takes its place."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine

from camera_registry.backups.errors import BackupError, told
from camera_registry.vault import keep_names


def place(file: Path, target: Engine) -> None:
    """`file`, on the same disk, is the database of `target`, and on the disk. Raises BackupError while another program
    has the empty one open that stood there.
    """
    target.dispose()
    there = Path(str(target.url.database))
    if any(there.with_name(there.name + ending).exists() for ending in ("-wal", "-shm")):
        raise BackupError(f"{there}: another program has it open; stop serve and work, and start again")
    with told(there):
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        file.replace(there)
        keep_names(there.parent)
