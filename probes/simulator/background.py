"""Cameras in a thread with a loop of their own, for programs and tests that are synchronous themselves."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any

from probes.simulator.camera import Camera
from probes.simulator.spec import CameraSpec


@contextlib.asynccontextmanager
async def running_async(*specs: CameraSpec) -> AsyncIterator[tuple[Camera, ...]]:
    """Cameras of `specs` that listen in this loop until the block ends."""
    cameras: list[Camera] = []
    try:
        for spec in specs:
            cameras.append(Camera(spec))
            await cameras[-1].start()
        yield tuple(cameras)
    finally:
        for camera in cameras:
            await camera.stop()


@contextlib.contextmanager
def running(*specs: CameraSpec) -> Iterator[tuple[Camera, ...]]:
    """Cameras of `specs` that listen in a thread until the block ends; their addresses and counters may be read."""
    started: Future[tuple[tuple[Camera, ...], asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        async with running_async(*specs) as cameras:
            started.set_result((cameras, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=_run_until_stopped, args=(run, started), name="cameras", daemon=True)
    thread.start()
    try:
        cameras, loop, stop = started.result()
    except BaseException:
        thread.join()
        raise
    try:
        yield cameras
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _run_until_stopped(run: Callable[[], Coroutine[None, None, None]], started: Future[Any]) -> None:
    """`run` has ended; a failure before the cameras listened is given to whoever waits for `started`."""
    try:
        asyncio.run(run())
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
