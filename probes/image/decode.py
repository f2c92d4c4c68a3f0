"""Decodes one key frame in a process of its own and says what it shows.

Strategy: a hostile stream may crash, hang or eat memory; so every frame gets a fresh child of a fork server
(`probes.image.server`) that is told nothing but the bytes and a deadline, and that gives back nothing but numbers. The
server starts with the first look and again after it was lost. A worker pool would not do: killing one of its workers
loses the pool, and a worker that lives on lets one camera's damage taint the next. Only this file and the server know
that there is a fork: where there is none, another `_Server` that spawns is all that is needed.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import os
import signal
import socket
import subprocess  # our own programs, without a shell  # nosec B404
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import probes
from probes.errors import CameraFault, OurFault
from probes.facts.groups import Light
from probes.image import reference, sketch, wire
from probes.image.checks import KINDS, Look

AT_ONCE = 2  # children; a night of 100,000 pictures needs less than one core
STARTING_S = 30.0  # seconds; 0.3 on an idle machine
GRACE_S = 3.0  # seconds after the deadline until the server itself counts as hanging
LARGEST_ANSWER = 8192  # bytes; a look is 600, its reference and sketch in base64 are 4,400

LARGEST_SIDE = 65_536  # pixels

_LARGE_PIECES = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_TOP_PAD_": "33554432",
}
"""glibc takes huge pages (from 2.35 on) and gives nothing back meanwhile: mallopt(3). Others ignore these names."""

_LARGEST = {"luma_mean": 255.0, "sharpness": 1e7, "shift_percent": 1e4, "turn_deg": 360.0, "sharpness_share": 1e4}
_BYTES = {"reference": reference.LARGEST, "sketch": sketch.SIZE}
_WORDS = {"light": get_args(Light), "kind": KINDS, "compared": KINDS}


class Looker:
    """Looks at key frames, two at a time; belongs to one event loop. `module` is the program of the server."""

    def __init__(self, module: str = "probes.image.server") -> None:
        self._module = module
        self._server: _Server | None = None
        self._starting = asyncio.Lock()
        self._free = asyncio.Semaphore(AT_ONCE)

    async def look(
        self, codec: str, data: bytes, deadline_s: float = 5.0, references: Mapping[str, bytes] | None = None
    ) -> Look:
        """What the key frame shows: `data` is an access unit with its parameter sets (Annex B), or a JPEG file;
        `references` are those of the channel by kind of light.

        `deadline_s` counts from the moment a child is free. Raises CameraFault (malformed_reply) when the decoder
        finds no whole picture or dies of it, OurFault at a limit of time, memory or size; both with step image.decode.
        FFmpeg often calls its own lack of memory "invalid data": then that is a CameraFault.
        """
        if len(data) > wire.LARGEST_FRAME:
            raise OurFault("image.decode", f"a key frame of {len(data)} bytes")
        told = _told(references or {})
        async with self._free:
            server = await self._running()
            try:
                async with asyncio.timeout(deadline_s + GRACE_S):
                    reply, how, number = await server.ask(codec, data, deadline_s, told)
            except (TimeoutError, OSError, EOFError) as error:
                self._drop(server)
                raise OurFault("image.decode", f"the fork server is lost ({type(error).__name__})") from error
        return _judge(codec, reply, how, number, deadline_s)

    async def aclose(self) -> None:
        """Ends the server and its children; a later look starts it again."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.close)

    async def _running(self) -> _Server:
        async with self._starting:
            if self._server is not None and not self._server.alive:
                self._drop(self._server)
            if self._server is None:
                server = _Server(self._module)
                try:
                    async with asyncio.timeout(STARTING_S):
                        await server.ready()
                except (TimeoutError, OSError, EOFError) as error:
                    server.kill()
                    raise OurFault("image.decode", "the fork server does not start") from error
                except BaseException:
                    server.kill()
                    raise
                self._server = server
            return self._server

    def _drop(self, server: _Server) -> None:
        server.kill()
        if self._server is server:
            self._server = None


class _Server:
    """The process that forks, and the socket to it."""

    def __init__(self, module: str) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell  # nosec B603
                [sys.executable, "-P", "-m", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program, which then closes the socket
                env=_environment(),
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
            return await _until_end(ours, LARGEST_ANSWER), how, number

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


def _told(references: Mapping[str, bytes]) -> bytes:
    """The references as the child reads them; none where they are too long to be ours."""
    told = json.dumps({kind: base64.b64encode(body).decode() for kind, body in references.items()}).encode()
    return told if references and len(told) <= wire.LARGEST_REFERENCES else b""


def _environment() -> dict[str, str]:
    """What the server may know: where Python and our code are, to use one thread, and to take memory in large pieces
    (each child has all of its pages to touch anew). No secret of ours.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    here = str(Path(probes.__file__ or "").resolve().parent.parent)
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    return {**kept, **single, **_LARGE_PIECES, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1"}


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


def _judge(codec: str, reply: bytes, how: bytes, number: int, deadline_s: float) -> Look:
    if how == wire.DEADLINE or (how == wire.SIGNAL and number in (signal.SIGXCPU, signal.SIGALRM)):
        raise OurFault("image.decode", f"stopped after {deadline_s:g} s")
    if how == wire.SIGNAL:
        raise CameraFault("malformed_reply", "image.decode", f"decoder died (signal {number})")
    answer = _parsed(reply)
    error = answer.get("error")
    if error == wire.NO_MEMORY:
        raise OurFault("image.decode", "the picture takes too much memory")
    if error == wire.NO_READER:
        raise OurFault("image.decode", f"no decoder for {codec}")
    if error is not None:
        raise CameraFault("malformed_reply", "image.decode", f"no whole picture in the {codec} key frame")
    return _look(answer)


def _parsed(reply: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(reply)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise CameraFault("malformed_reply", "image.decode", "decoder gave no answer")
    return answer


def _look(answer: dict[str, Any]) -> Look:
    """The look, when every field is of its kind: a decoder that was taken over cannot send anything else."""
    names = [field.name for field in fields(Look)]
    if sorted(answer) != sorted(names) or not all(_fits(name, answer[name]) for name in names):
        raise CameraFault("malformed_reply", "image.decode", "decoder gave a strange answer")
    return Look(**{**answer, **{name: _bytes(answer[name]) for name in _BYTES}})


def _fits(name: str, value: Any) -> bool:
    if value is None:
        return name not in ("luma_mean", "width", "height", "agrees")
    if name in ("width", "height"):
        return type(value) is int and 0 < value <= LARGEST_SIDE
    if name in _LARGEST:
        least = -_LARGEST[name] if name == "turn_deg" else 0
        return type(value) in (int, float) and math.isfinite(value) and least <= value <= _LARGEST[name]
    if name in _BYTES:
        return isinstance(value, str) and len(_bytes(value) or b"") in range(1, _BYTES[name] + 1)
    return value in _WORDS[name] if name in _WORDS else isinstance(value, bool)


def _bytes(text: str | None) -> bytes | None:
    """The bytes of base64; nothing where it is none."""
    try:
        return None if text is None else base64.b64decode(text, validate=True)
    except ValueError:
        return None
