"""Writer: the one place of a worker that writes to the registry, many changes in one transaction.

Strategy: a change is a function of a session. Changes are collected for a short while and committed together in a
thread; whoever asked for one goes on when it is on the disk. A change that fails takes back only itself. What keeps a
lease goes before all others, and a transaction ends after a while, whatever waits: a worker that has much to write must
neither lose its leases nor keep the pages from the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

from camera_registry.database import DatabaseBusyError, writing

EVERY_S = 0.2
AT_MOST = 200
LONGEST_S = 1.0
"""After so long a transaction takes no further change."""
MOST_REPEATS = 5
"""How often a batch is tried again while another program (an import) holds the database."""

_log = logging.getLogger(__name__)
T = TypeVar("T")
Change = Callable[[Session], Any]


class WriterGoneError(Exception):
    """The writer has ended: the change was not written."""


@dataclass
class _Waiting:
    change: Change
    done: asyncio.Future[Any]


@dataclass(frozen=True)
class _Failed:
    error: Exception


class Writer:
    """Writes for one worker. `run` must be going on for anything to be written."""

    def __init__(
        self,
        engine: Engine,
        every_s: float = EVERY_S,
        at_most: int = AT_MOST,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._every_s = every_s
        self._at_most = at_most
        self._seconds = seconds
        self._first: list[_Waiting] = []
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._full = asyncio.Event()
        self._closing = False
        self._gone = False

    @property
    def waiting(self) -> int:
        """How many changes are not written yet."""
        return len(self._first) + len(self._waiting)

    async def do(self, change: Callable[[Session], T]) -> T:
        """What `change` returned, once it is committed. Raises what it raised, or DatabaseUnusableError."""
        result: T = await self._put(change, self._waiting)
        return result

    async def first(self, change: Callable[[Session], T]) -> T:
        """The same, before all that waits."""
        result: T = await self._put(change, self._first)
        return result

    def later(self, change: Change) -> None:
        """`change` is written with the next ones; whoever asked does not wait, and an error is only logged."""
        if not self._gone:
            self._put(change, self._waiting).add_done_callback(_log_error)

    async def run(self) -> None:
        """Writes until `close`, and then what is left. When it is cancelled, whoever waits is told."""
        try:
            await self._write_all()
        finally:
            self._gone = True
            for waiting in (*self._first, *self._waiting):
                if not waiting.done.done():
                    waiting.done.set_exception(WriterGoneError())

    async def _write_all(self) -> None:
        while not (self._closing and not self._first and not self._waiting):
            await self._wake.wait()
            if not self._closing:
                await self._collect()
            batch, rest = self._waiting[: self._at_most], self._waiting[self._at_most :]
            batch, self._first = self._first + batch, []
            self._waiting = rest
            if not self._waiting and not self._closing:
                self._wake.clear()
            self._full.clear()
            if batch:
                await self._write(batch)

    def close(self) -> None:
        """`run` ends when everything asked for is written."""
        self._closing = True
        self._wake.set()
        self._full.set()

    def _put(self, change: Change, queue: list[_Waiting]) -> asyncio.Future[Any]:
        if self._gone:
            raise WriterGoneError
        waiting = _Waiting(change, asyncio.get_running_loop().create_future())
        queue.append(waiting)
        self._wake.set()
        if len(self._waiting) >= self._at_most:
            self._full.set()
        return waiting.done

    async def _collect(self) -> None:
        try:
            async with asyncio.timeout(self._every_s):
                await self._full.wait()
        except TimeoutError:
            return

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            results = await asyncio.to_thread(self._commit_patiently, [w.change for w in batch])
        except asyncio.CancelledError:
            self._waiting = batch + self._waiting
            raise
        except Exception as error:  # noqa: BLE001  (handed to everybody whose change is lost)
            results = [_Failed(error)] * len(batch)
        if len(results) < len(batch):
            self._waiting = batch[len(results) :] + self._waiting
            self._wake.set()
        for waiting, result in zip(batch, results, strict=False):
            if waiting.done.done():
                continue
            if isinstance(result, _Failed):
                waiting.done.set_exception(result.error)
            else:
                waiting.done.set_result(result)

    def _commit_patiently(self, changes: list[Change]) -> list[Any]:
        for _ in range(MOST_REPEATS):
            with suppress(DatabaseBusyError):
                return self._commit(changes)
        return self._commit(changes)

    def _commit(self, changes: list[Change]) -> list[Any]:
        """What the first ones came to, one at least: those that began before the transaction had lasted long enough."""
        results: list[Any] = []
        with writing(self._engine) as session:
            began = self._seconds()
            for change in changes:
                if results and self._seconds() - began > LONGEST_S:
                    break
                results.append(_apart(session, change))
        return results


def _log_error(future: asyncio.Future[Any]) -> None:
    if not future.cancelled() and future.exception() is not None:
        _log.error("A change was not written", exc_info=future.exception())


def _apart(session: Session, change: Change) -> Any:
    """What `change` returned, or how it failed; a failed one leaves nothing behind."""
    try:
        with session.begin_nested():
            return change(session)
    except (IntegrityError, DataError) as error:
        return _Failed(error)
    except DBAPIError:  # a full disk ends the whole transaction: nothing of this batch is safe
        raise
    except Exception as error:  # noqa: BLE001  (raised where the change was asked for)
        return _Failed(error)
