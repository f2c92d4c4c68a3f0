"""Whose a registry is: root works on none that is private to another user.

What root makes there (a new key, a folder of backups, a file of the database) its owner cannot read, and the service
that runs as that user ends or makes no backup any more, days later.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from probes.told import ToldError

if sys.platform != "win32":
    import pwd

ROOT = 0
_OTHERS = 0o077


class OwnedByAnotherError(ToldError):
    """The registry is private to another user; the text says as whom to run."""


def refuse_as_root(paths: Iterable[Path]) -> None:
    """Raises OwnedByAnotherError where root is about to work on one of these files, or in the folder where it would be
    made, and that is another user's alone.
    """
    found = owner_of(paths, by=running_as())
    if found is not None:
        path, name = found
        raise OwnedByAnotherError(
            f"{path}: belongs to {name} alone, who cannot read what root makes there; "
            f"run it as that user: sudo -u {shlex.quote(name)} camera-registry …"
        )


def owner_of(paths: Iterable[Path], by: int) -> tuple[Path, str] | None:
    """The first of these places that is private to another user than root, and who that is; None where there is none,
    or where it is not root that asks (`by`).
    """
    if by != ROOT:
        return None
    for there in map(_nearest, paths):
        seen = there.stat()
        if seen.st_uid != ROOT and not seen.st_mode & _OTHERS:
            return there, _name(seen.st_uid)
    return None


def running_as() -> int:
    """The number of the user whose process this is; of nobody where users have none (Windows)."""
    return -1 if sys.platform == "win32" else os.geteuid()


def _nearest(path: Path) -> Path:
    """The path itself, or the next folder above it that is there."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if os.path.exists(each))  # noqa: PTH110  (what may not be asked counts as not there)


def _name(number: int) -> str:
    if sys.platform == "win32":
        return str(number)
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"
