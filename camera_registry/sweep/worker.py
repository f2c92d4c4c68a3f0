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
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.database import DatabaseUnusableError, reading
from camera_registry.daylight import SunUp
from camera_registry.services import lease as leased
from camera_registry.services import sweeps as services
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, devices, sweeps
from camera_registry.store.sweeps import Lease
from camera_registry.sweep.run import Item, Look, run_site
from camera_registry.sweep.writer import Writer
from probes.facts import Observation
from probes.login import LoginState
from probes.target import Target
from standards import Edition

IDLE_S = 1.0
"""How often a worker without work looks whether there is some."""
BEATS = 4
"""How often a lease is extended before it would run out."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How much at a time: devices in all, by day for light, and of one site; seconds of a lease."""

    at_once: int
    light_at_once: int
    site_at_once: int
    lease_s: float


@dataclass(frozen=True)
class Judging:
    """What a worker needs to ask and to judge."""

    asking: Asking
    edition: Edition
    sun_up: SunUp


def owner() -> str:
    """A name that no other worker has or had."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


class Worker:
    """Does the sweeps of a registry. `sweep_id` limits it to one, after which it ends."""

    def __init__(
        self,
        engine: Engine,
        look: Look,
        judging: Judging,
        pace: Pace,
        now: Callable[[], datetime],
        sweep_id: int | None = None,
    ) -> None:
        self._engine = engine
        self._look = look
        self._judging = judging
        self._pace = pace
        self._now = now
        self._sweep_id = sweep_id
        self._owner = owner()
        self._writer = Writer(engine)
        self._free = asyncio.Semaphore(pace.at_once)
        self._light = asyncio.Semaphore(pace.light_at_once)
        self._sites: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._held: set[tuple[int, int]] = set()

    async def run(self) -> None:
        """Works until it is cancelled (or the one sweep is over). Raises DatabaseUnusableError, VaultError."""
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
        most = max(1, self._pace.at_once // self._pace.site_at_once)
        while True:
            if beating.done():
                beating.result()
            self._raise_errors()
            lease = await self._claim() if len(self._sites) < most else None
            if lease is not None:
                self._held.add((lease.sweep_id, lease.site_id))
                self._sites[lease.sweep_id, lease.site_id] = asyncio.create_task(self._site(lease))
            elif not self._sites and await self._over():
                return
            else:
                await self._wait()

    async def _claim(self) -> Lease | None:
        now = self._now()
        until = now + timedelta(seconds=self._pace.lease_s)
        return await self._writer.do(lambda s: sweeps.claim(s, self._owner, now, until, self._sweep_id))

    async def _wait(self) -> None:
        """Until a site is done, or it is time to look for work again."""
        if not self._sites:
            await asyncio.sleep(IDLE_S)
        else:
            await asyncio.wait(self._sites.values(), timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)

    def _raise_errors(self) -> None:
        for key, task in list(self._sites.items()):
            if task.done():
                del self._sites[key]
                _raise_error(task)

    async def _over(self) -> bool:
        """True when the one sweep this worker is for has nothing more to do."""
        if self._sweep_id is None:
            return False
        number = self._sweep_id
        sweep = await asyncio.to_thread(self._read_sweep, number)
        return sweep is None or sweep.ended_at is not None

    def _read_sweep(self, number: int) -> services.Progress | None:
        with reading(self._engine) as session:
            sweep = sweeps.by_id(session, number)
            return None if sweep is None else services.progress(session, sweep, self._now())

    async def _site(self, lease: Lease) -> None:
        source = RegistrySource(self._writer, self._owner, lease, self._judging, self._now)
        free = self._light if lease.kind == "light" else self._free
        try:
            await run_site(source, self._look, self._pace.site_at_once, free)
        finally:
            await asyncio.shield(self._release(lease))

    async def _release(self, lease: Lease) -> None:
        self._held.discard((lease.sweep_id, lease.site_id))
        await self._writer.do(lambda s: sweeps.release(s, self._owner, lease, self._now()))

    async def _beat(self) -> None:
        """Leases are extended while this lives, and what nobody will do any more is ended."""
        while True:
            now, held = self._now(), set(self._held)
            until = now + timedelta(seconds=self._pace.lease_s)
            kept = await self._writer.do(partial(sweeps.extend, owner=self._owner, now=now, until=until))
            for key in (held - kept) & self._held:
                _log.warning("The lease of site %s ran out before it was extended", key[1])
                self._sites[key].cancel()
            await self._writer.do(partial(services.tidy, now=now))
            await asyncio.sleep(self._pace.lease_s / BEATS)

    async def _stop(self) -> None:
        """Sessions are torn down, and what was not finished waits again."""
        for task in self._sites.values():
            task.cancel()
        for task in self._sites.values():
            with suppress(asyncio.CancelledError, Exception):
                await task


def _raise_error(task: asyncio.Task[None]) -> None:
    """Raises what ended the work of a site, if anything did; the first of several."""
    if task.cancelled():
        return
    error = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise error


class RegistrySource:
    """The work of one leased site, from the registry and back."""

    def __init__(self, writer: Writer, owner: str, lease: Lease, judging: Judging, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._owner = owner
        self._lease = lease
        self._judging = judging
        self._now = now
        self._devices: dict[int, int] = {}

    async def items(self) -> Sequence[Item]:
        """What has no final state at this site."""

        def read(session: Session) -> Sequence[Item]:
            found = sweeps.items_to_do(session, self._lease)
            self._devices = {item.id or 0: item.device_id for item in found}
            return [Item(item.id or 0, devices.get(session, item.device_id).host) for item in found]

        return await self._writer.do(read)

    async def begin(self, item: Item) -> Target | None:
        """The target, once the item and the tries that may follow are marked on the disk."""
        asking = self._judging.asking
        return await self._writer.do(lambda s: leased.begin(s, self._owner, self._lease, item.id, asking, self._now()))

    def learned(self, item: Item, version: str, state: LoginState) -> None:
        """What became of a login is kept with the next batch, whatever happens to the rest of the look."""
        device_id = self._devices[item.id]
        self._writer.later(lambda s: credentials.learned(s, device_id, {version: state}))

    async def finish(self, item: Item, observation: Observation) -> None:
        """The result is stored and the item has its final state; a result that cannot be stored gives it up."""
        edition, sun_up = self._judging.edition, self._judging.sun_up

        def stored(session: Session) -> bool:
            return leased.finish(session, self._lease, item.id, observation, edition, self._now(), sun_up)

        try:
            await self._writer.do(stored)
        except DatabaseUnusableError:
            raise
        except Exception:  # noqa: BLE001  (the edge of a result: it costs one device, not the worker)
            _log.exception("What was seen of device %s cannot be stored", observation.target)
            await self.give_up(item)

    async def give_up(self, item: Item) -> None:
        """The item failed for a reason that lies with us."""
        await self._writer.do(lambda s: leased.give_up(s, item.id, self._now()))

    async def put_back(self, item: Item) -> None:
        """The item waits again."""
        await self._writer.do(lambda s: leased.put_back(s, self._owner, self._lease, item.id, self._now()))
