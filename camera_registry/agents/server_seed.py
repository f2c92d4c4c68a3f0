"""The seed by which the broker knows the registry: in a file of its own, made when it is first needed."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from camera_registry.agents import nkey
from probes.told import ToldError


class SeedError(ToldError):
    """The seed of the server cannot be used; the text says what to do, and does not hold it."""


def seed(path: Path) -> str:
    """The seed in this file; a new one, where there is none. Raises SeedError for a file that others may read."""
    try:
        if not path.exists():
            _make(path)
        if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SeedError(f"others may read {path}, the seed of the server: run chmod 600 {path}")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"agents.seed_file {path} cannot be used: {type(error).__name__}") from None


def _make(path: Path) -> None:
    """A new seed stands in `path`, whole or not at all, and never over one that another process has just made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{nkey.make()[0]}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
