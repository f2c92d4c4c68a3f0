"""A fleet in a thread with a loop of its own, for programs and tests that are synchronous themselves."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future

from probes.simulator.fleet.fleet import Fleet, running_fleet
from probes.simulator.fleet.mix import Mix


@contextlib.contextmanager
def running(mix: Mix) -> Iterator[Fleet]:
    """A fleet of `mix` that answers in a thread until the block ends; its lines and what it saw may be read."""
    started: Future[tuple[Fleet, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        try:
            async with running_fleet(mix) as fleet:
                started.set_result((fleet, asyncio.get_running_loop(), stop))
                await stop.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="fleet", daemon=True)
    thread.start()
    try:
        fleet, loop, stop = started.result()
    except BaseException:
        thread.join()
        raise
    try:
        yield fleet
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
