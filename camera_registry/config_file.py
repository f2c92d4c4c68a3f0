"""The file of settings as it is given to a new registry: the commented one of the project, with its paths in a folder.

Strategy: one text documents the settings. It stands beside the packages in a checkout, and inside this package where
the program is installed. Paths are written whole, so that the same files are meant from whatever folder a command runs.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from camera_registry.config import FILE_NAME, ConfigError

_UNSAID = '# state_folder = "var/state"\n'
"""The line of a key that has no default to be written."""


def template() -> str:
    """The commented settings, each with its default."""
    here = Path(__file__).parent
    found = here / FILE_NAME
    return (found if found.is_file() else here.parent / FILE_NAME).read_text(encoding="utf-8")


def settings_in(folder: Path, language: str) -> str:
    """The commented settings of a registry that keeps everything in `folder` (whole path). Raises ConfigError for a
    path that an address of a database cannot hold.
    """
    if "?" in str(folder) or not str(folder).isprintable():
        raise ConfigError(f"{str(folder)!r}: a folder with a “?” or unprintable signs in its path; take another")
    document = tomlkit.parse(template().replace(_UNSAID, 'state_folder = ""\n'))
    document["language"] = language
    document["state_folder"] = str(folder / "var" / "state")
    for (section, key), value in _inside(folder).items():
        table = document.get(section)
        if isinstance(table, Table) and key in table:
            table[key] = value
    return tomlkit.dumps(document)


def write_new(file: Path, text: str) -> None:
    """`file` holds `text`, readable by its owner alone; it is whole or not there. Raises FileExistsError, OSError."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as made:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
        os.link(temporary, file)  # never over one that is there
    finally:
        with suppress(OSError):
            temporary.unlink()


def _inside(folder: Path) -> dict[tuple[str, str], str]:
    """The keys that name a place, and where that is in `folder`."""
    return {
        ("registry", "database"): f"sqlite:///{folder / 'var' / 'registry.db'}",
        ("registry", "key_file"): str(folder / "var" / "registry.key"),
        ("backup", "folder"): str(folder / "backups"),
        ("agents", "seed_file"): str(folder / "var" / "agents.seed"),
    }
