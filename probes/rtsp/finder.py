"""Finder: the streams of a device that has no ONVIF.

Strategy: the paths that were good in an earlier visit first; else the usual ones of makers (`paths`), in order and at
most `GUESSES` of them, until one is there; then its sub stream and further channels by the same pattern. No login is
tried at a guess: it is sent only where it is known to be good at the streams. A device that gives the same stream for
every path has one stream, and whether that is the main one is not known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from probes.errors import ProbeError
from probes.facts.groups import RoleSource
from probes.rtsp.looks import StreamLook, StreamRequest
from probes.rtsp.paths import GUESSES, NO_SUCH_CHANNEL, PATTERNS, Pattern, in_order, likeness
from probes.target import Role
from probes.visit import Visit

_NOT_THERE = ("no_such_stream", "malformed_reply", "unsupported", "not_permitted", "no_media")
Ask = Callable[[StreamRequest], Awaitable[StreamLook]]


@dataclass(frozen=True)
class Found:
    """One stream that is there: channel from 1, role, and how the role is known."""

    channel: int
    role: Role
    path: str
    look: StreamLook = field(repr=False)
    source: RoleSource = "pattern"


class Finder:
    """Looks for streams at `base` (an RTSP address without a path); `ask` describes one."""

    def __init__(self, visit: Visit, base: str, ask: Ask) -> None:
        self._visit, self._base, self._ask = visit, base, ask
        self._left = GUESSES
        self.error: ProbeError | None = None
        """Why the search was given up, or the answer to the last path, where nothing was found."""

    async def find(self) -> list[Found]:
        """The streams that are there, main before sub, by channel."""
        found = await self._remembered()
        if found or self._given_up():
            return [*found, *await self._beyond(found)]
        hint = self._visit.target.maker
        untried = in_order(hint)
        while untried and self._left:
            pattern = untried.pop(0)
            look = await self._guess(pattern, 1, "main")
            if look is not None and look.error is None:
                return await self._by(pattern, look)
            if look is None or self._given_up():
                return []
            if look.hint and look.hint not in hint:
                hint = f"{hint} {look.hint}"
                untried = [one for one in in_order(hint) if one in untried]
        return []

    async def _remembered(self) -> list[Found]:
        """The streams at the paths that were good before; nothing else is asked when one of them is there still."""
        found = []
        for path, said in self._visit.remembered.stream_paths.items():
            channel, role, *assumed = said.split()
            look = await self._look(path)
            if look.error is None:
                source: RoleSource = "assumed" if assumed else "pattern"
                found.append(Found(int(channel), "sub" if role == "sub" else "main", path, look, source))
            elif self._given_up():
                break
        return found

    async def _by(self, pattern: Pattern, main: StreamLook) -> list[Found]:
        """All streams of a device whose first main stream was found by `pattern`."""
        first = await self._channel(pattern, 1, main)
        if not pattern.counts or first[0].source == "assumed":
            return first
        second = await self._guess(pattern, 2, "main")
        if second is None or second.error is not None:
            return first
        none_such = await self._guess(pattern, NO_SUCH_CHANNEL, "main")
        if none_such is None or none_such.error is None:
            return first
        return [*first, *await self._channel(pattern, 2, second), *await self._from(pattern, 3)]

    async def _beyond(self, found: list[Found]) -> list[Found]:
        """What follows the last channel of a recorder that an earlier visit knew: guesses had run out there."""
        last = max((one.channel for one in found), default=0)
        known = {one.path for one in found}
        pattern = next((p for p in PATTERNS if p.counts and p.path(last, "main") in known), None)
        return await self._from(pattern, last + 1) if pattern and last > 1 else []

    async def _from(self, pattern: Pattern, number: int) -> list[Found]:
        """The channels from `number` on, until one is not there."""
        found: list[Found] = []
        while (look := await self._guess(pattern, number, "main")) is not None and look.error is None:
            found += await self._channel(pattern, number, look)
            number += 1
        return found

    async def _channel(self, pattern: Pattern, number: int, main: StreamLook) -> list[Found]:
        """The streams of one channel; without a sub stream that differs, it is not known which one was found."""
        path = pattern.path(number, "main") or ""
        sub = await self._guess(pattern, number, "sub") if pattern.sub else None
        if sub is None or sub.error is not None:
            return [Found(number, "main", path, main)]
        if likeness(sub.description) == likeness(main.description):
            return [Found(number, "main", path, main, "assumed")]
        return [Found(number, "main", path, main), Found(number, "sub", pattern.path(number, "sub") or "", sub)]

    async def _guess(self, pattern: Pattern, number: int, role: str) -> StreamLook | None:
        """The look at one path of a pattern; None when no more guesses are left, or the device is not to be asked."""
        path = pattern.path(number, role)
        if path is None or not self._left or self._given_up():
            return None
        self._left -= 1
        return await self._look(path)

    async def _look(self, path: str) -> StreamLook:
        look = await self._ask(StreamRequest(path, self._base + path, guess=True))
        self.error = look.error
        return look

    def _given_up(self) -> bool:
        """True after an answer that is about the device and not about one path."""
        return self.error is not None and self.error.kind not in _NOT_THERE
