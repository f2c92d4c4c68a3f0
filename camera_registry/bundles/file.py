"""A bundle as a file on the laptop: looks are added one by one, and after each the file is whole and signed anew."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from camera_registry.bundles import document
from camera_registry.bundles.document import LARGEST, Heading
from camera_registry.bundles.errors import BundleError
from camera_registry.bundles.signing import LaptopKey

LOCK_S = 30.0
"""How long another inspection that adds to the same file is waited for."""


def read_file(path: Path) -> bytes:
    """The bytes of the file, and no more than a bundle may have and one. Raises BundleError."""
    try:
        if path.exists() and not path.is_file():
            raise BundleError("unreadable", file=path, why="it is no file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise BundleError("unreadable", file=path, why=error.strerror) from None


def may_add(path: Path, heading: Heading) -> list[bytes]:
    """The lines that stand in the file before its end: the first alone, where there is no file yet. Raises BundleError
    for a file that is no bundle, of another school, or of another machine.
    """
    if not path.exists():
        if not path.parent.is_dir():
            raise BundleError("unreadable", file=path, why="its folder is not there")
        return [document.heading_line(heading)]
    lines = document.lines_of(read_file(path))
    known = document.heading_of(lines)
    if known.school != heading.school:
        raise BundleError("other_school", file=path, school=known.school)
    if known.key != heading.key:
        raise BundleError("other_key", file=path)
    return [document.heading_line(replace(known, program=heading.program)), *lines[1:-2]]


def add(path: Path, heading: Heading, look: bytes, key: LaptopKey, now: datetime, locks: Path) -> int:
    """The line `look` stands in the file, signed anew; how many looks it holds now. `locks`: a folder for locks.
    Raises BundleError; then the file is as it was.
    """
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    try:
        with FileLock(locks / f"bundle-{name}.lock", timeout=LOCK_S, mode=0o600):
            lines = [*may_add(path, heading), look]
            content = document.signed(lines, now, key)
            if len(content) > LARGEST or len(lines) > document.MOST_LOOKS + 1:
                raise BundleError("full", file=path, most=LARGEST // 2**20)
            _replace(path, content)
    except Timeout:
        raise BundleError("unreadable", file=path, why="another inspection adds to it") from None
    except OSError as error:
        raise BundleError("unreadable", file=path, why=error.strerror) from None
    return len(lines) - 1


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
