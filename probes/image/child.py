"""What one child does with one key frame: sets its limits, reads, decodes, looks, answers, ends.

Strategy: the bytes come from a camera and may be hostile, so the process that decodes them has nothing to lose: one
socket, no files, no memory and no time beyond its limits, and only the numbers of a `Look` go back. The limits stand
before the first byte is read. Runs in a process forked by `probes.image.server`, and only there.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

from probes.image import checks, wire

Picture = np.ndarray[Any, np.dtype[Any]]


class Decoded(NamedTuple):
    """A picture, at most as wide as the checks need, and the size it was decoded to (pixels)."""

    picture: Picture
    width: int
    height: int


Reader = Callable[[bytes], Decoded]

LARGEST_PICTURE = 40_000_000  # pixels; the largest cameras have 33 million
MEMORY = 640 * 1024 * 1024  # bytes above what the server holds; 33 megapixels in 4:4:4 and its copies fit
FILES = 4  # 0, 1, 2 and the socket


def run(data: socket.socket, deadline_s: float, readers: Mapping[str, Reader]) -> None:
    """Answers one request on `data` with one JSON object; the caller ends the process afterwards."""
    limit(deadline_s)
    codec, frame = _request(data)
    data.sendall(json.dumps(answer(codec, frame, readers)).encode())


def limit(deadline_s: float) -> None:
    """Sets the limits of this process for good. The alarm is for the case that the server is gone."""
    seconds = max(1, int(deadline_s) + 1)
    memory = _address_space() + MEMORY
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: FILES,
    }
    for name, value in limits.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    signal.setitimer(signal.ITIMER_REAL, deadline_s + 1.0)


def _address_space() -> int:
    """Bytes of address space in use, which the libraries of the server take and a limit must leave room for."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no /proc: what the libraries take on Linux, and some room
        return 2 * 1024**3


def _request(data: socket.socket) -> tuple[str, bytes]:
    name, size = wire.HEADER.unpack(_exactly(data, wire.HEADER.size))
    return name.rstrip(b"\0").decode(), _exactly(data, min(size, wire.LARGEST_FRAME))


def _exactly(data: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = data.recv(min(65536, size - len(parts)))
        if not part:
            os._exit(0)  # the one who asked is gone
        parts += part
    return bytes(parts)


def answer(codec: str, frame: bytes, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The look as a JSON object, or `{"error": …}` with one word of this module."""
    if codec not in readers:
        return {"error": wire.NO_READER}
    try:
        decoded = readers[codec](frame)
        return asdict(replace(checks.look(decoded.picture), width=decoded.width, height=decoded.height))
    except (MemoryError, av.error.MemoryError):
        return {"error": wire.NO_MEMORY}
    except Exception:  # noqa: BLE001 - whatever a decoder raises: the frame is no picture
        return {"error": wire.NO_PICTURE}


def _decoded(decoder: str, frame: bytes) -> Decoded:
    """The first whole picture in `frame`, as BGR."""
    context: Any = av.CodecContext.create(decoder, "r")
    context.thread_count = 1
    context.options = {"max_pixels": str(LARGEST_PICTURE), "err_detect": "explode"}
    for packet in (av.Packet(frame), None):
        for picture in context.decode(packet):
            if not picture.is_corrupt:
                return Decoded(_array(picture), picture.width, picture.height)
    raise ValueError("no picture")


def _array(picture: Any) -> Picture:
    width, height = picture.width, picture.height
    if width > checks.WIDTH:
        width, height = checks.WIDTH, max(1, height * checks.WIDTH // width)
    array: Picture = picture.to_ndarray(format="bgr24", width=width, height=height, interpolation="AREA")
    return array


READERS: Mapping[str, Reader] = {
    "h264": lambda frame: _decoded("h264", frame),
    "h265": lambda frame: _decoded("hevc", frame),
    "mjpeg": lambda frame: _decoded("mjpeg", frame),
    "mpeg4": lambda frame: _decoded("mpeg4", frame),
}
