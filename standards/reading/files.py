"""Files that people name: their bytes, or why they cannot be had.

Strategy: only a regular file is opened, and only what is small enough is read: a device gives bytes without end, and a
pipe lets its reader wait for ever.
"""

from __future__ import annotations

from pathlib import Path


class UnreadableError(Exception):
    """The bytes of a file cannot be had; the text says why, and nothing of what is in it."""


def content_of(path: Path, largest: int, kind: str) -> bytes:
    """All bytes of the file at `path`, of which there are at most `largest`. Raises UnreadableError."""
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError("cannot be read: it is no regular file")
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise UnreadableError("cannot be read: no file has a name like that") from None
    if len(content) > largest:
        raise UnreadableError(f"is larger than {largest} bytes, which no {kind} is")
    return content
