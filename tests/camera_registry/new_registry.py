"""Registries without anything in them. The migrations run once in a process; each file is a copy of the first."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from camera_registry.database import open_database, upgrade


def new_registry(file: Path | str) -> Engine:
    """The registry in this file, which is made, and its folder too; only its owner reads it, as `upgrade` makes it."""
    file = Path(file)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(_migrated(), file)
    return open_database(f"sqlite:///{file}")


@cache
def _migrated() -> Path:
    file = Path(tempfile.mkdtemp(prefix="registry-")) / "registry.db"
    engine = open_database(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()  # the last connection leaves no log beside the file
    return file
