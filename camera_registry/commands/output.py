"""What commands print for a program or a person to read on, and what they write into a file that was named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from camera_registry.commands.options import UsageError


def say(text: str) -> None:
    """Prints `text`; who reads it (`head`, `less`) may have had enough."""
    try:
        print(text, flush=True)
    except BrokenPipeError:  # nothing more is flushed at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(option: str, name: str, content: bytes) -> None:
    """Writes a file (`-` is standard output) that was named by `option`. Raises UsageError."""
    if name == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise UsageError(f"{option}: {name}: cannot be written: {error.strerror}") from None
