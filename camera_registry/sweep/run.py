"""Run: the devices of one leased site are looked at, a few at a time, each within its deadline.

Strategy: where work comes from and where results go is a `Source`; this file knows neither a store nor a broker, so the
same code runs beside the registry and at a school. A host is never looked at twice at the same time, whatever its
ports. When this is stopped, sessions are torn down and what was not finished waits again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from camera_registry.watching.marks import hide, looking
from probes.facts import Observation
from probes.key_frames import Progress
from probes.line import Room
from probes.login import LoginState
from probes.target import Target
from probes.visit import Learned

GRACE_S = 5.0
"""Seconds after the deadline of a probe until it is given up: it ends by itself before."""

Look = Callable[..., Awaitable[Observation]]
"""A look at a `Target`; told what became of a login (`Learned`), and where a sample takes room (`Room`) if it has to;
`progress`, where a person waits for it, is told which part begins.
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """One device to look at, by the number it has where the work comes from; `host` is where it is, `probe` what the
    log calls the look.
    """

    id: int
    host: str
    probe: str = ""


class Source(Protocol):
    """Where the work of one leased site comes from, and where results go."""

    async def items(self) -> Sequence[Item]:
        """What is to be looked at."""

    async def begin(self, item: Item) -> Target | None:
        """What to look at, once it is written down that it is being looked at; None when it is not to be."""

    def learned(self, item: Item, version: str, state: LoginState) -> None:
        """What became of a login, at once."""

    def steps(self, item: Item) -> Progress | None:
        """What is told which part of a look begins; None where nobody waits for it."""

    async def finish(self, item: Item, observation: Observation) -> None:
        """The result of an item, once it is safe."""

    async def give_up(self, item: Item) -> None:
        """The item could not be looked at for a reason that lies with us."""

    async def put_back(self, item: Item) -> None:
        """The item waits again."""


async def run_site(source: Source, look: Look, at_once: int, free: asyncio.Semaphore, line: Room | None = None) -> None:
    """Every item of `source` that may be begun has a result; at most `at_once` of them at a time, each only when the
    whole worker has room (`free`), and its samples when the `line` of the site has.
    """
    waiting = iter(await source.items())
    hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def drain() -> None:
        for item in waiting:
            async with hosts[item.host], free:
                with looking(item.probe or str(item.id)):
                    await _look_at(item, source, look, line)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(drain())


class _Patient:
    """A line for one look: the time for which it waits for room does not count against its limit."""

    def __init__(self, line: Room, limit: asyncio.Timeout) -> None:
        self._line = line
        self._limit = limit

    @asynccontextmanager
    async def room(self, kbps: int) -> AsyncIterator[None]:
        """Room on the line while the block goes on."""
        seconds = asyncio.get_running_loop().time
        ends, began = self._limit.when(), seconds()
        self._limit.reschedule(None)
        async with self._line.room(kbps):
            if ends is not None:
                self._limit.reschedule(ends + seconds() - began)
            yield


async def _look_at(item: Item, source: Source, look: Look, line: Room | None) -> None:
    try:
        target = await source.begin(item)
        if target is None:
            return
        hide(credential.password for credential in target.credentials)
        began = asyncio.get_running_loop().time()
        told = {} if (progress := source.steps(item)) is None else {"progress": progress}
        observation = await _observed(target, lambda v, s: source.learned(item, v, s), partial(look, **told), line)
        if observation is None:
            await source.give_up(item)
        else:
            await source.finish(item, observation)
            _log.info("Looked at in %.1f s", asyncio.get_running_loop().time() - began)
    except asyncio.CancelledError:
        await asyncio.shield(source.put_back(item))
        raise


async def _observed(target: Target, learned: Learned, look: Look, line: Room | None) -> Observation | None:
    """What was seen; None where the fault is ours, which is logged."""
    try:
        async with asyncio.timeout(target.limits.longest_s + GRACE_S) as limit:
            return await (look(target, learned) if line is None else look(target, learned, _Patient(line, limit)))
    except TimeoutError:
        _log.error("The look at %s went on after its deadline", target.key)
    except Exception:  # noqa: BLE001  (the edge of a look: the others go on)
        _log.exception("The look at %s ended in an error that nobody foresaw", target.key)
    return None
