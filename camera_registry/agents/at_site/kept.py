"""Kept: the database of one agent, in its folder. What it says is on the disk when it is said.

Strategy: SQLite (WAL, every commit brought to the disk), one process at a time by a lock, one thread: changes happen in
the order in which they were asked for, and the loop never waits for a disk. Orders and results are kept sealed, so no
login stands in the folder.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from filelock import BaseFileLock, FileLock, Timeout

from camera_registry.agents.at_site.rows import TABLES
from probes.told import ToldError

FILE, LOCK = "agent.db", "lock"
T = TypeVar("T")
_log = logging.getLogger(__name__)


class KeptError(ToldError):
    """The folder of the agent cannot be used; the text says which and what to do. What was kept is kept."""


class Kept:
    """The database of an agent. Of one event loop; see `kept_in`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._connection = connection
        self._thread = thread
        self._failed: Exception | None = None

    async def do(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """What `change` returned, once it is on the disk. Raises KeptError, also for what was asked for `later`."""
        return await asyncio.wrap_future(self._thread.submit(self._changed, change))

    def later(self, change: Callable[[sqlite3.Connection], Any]) -> None:
        """`change` is made after all that was asked for before; whoever asked does not wait."""
        self._thread.submit(self._changed, change).add_done_callback(self._keep_error)

    def _keep_error(self, done: Future[Any]) -> None:
        self._failed = self._failed or done.exception()  # type: ignore[assignment]  # a thread raises no other

    def _changed(self, change: Callable[[sqlite3.Connection], T]) -> T:
        if self._failed is not None:
            raise self._failed
        try:
            with self._connection:
                return change(self._connection)
        except sqlite3.Error as error:
            raise _unusable(self._folder, str(error)) from None


@contextmanager
def kept_in(folder: Path) -> Iterator[Kept]:
    """What is kept in this folder, which is made when it is not there. Raises KeptError: it cannot be used, or another
    process has it.
    """
    lock = _locked(folder)
    try:
        with ThreadPoolExecutor(1) as thread, closing(thread.submit(_opened, folder).result()) as connection:
            yield Kept(folder, connection, thread)
            thread.submit(int).result()  # all that was asked for is done before it is closed
    finally:
        lock.release()


def _locked(folder: Path) -> BaseFileLock:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise KeptError(f"another agent works with {folder}: stop it, or give this one another --state") from None
    except OSError as error:
        raise _unusable(folder, error.strerror or type(error).__name__) from None
    return lock


def _opened(folder: Path) -> sqlite3.Connection:
    path = folder / FILE
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise _unusable(folder, error.strerror or type(error).__name__) from None
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(TABLES)
    except sqlite3.Error as error:
        connection.close()
        raise _unusable(folder, str(error)) from None
    return connection


def _unusable(folder: Path, why: str) -> KeptError:
    return KeptError(
        f"the folder of the agent, {folder}, cannot be used ({why}); see that the disk has room and the file is whole. "
        "What was kept there is sent when the agent runs again"
    )
