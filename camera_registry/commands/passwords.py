"""Passwords as a command takes them: from a file, from standard input, or typed; never as an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from camera_registry.commands.options import UsageError

PASSWORD_LIMIT = 1024


def password(source: str | None) -> str:
    """The first line of the file `source` (`-`: standard input), or what is typed when it is None.

    Raises UsageError for a file that cannot be read, and for what is no password.
    """
    if source is None:
        if not sys.stdin.isatty():
            raise UsageError("--username needs --password-file F (or - for standard input)")
        return getpass.getpass("Password: ")
    try:
        line = _first_line(source)
        password = line.decode("utf-8-sig").rstrip("\r\n")  # Notepad writes a byte-order mark
    except UnicodeDecodeError:
        raise UsageError(f"{source}: the password is not UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"{source}: the password cannot be read: {error.strerror}") from None
    if not password or len(line) > PASSWORD_LIMIT or not password.isprintable():
        raise UsageError(f"the password must be the first line: at most {PASSWORD_LIMIT} bytes, no control characters")
    return password


def _first_line(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.readline(PASSWORD_LIMIT + 1)
    if not Path(source).is_file() and Path(source).exists():
        raise UsageError(f"{source}: is no file; use - to read standard input")
    with Path(source).open("rb") as file:
        return file.readline(PASSWORD_LIMIT + 1)
