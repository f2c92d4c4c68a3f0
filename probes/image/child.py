"""What one child does with one key frame: sets its limits, reads, decodes, looks, answers, ends.

Strategy: the bytes come from a camera and may be hostile, so the process that decodes them has nothing to lose: one
socket, no files, no memory and no time beyond its limits, and only the numbers of a `Look` go back. The limits stand
before the first byte is read. Runs in a process forked by `probes.image.server`, and only there.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import av
import cv2
import numpy as np

from probes.image import checks, faults, wire
from probes.image.picture import WIDTH, Picture

if sys.platform != "win32":
    import resource


class Decoded(NamedTuple):
    """A picture, at most as wide as the checks need, and the size it was decoded to (pixels). `combed`: only the lines
    as they were sent show it.
    """

    picture: Picture
    width: int
    height: int
    combed: bool | None = None


Reader = Callable[[bytes], Decoded]
Receive = Callable[[int], bytes]
"""So many bytes of the request at most; none when whoever asked is gone."""

LARGEST_PICTURE = 40_000_000  # pixels; the largest cameras have 33 million
MEMORY = 640 * 1024 * 1024  # bytes above what the server holds; 33 megapixels in 4:4:4 and its copies fit
INTERLACED_HEIGHTS = (240, 288, 480, 576, 1080)  # lines; analogue pictures, and 1080i
FILES = 4  # 0, 1, 2 and the socket


def run(data: socket.socket, deadline_s: float, readers: Mapping[str, Reader]) -> None:
    """Answers one request on `data` with one JSON object; the caller ends the process afterwards."""
    limit(deadline_s)
    data.sendall(answered(data.recv, readers))


def answered(receive: Receive, readers: Mapping[str, Reader]) -> bytes:
    """The answer to the request that `receive` brings, as JSON."""
    codec, frame, references = _request(receive)
    return json.dumps(answer(codec, frame, readers, references), default=_base64).encode()


def limit(deadline_s: float) -> None:
    """Sets the limits of this process for good. The alarm is for the case that the server is gone.

    Windows has none of them: there the child may open files, start processes and use the network as the person may who
    runs it, and its time and memory are limited by whoever started it alone (`probes.image.spawning`).
    """
    if sys.platform == "win32":
        return
    seconds = max(1, int(deadline_s) + 1)
    memory = _address_space() + MEMORY
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,  # no process and no thread; root is not held by it, so the server ends the group
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


def _request(receive: Receive) -> tuple[str, bytes, dict[str, bytes]]:
    """Codec, key frame, and references by kind of light."""
    name, size, more = wire.HEADER.unpack(_exactly(receive, wire.HEADER.size))
    frame = _exactly(receive, min(size, wire.LARGEST_FRAME))
    references = json.loads(_exactly(receive, min(more, wire.LARGEST_REFERENCES)) or b"{}")
    return name.rstrip(b"\0").decode(), frame, {kind: base64.b64decode(body) for kind, body in references.items()}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _exactly(receive: Receive, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = receive(min(65536, size - len(parts)))
        if not part:
            os._exit(0)  # the one who asked is gone
        parts += part
    return bytes(parts)


def warm(readers: Mapping[str, Reader]) -> None:
    """Everything that a look needs is loaded, and used once, in one thread: under the limits nothing can be loaded."""
    cv2.setNumThreads(1)
    grey = np.full((48, 64, 3), 128, np.uint8)
    answer("mjpeg", cv2.imencode(".jpg", grey)[1].tobytes(), readers)
    checks.look(_corners())


def _corners() -> Picture:
    """A picture with corners in it: what OpenCV makes ready at the first ones costs each child 70 ms otherwise."""
    rows, columns = np.indices((360, 640)) // 24
    return np.repeat(((rows + columns) % 2 * 200 + 20).astype(np.uint8)[..., None], 3, axis=2)


def answer(
    codec: str, frame: bytes, readers: Mapping[str, Reader], references: Mapping[str, bytes] | None = None
) -> dict[str, Any]:
    """The look as a JSON object, or `{"error": …}` with one word of this module."""
    if codec not in readers:
        return {"error": wire.NO_READER}
    try:
        decoded = readers[codec](frame)
        seen = checks.look(decoded.picture, references)
        combed = decoded.combed if seen.kind else None
        return asdict(replace(seen, width=decoded.width, height=decoded.height, combed=combed))
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
                return Decoded(_array(picture), picture.width, picture.height, _combed(picture))
    raise ValueError("no picture")


def _array(picture: Any) -> Picture:
    width, height = picture.width, picture.height
    if width > WIDTH:
        width, height = WIDTH, max(1, height * WIDTH // width)
    # one thread: a second one is not allowed here (`limit`)
    array: Picture = picture.to_ndarray(format="bgr24", width=width, height=height, interpolation="AREA", threads=1)
    return array


def _combed(picture: Any) -> bool | None:
    """Of the middle of the picture, where most moves, in lines as they were sent; None of sizes nobody interlaces."""
    if picture.height not in INTERLACED_HEIGHTS or picture.format.name not in ("yuv420p", "yuvj420p", "yuv422p"):
        return None
    plane = picture.planes[0]
    luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: picture.height, : picture.width]
    return faults.combed(luma[picture.height // 4 : -picture.height // 4])


READERS: Mapping[str, Reader] = {
    "h264": lambda frame: _decoded("h264", frame),
    "h265": lambda frame: _decoded("hevc", frame),
    "mjpeg": lambda frame: _decoded("mjpeg", frame),
    "mpeg4": lambda frame: _decoded("mpeg4", frame),
}
