"""What commands print for a program or a person to read on, and what they write into a file that was named."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from camera_registry.commands.options import UsageError

STANDARD_OUTPUT = "-"


def say(text: str) -> None:
    """Prints `text`; who reads it (`head`, `less`) may have had enough."""
    try:
        print(text, flush=True)
    except BrokenPipeError:  # nothing more is flushed at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(option: str, name: str, content: bytes) -> None:
    """Writes a file (`-` is standard output) that was named by `option`. Raises UsageError."""
    if name == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with _writing(option, name):
        Path(name).write_bytes(content)


@contextmanager
def table(option: str, name: str, delimiter: str) -> Iterator[Callable[[Iterable[Sequence[str]]], None]]:
    """Takes rows as they come, for a CSV file (`-` is standard output) that was named by `option`, with the byte-order
    mark that Excel wants. Raises UsageError.
    """
    with _writing(option, name):
        file = sys.stdout.buffer if name == STANDARD_OUTPUT else Path(name).open("wb")  # noqa: SIM115
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")

    def put(rows: Iterable[Sequence[str]]) -> None:
        with _writing(option, name):
            writer.writerows(rows)
            text.flush()

    try:
        yield put
    finally:
        with _writing(option, name):
            text.detach() if name == STANDARD_OUTPUT else text.close()


@contextmanager
def _writing(option: str, name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # nobody reads on: the command line ends quietly
        raise
    except OSError as error:
        raise UsageError(f"{option}: {name}: cannot be written: {error.strerror}") from None
