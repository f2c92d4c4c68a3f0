"""Registries to begin with: an empty one, and that of the town. Each is made once in a process and copied from then on:
migrations take a fifth of a second, and a town takes seconds.
"""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from camera_registry.database import open_database, upgrade, writing
from camera_registry.vault import Vault
from tests.camera_registry import town

VAULT = Vault(bytes(32))
"""What the logins of the town are sealed with: a key of zeros."""


def new_registry(file: Path | str) -> Engine:
    """The registry in this file, without anything in it; its folder is made, and only the owner reads it, as `upgrade`
    makes it.
    """
    return _copied(_migrated(), file)


def new_town(file: Path | str) -> Engine:
    """The registry in this file, with the town in it."""
    return _copied(_filled(), file)


def _copied(first: Path, file: Path | str) -> Engine:
    file = Path(file)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(first, file)
    return open_database(f"sqlite:///{file}")


@cache
def _migrated() -> Path:
    file = _folder() / "empty.db"
    engine = open_database(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()  # the last connection leaves no log beside the file
    return file


@cache
def _filled() -> Path:
    file = _folder() / "town.db"
    engine = new_registry(file)
    with writing(engine) as session:
        town.fill(session, VAULT)
    engine.dispose()
    return file


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="registries-"))
