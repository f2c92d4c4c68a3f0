"""Worker: claims sites, looks at their devices, hands results to the writer; hundreds in flight on one loop.

Strategy: the registry says what there is to do, and every step is a change that is committed before the next one
relies on it. A worker that dies leaves a lease that runs out; a worker that loses a lease stops looking there. Errors
of the database end the worker: nothing that was not committed counts as done.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.database import reading
from camera_registry.services import sweeps as services
from camera_registry.store import sweeps
from camera_registry.store.sweeps import Lease
from camera_registry.sweep.budget import Budget
from camera_registry.sweep.run import Look, run_site
from camera_registry.sweep.source import Judging, RegistrySource
from camera_registry.sweep.writer import Writer
from probes.facts import Observation

IDLE_S = 1.0
"""How often a worker without work looks whether there is some."""
CLAIMED_AT_ONCE = 8
"""Sites that are claimed in one transaction at most."""
BEATS = 4
"""How often a lease is extended before it would run out."""
_log = logging.getLogger(__name__)


def seconds_since_boot() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class Pace:
    """How much at a time: devices in all, by day for light, and of one site; seconds of a lease. `budget`: what samples
    may use of lines; None: all of them.
    """

    at_once: int
    light_at_once: int
    site_at_once: int
    lease_s: float
    budget: Budget | None = None


BY_DAY = ("light", "day")
"""The kinds of sweeps that nobody asked for and that go on while there are lessons."""
AT_ANY_HOUR = ("night", "asked")


def name() -> str:
    """A name that no other worker has or had."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


class Worker:
    """Does the sweeps of a registry. `sweep_id` limits it to one, after which it ends.

    `seconds` is a clock that goes on while the machine sleeps: it tells when a lease may have run out unnoticed.
    """

    def __init__(
        self,
        engine: Engine,
        look: Look,
        judging: Judging,
        pace: Pace,
        now: Callable[[], datetime],
        sweep_id: int | None = None,
        seconds: Callable[[], float] = seconds_since_boot,
    ) -> None:
        self._engine = engine
        self._look = look
        self._judging = judging
        self._pace = pace
        self._now = now
        self._seconds = seconds
        self._sweep_id = sweep_id
        self._name = name()
        self._claims = count()
        self._writer = Writer(engine)
        self._free = asyncio.Semaphore(pace.at_once)
        self._light = asyncio.Semaphore(pace.light_at_once)
        self._line = None if pace.budget is None else pace.budget.whole()
        self._sites: dict[Lease, asyncio.Task[None]] = {}
        self._sources: dict[Lease, RegistrySource] = {}
        self._extended_at = seconds()
        self._looks = 0

    @property
    def load(self) -> tuple[int, int]:
        """How many looks go on, and how many changes wait to be written."""
        return self._looks, self._writer.waiting

    async def run(self) -> None:
        """Works until it is cancelled (or the one sweep is over). Raises DatabaseUnusableError."""
        writing = asyncio.create_task(self._writer.run())
        beating = asyncio.create_task(self._beat())
        try:
            await self._claim_and_run(beating)
        finally:
            await self._stop()
            beating.cancel()
            self._writer.close()
            await asyncio.shield(writing)

    async def _claim_and_run(self, beating: asyncio.Task[None]) -> None:
        while True:
            if beating.done():
                beating.result()
            if self._seconds() - self._extended_at > self._pace.lease_s:
                await self._leave_all()
            self._forget_ended()
            found = await self._claim()
            for lease in found:
                self._sites[lease] = asyncio.create_task(self._site(lease))
            if not found and not self._sites and await self._over():
                return
            if not found:
                await self._wait()

    def _rooms(self) -> dict[tuple[str, ...], int]:
        """How many looks more may go on of each group of kinds, when those that are claimed have begun: a site that
        only waits here would be kept from whoever asks for it.
        """
        rooms: dict[tuple[str, ...], int] = {AT_ANY_HOUR: self._pace.at_once, BY_DAY: self._pace.light_at_once}
        for lease in self._sites:
            source = self._sources.get(lease)
            rooms[_group(lease)] -= source.wants(self._pace.site_at_once) if source else self._pace.site_at_once
        return rooms

    async def _claim(self) -> Sequence[Lease]:
        """A few sites for which there is room; none at which a look of ours may still go on."""
        rooms = self._rooms()
        if max(rooms.values()) <= 0:
            return ()
        now, mine = self._now(), {lease.site_id for lease in self._sites}
        until = now + timedelta(seconds=self._pace.lease_s)

        def claim(session: Session) -> Sequence[Lease]:
            found: list[Lease] = []
            left = dict(rooms)
            while len(found) < CLAIMED_AT_ONCE:
                kinds = tuple(kind for group, room in left.items() if room > 0 for kind in group)
                owner, not_at = f"{self._name}/{next(self._claims)}", mine | {lease.site_id for lease in found}
                lease = sweeps.claim(session, owner, now, until, self._sweep_id, not_at, kinds) if kinds else None
                if lease is None:
                    break
                found.append(lease)
                left[_group(lease)] -= self._pace.site_at_once
            return found

        return await self._writer.do(claim)

    async def _wait(self) -> None:
        """Until a site is done, or it is time to look for work again."""
        if not self._sites:
            await asyncio.sleep(IDLE_S)
        else:
            await asyncio.wait(self._sites.values(), timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)

    def _forget_ended(self) -> None:
        for lease, task in list(self._sites.items()):
            if task.done():
                del self._sites[lease]
                self._sources.pop(lease, None)
                _raise_error(task)

    async def _over(self) -> bool:
        """True when the one sweep this worker is for has nothing more to do."""
        if self._sweep_id is None:
            return False
        return await asyncio.to_thread(self._has_ended, self._sweep_id)

    def _has_ended(self, number: int) -> bool:
        with reading(self._engine) as session:
            sweep = sweeps.by_id(session, number)
            return sweep is None or sweep.ended_at is not None

    async def _site(self, lease: Lease) -> None:
        source = self._sources[lease] = RegistrySource(self._writer, lease, self._judging, self._now)
        free, budget, line = self._light if lease.kind in BY_DAY else self._free, self._pace.budget, None
        if budget is not None and self._line is not None:
            line = budget.of_site(lease.uplink_mbps, self._now(), self._line)
        try:
            await run_site(source, self._looked, self._pace.site_at_once, free, line)
            await source.judge_site()
        finally:
            await asyncio.shield(self._writer.do(lambda s: sweeps.release(s, lease, self._now())))

    async def _looked(self, *target: Any, **told: Any) -> Observation:
        self._looks += 1
        try:
            return await self._look(*target, **told)
        finally:
            self._looks -= 1

    async def _beat(self) -> None:
        """Leases are extended while this lives, and what nobody will do any more is ended."""
        while True:
            await self._extend()
            await self._writer.first(partial(services.tidy, now=self._now()))
            await asyncio.sleep(self._pace.lease_s / BEATS)

    async def _extend(self) -> None:
        began, held = self._seconds(), {lease.owner: lease for lease in self._sites}
        until = self._now() + timedelta(seconds=self._pace.lease_s)
        kept = await self._writer.first(partial(sweeps.extend, owners=tuple(held), until=until))
        self._extended_at = began
        for owner, lease in held.items():
            task = self._sites.get(lease)
            if owner not in kept and task is not None and not task.done():
                _log.warning("The lease of site %s was taken by another worker, or given back", lease.site_id)
                task.cancel()

    async def _leave_all(self) -> None:
        """Leases may have run out while nothing ran here (the machine slept): every look ends before any begins."""
        if self._sites:
            _log.warning("Nothing ran here for longer than a lease lasts; every look is begun anew")
        await self._stop()
        self._sites.clear()
        self._sources.clear()
        await self._extend()

    async def _stop(self) -> None:
        """Sessions are torn down, and what was not finished waits again."""
        for task in self._sites.values():
            task.cancel()
        for task in self._sites.values():
            with suppress(asyncio.CancelledError, Exception):
                await task


def _group(lease: Lease) -> tuple[str, ...]:
    return BY_DAY if lease.kind in BY_DAY else AT_ANY_HOUR


def _raise_error(task: asyncio.Task[None]) -> None:
    """Raises what ended the work of a site, if anything did; the first of several."""
    if task.cancelled():
        return
    error = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise error
