"""One clock for everybody who is sent a stream.

Strategy: time is cut into slots of ten milliseconds, and a playback stands in the slot in which its next picture is
due. One timer turns the wheel while anybody is on it, so four hundred streams cost a hundred timers a second and no
tasks. A picture is up to one slot late and never early; since each due time is reckoned from the beginning, lateness
does not add up.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict

from probes.simulator.playback import Playback

SLOT_S = 0.01


class Rider:
    """A playback on the wheel."""

    __slots__ = ("off", "playback")

    def __init__(self, playback: Playback) -> None:
        self.playback = playback
        self.off = False

    def cancel(self) -> None:
        """Nothing more is sent."""
        self.off = True


class Wheel:
    """Playbacks and the slots in which they are due."""

    def __init__(self) -> None:
        self._slots: defaultdict[int, list[Rider]] = defaultdict(list)
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None

    def play(self, playback: Playback) -> Rider:
        """`playback` begins in the next slot and goes on until the rider is cancelled or nothing more comes."""
        rider = Rider(playback)
        self._put(rider, playback.begin(asyncio.get_running_loop().time()))
        if self._timer is None:
            self._wind()
        return rider

    def stop(self) -> None:
        """Nothing is sent any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._slots.clear()
        self._order.clear()

    def _put(self, rider: Rider, due: float | None) -> None:
        if due is None:
            return
        slot = int(due / SLOT_S) + 1
        if slot not in self._slots:
            heapq.heappush(self._order, slot)
        self._slots[slot].append(rider)

    def _wind(self) -> None:
        """The timer goes off at the next slot in which anybody is due."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self._order[0] * SLOT_S, self._turn) if self._order else None

    def _turn(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._order and self._order[0] * SLOT_S <= now:
            for rider in self._slots.pop(heapq.heappop(self._order)):
                if not rider.off:
                    self._put(rider, rider.playback.step())
        self._wind()
