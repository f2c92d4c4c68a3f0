"""Children where there is no fork: each key frame has a program of its own (`probes.image.alone`).

Strategy: what the system does not limit is limited from here: the time by killing the child, the memory by looking at
it ten times a second and killing it when it has taken too much (a child that takes it faster than that has it for a
tenth of a second). On POSIX the child has the limits of `probes.image.child` besides. On Windows it has no others: it
may open files, start processes and use the network, and what it started does not end with it. A child costs some tenths
of a second, in which the decoder is loaded.
"""

from __future__ import annotations

import asyncio
import json
import subprocess  # our own program, without a shell  # nosec B404
import sys
from contextlib import suppress

import psutil

from probes.image import wire
from probes.image.surroundings import environment

STARTING_S = 30.0  # seconds until the child has loaded the decoder; 0.5 on an idle machine
MEMORY = 640 * 1024 * 1024  # bytes above what the child had before it read the frame: as `probes.image.child`
WATCHED_EVERY_S = 0.1
_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # on Windows: Ctrl-C is for the program alone
_TOO_MUCH = json.dumps({"error": wire.NO_MEMORY}).encode()


class Spawner:
    """Makes a child for each look; there is nothing to start before, and nothing to lose."""

    starting_s = STARTING_S
    alive = True

    def __init__(self, module: str) -> None:
        self._module = module

    async def ready(self) -> None:
        """Returns at once."""

    async def ask(self, codec: str, data: bytes, deadline_s: float, told: bytes) -> tuple[bytes, bytes, int]:
        """What the child wrote, how it ended (EXIT, SIGNAL, DEADLINE), and its status or signal. Raises EOFError for
        one that did not begin, and TimeoutError.
        """
        words = [sys.executable, "-P", "-m", self._module, f"{deadline_s:g}"]
        child = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            start_new_session=True,
            creationflags=_NEW_GROUP,
        )
        watching: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(STARTING_S):
                await _begun(child)
            watching = asyncio.create_task(_watch(child))
            request = wire.HEADER.pack(codec.encode()[:16], len(data), len(told)) + data + told
            async with asyncio.timeout(deadline_s):
                reply, status = await _answer(child, request)
        except TimeoutError:
            if watching is None:
                raise
            return b"", wire.DEADLINE, 0
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            if watching is not None:
                watching.cancel()
                await asyncio.wait([watching])
        if watching.cancelled() is False and watching.exception() is None:
            return _TOO_MUCH, wire.EXIT, 0
        died = status < 0 or status > _LARGEST_STATUS
        return reply, wire.SIGNAL if died else wire.EXIT, abs(status)

    def close(self) -> None:
        """Nothing is left: each look ends its child."""

    def kill(self) -> None:
        """The same."""


_LARGEST_STATUS = 0xFF
"""Of a program that ended by itself; what Windows says of one that crashed is larger."""


async def _begun(child: asyncio.subprocess.Process) -> None:
    """Returns when the child can read its frame. Raises EOFError."""
    if child.stdout is None or await child.stdout.read(1) != wire.READY:
        raise EOFError


async def _answer(child: asyncio.subprocess.Process, request: bytes) -> tuple[bytes, int]:
    """What the child says to `request`, cut where it is too long, and how it ended."""
    if child.stdin is None or child.stdout is None:
        raise EOFError
    child.stdin.write(request)
    with suppress(BrokenPipeError, ConnectionResetError):  # a child that is dead takes nothing; its status says why
        await child.stdin.drain()
    reply = b""
    while len(reply) < wire.LARGEST_ANSWER and (part := await child.stdout.read(wire.LARGEST_ANSWER - len(reply))):
        reply += part
    if len(reply) == wire.LARGEST_ANSWER:
        child.kill()
    return reply, await child.wait()


async def _watch(child: asyncio.subprocess.Process) -> None:
    """Ends, with the child, when that has taken too much memory; goes on until it is cancelled otherwise."""
    with suppress(psutil.Error):
        seen = psutil.Process(child.pid)
        allowed = seen.memory_info().rss + MEMORY
        while seen.memory_info().rss <= allowed:  # noqa: ASYNC110  (another process sets no event of this loop)
            await asyncio.sleep(WATCHED_EVERY_S)
        with suppress(ProcessLookupError):
            child.kill()
        return
    await asyncio.Event().wait()
