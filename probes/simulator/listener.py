"""One listening port of a camera: accepts, counts, and misbehaves below the level of any protocol.

Strategy: a conversation runs in a task of its own that this class can end, so stopping a camera leaves no open socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

from probes.simulator.certificate import server_tls
from probes.simulator.messages import NotAMessage
from probes.simulator.refusals import Door
from probes.simulator.spec import Fault
from probes.simulator.state import CameraState

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_GONE = (ConnectionError, asyncio.IncompleteReadError, TimeoutError, NotAMessage, ValueError)


class Listener:
    """A TCP port at a camera's address and the conversations at it."""

    def __init__(self, state: CameraState, door: Door, serve: Serve) -> None:
        self._state, self._door, self._serve = state, door, self._behaviour(state, serve)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int | None) -> int:
        """The port that is listened at from now on; with the fault `offline_…`, one at which nothing listens."""
        if self._state.has("offline_onvif" if self._door == "onvif" else "offline_rtsp"):
            return port or _free_port(self._state.host)
        tls = server_tls(self._state.spec, self._state.host) if self._door in self._state.spec.tls else None
        self._server = await asyncio.start_server(self.connected, self._state.host, port or 0, ssl=tls)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """The port is closed and every conversation has ended."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
        await asyncio.sleep(0)  # aborted transports close their sockets in the next turn of the loop

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The conversation on an accepted connection has ended, and nothing is left of it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  for the type checker  # nosec B101
        self._tasks.add(task)
        self._state.counters.connected(self._door)
        try:
            with contextlib.suppress(*_GONE):
                await self._serve(reader, writer)
                writer.close()
                await writer.wait_closed()
        except asyncio.CancelledError:
            pass  # `stop` asked for it, and asyncio 3.11 reports a connection's task that ends as cancelled
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    @staticmethod
    def _behaviour(state: CameraState, serve: Serve) -> Serve:
        """`serve`, or the first misbehaviour of the spec that takes its place."""
        return next((wrong for fault, wrong in _INSTEAD.items() if state.has(fault)), serve)


async def _say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while await reader.read(4096):
        pass


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    protocol = (await reader.readuntil(b"\r\n")).split()[-1].split(b"/")[0]
    writer.write((b"RTSP/1.0" if protocol == b"RTSP" else b"HTTP/1.1") + b" 200 OK\r\nX-Filler: ")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(4096)
    writer.write(bytes(range(256)) * 8 + b"\r\n\r\n")
    await writer.drain()


_INSTEAD: dict[Fault, Serve] = {"silent": _say_nothing, "drip_headers": _drip, "garbage": _garbage}


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
