"""The fork server as the asking process sees it: the process that forks, and the socket to it. POSIX alone.

Strategy: `probes.image.server` has the decoder loaded; a child of it costs some milliseconds, where a new program
(`probes.image.spawning`) costs hundreds.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess  # our own programs, without a shell  # nosec B404
import sys
from contextlib import suppress

from probes.image import wire
from probes.image.surroundings import environment

GRACE_S = 3.0  # seconds in which the server ends by itself


class ForkServer:
    """The process that forks, and the socket to it. `starting_s`: what a look may take longer for being the first."""

    starting_s = 0.0

    def __init__(self, module: str) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell  # nosec B603
                [sys.executable, "-P", "-m", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program, which then closes the socket
                env=environment(),
                cwd="/",
            )
        self._control.setblocking(False)

    @property
    def alive(self) -> bool:
        """False once the process has ended."""
        return self._process.poll() is None

    async def ready(self) -> None:
        """Returns when the server can fork."""
        if await asyncio.get_running_loop().sock_recv(self._control, 1) != wire.READY:
            raise EOFError

    async def ask(self, codec: str, data: bytes, deadline_s: float, told: bytes) -> tuple[bytes, bytes, int]:
        """What the child wrote, how it ended (EXIT, SIGNAL, DEADLINE), and its status or signal."""
        ours, child = socket.socketpair()
        status, theirs = socket.socketpair()
        with ours, status:
            with child, theirs:
                socket.send_fds(self._control, [wire.REQUEST.pack(deadline_s)], [child.fileno(), theirs.fileno()])
            ours.setblocking(False)
            status.setblocking(False)
            request = wire.HEADER.pack(codec.encode()[:16], len(data), len(told)) + data + told
            sending = asyncio.create_task(_send(ours, request))
            try:  # the server's word comes when the child has ended, and an end without a word when the server has
                how, number = wire.ENDED.unpack(await _exactly(status, wire.ENDED.size))
            finally:
                sending.cancel()
                await asyncio.wait([sending])
            return await _until_end(ours, wire.LARGEST_ANSWER), how, number

    def close(self) -> None:
        """Closes the socket, at which the server ends; kills it when it does not. Blocks until it is gone."""
        self._control.close()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the server at once. Children still there end by their own alarm."""
        self._control.close()
        self._process.kill()
        self._process.wait()


async def _send(end: socket.socket, data: bytes) -> None:
    """Sends what the child takes; a child that is dead takes nothing, and its status says why."""
    with suppress(BrokenPipeError, ConnectionResetError):
        await asyncio.get_running_loop().sock_sendall(end, data)


async def _until_end(end: socket.socket, most: int) -> bytes:
    """Everything until the other end closes, and no more than `most` bytes."""
    loop, parts = asyncio.get_running_loop(), b""
    with suppress(ConnectionResetError):
        while len(parts) < most and (part := await loop.sock_recv(end, most - len(parts))):
            parts += part
    return parts


async def _exactly(end: socket.socket, size: int) -> bytes:
    parts = await _until_end(end, size)
    if len(parts) < size:
        raise EOFError
    return parts
