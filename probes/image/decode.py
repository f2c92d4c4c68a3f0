"""Decodes one key frame in a process of its own and says what it shows.

Strategy: a hostile stream may crash, hang or eat memory; so every frame gets a fresh child that is told nothing but the
bytes and a deadline, and that gives back nothing but numbers. Children come from a fork server (`probes.image.forking`)
that starts with the first look and again after it was lost; where there is no fork, each is a program of its own
(`probes.image.spawning`). A worker pool would not do: killing one of its workers loses the pool, and a worker that
lives on lets one camera's damage taint the next.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import signal
import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Protocol, get_args

from probes.errors import CameraFault, OurFault
from probes.facts.groups import Light
from probes.image import reference, sketch, wire
from probes.image.checks import KINDS, Look
from probes.image.forking import ForkServer
from probes.image.spawning import Spawner

AT_ONCE = 2  # children; a night of 100,000 pictures needs less than one core
STARTING_S = 30.0  # seconds; 0.3 on an idle machine
GRACE_S = 3.0  # seconds after the deadline until the server itself counts as hanging
LARGEST_SIDE = 65_536  # pixels

_LARGEST = {"luma_mean": 255.0, "sharpness": 1e7, "shift_percent": 1e4, "turn_deg": 360.0, "sharpness_share": 1e4}
_BYTES = {"reference": reference.LARGEST, "sketch": sketch.SIZE}
_WORDS = {"light": get_args(Light), "kind": KINDS, "compared": KINDS}


_OUT_OF_TIME = {int(getattr(signal, name)) for name in ("SIGXCPU", "SIGALRM") if hasattr(signal, name)}


class Server(Protocol):
    """What makes children: a fork server, or what spawns them. `starting_s`: what a child may take to begin."""

    starting_s: float

    @property
    def alive(self) -> bool:
        """False once it can make none any more."""

    async def ready(self) -> None:
        """Returns when it can make children."""

    async def ask(self, codec: str, data: bytes, deadline_s: float, told: bytes) -> tuple[bytes, bytes, int]:
        """What the child wrote, how it ended (EXIT, SIGNAL, DEADLINE), and its status or signal."""

    def close(self) -> None:
        """Ends it; blocks until it is gone."""

    def kill(self) -> None:
        """Ends it at once."""


class Looker:
    """Looks at key frames, two at a time; belongs to one event loop. `spawn`: by children that are spawned and not
    forked; None: where there is no fork. `module` is the program of the fork server, or of a spawned child.
    """

    def __init__(self, module: str | None = None, *, spawn: bool | None = None) -> None:
        self._spawn = sys.platform == "win32" if spawn is None else spawn
        self._module = module or ("probes.image.alone" if self._spawn else "probes.image.server")
        self._server: Server | None = None
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
                async with asyncio.timeout(server.starting_s + deadline_s + GRACE_S):
                    reply, how, number = await server.ask(codec, data, deadline_s, told)
            except (TimeoutError, OSError, EOFError) as error:
                self._drop(server)
                raise OurFault("image.decode", f"the decoding process is lost ({type(error).__name__})") from error
        return _judge(codec, reply, how, number, deadline_s)

    async def aclose(self) -> None:
        """Ends the server and its children; a later look starts it again."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.close)

    async def _running(self) -> Server:
        async with self._starting:
            if self._server is not None and not self._server.alive:
                self._drop(self._server)
            if self._server is None:
                server: Server = Spawner(self._module) if self._spawn else ForkServer(self._module)
                try:
                    async with asyncio.timeout(STARTING_S):
                        await server.ready()
                except (TimeoutError, OSError, EOFError) as error:
                    server.kill()
                    raise OurFault("image.decode", "the decoding process does not start") from error
                except BaseException:
                    server.kill()
                    raise
                self._server = server
            return self._server

    def _drop(self, server: Server) -> None:
        server.kill()
        if self._server is server:
            self._server = None


def _told(references: Mapping[str, bytes]) -> bytes:
    """The references as the child reads them; none where they are too long to be ours."""
    told = json.dumps({kind: base64.b64encode(body).decode() for kind, body in references.items()}).encode()
    return told if references and len(told) <= wire.LARGEST_REFERENCES else b""


def _judge(codec: str, reply: bytes, how: bytes, number: int, deadline_s: float) -> Look:
    if how == wire.DEADLINE or (how == wire.SIGNAL and number in _OUT_OF_TIME):
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
