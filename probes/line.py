"""Line: room on a network line that others use too. Pure: it waits, and sends nothing.

Strategy: a sample takes as much room as its stream is expected to send, for as long as packets flow. Whoever wants room
gets it in the order of asking: a large stream is not passed by small ones for ever. A stream that wants more than the
whole line gets the whole line, alone. A line may lead into another one, of which room is taken too.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import ceil
from typing import Protocol

from probes.facts import Stream

LEAST_KBPS, USUAL_KBPS = 64, 4_000
_BY_MEGAPIXELS = ((0.5, 1_000), (1.0, 2_000), (2.1, 4_000), (4.2, 6_000), (8.5, 12_000))
"""What streams of this size are usually set to send at most; above them the last."""


class Room(Protocol):
    """Where a sample asks for room, in kbit/s: it waits until there is some, and gives it back at the end."""

    def room(self, kbps: int) -> AbstractAsyncContextManager[None]:
        """Room for so much while the block goes on; whoever is cancelled has none."""


class Line:
    """A line of which at most `kbps` are used at a time; `beyond` is the one that it leads into. Of one event loop."""

    def __init__(self, kbps: float, beyond: Room | None = None) -> None:
        self._whole = self._free = max(1, int(kbps))
        self._beyond = beyond
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def used_kbps(self) -> int:
        """What is taken now."""
        return self._whole - self._free

    @asynccontextmanager
    async def room(self, kbps: int) -> AsyncIterator[None]:
        """Room for `kbps`, of the whole line at most, while the block goes on."""
        wanted = min(max(kbps, 0), self._whole)
        await self._take(wanted)
        try:
            if self._beyond is None:
                yield
            else:
                async with self._beyond.room(kbps):
                    yield
        finally:
            self._free += wanted
            self._wake()

    async def _take(self, wanted: int) -> None:
        if not self._waiting and wanted <= self._free:
            self._free -= wanted
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # room was given in the same moment
                self._free += wanted
            self._wake()
            raise

    def _wake(self) -> None:
        """Those whose turn it is have their room; who has gone is forgotten."""
        while self._waiting:
            wanted, turn = self._waiting[0]
            if not turn.done() and wanted > self._free:
                return
            self._waiting.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(None)


def expected_kbps(stream: Stream) -> int:
    """What `stream` will send, in kbit/s: what it is set to, else what streams of its size usually are set to."""
    declared = stream.declared
    if declared is not None and declared.bitrate_kbps:
        return max(LEAST_KBPS, ceil(declared.bitrate_kbps))
    size = declared.size if declared is not None else None
    if size is None:
        return USUAL_KBPS
    megapixels = size[0] * size[1] / 1e6
    return next((kbps for most, kbps in _BY_MEGAPIXELS if megapixels <= most), _BY_MEGAPIXELS[-1][1])
