"""What is told when a backup cannot be made or taken."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probes.told import ToldError

FULL = (errno.ENOSPC, errno.EDQUOT)


class BackupError(ToldError):
    """A backup cannot be made or taken; the text says why and what to do."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system says of the files at `path` comes out as a BackupError."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{path}: {words(error)}") from None


def words(error: OSError) -> str:
    """What the system said, and what to do about it."""
    if error.errno in FULL:
        return "the disk is full; make room there and start again; nothing half made is left"
    return f"cannot be written or read: {error.strerror}"
