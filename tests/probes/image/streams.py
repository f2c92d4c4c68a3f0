"""Real streams made with the encoders in the PyAV wheel, and a bit writer for headers that no encoder writes."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from json import loads
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

Picture = np.ndarray[Any, np.dtype[np.uint8]]


def encode(
    codec: str,
    pictures: Sequence[Picture],
    *,
    fps: Fraction | int = 25,
    pix_fmt: str = "yuv420p",
    params: str = "",
    **options: str,
) -> bytes:
    """An Annex B stream of BGR pictures; `params` are x264 or x265 parameters."""
    context: Any = av.CodecContext.create(codec, "w")
    context.height, context.width = pictures[0].shape[:2]
    context.pix_fmt = pix_fmt
    context.framerate = Fraction(fps)
    context.time_base = 1 / Fraction(fps)
    if codec == "libx265":
        options["x265-params"] = f"log-level=none:{params}"
    elif params:
        options["x264-params"] = params
    context.options = options
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pix_fmt)
        frame.pts = number
        packets += context.encode(frame)
    return b"".join(bytes(packet) for packet in [*packets, *context.encode(None)])


def plain(width: int, height: int, count: int = 2) -> list[Picture]:
    """Pictures of one shade each."""
    return [np.full((height, width, 3), 60 + 10 * number, np.uint8) for number in range(count)]


def nals(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B stream."""
    return [part for part in re.split(rb"\x00\x00\x00?\x01", stream) if part]


def decoded(codec: str, stream: bytes) -> dict[str, Any]:
    """What FFmpeg's own decoder reads in a stream."""
    context: Any = av.CodecContext.create(codec, "r")
    for packet in [*context.parse(stream), *context.parse(None), None]:
        for frame in context.decode(packet):
            return {
                "width": context.width,
                "height": context.height,
                "profile": context.profile,
                "fps": float(context.framerate),
                "interlaced": bool(frame.interlaced_frame),
            }
    raise AssertionError("FFmpeg found no picture")


def ffprobed(stream: bytes, form: str, folder: Path) -> dict[str, Any]:
    """What the ffprobe command reads in a stream; the test is skipped where there is none."""
    ffprobe = shutil.which("ffprobe")
    if ffprobe is None:
        pytest.skip("no ffprobe on this machine")
    file = folder / f"stream.{form}"
    file.write_bytes(stream)
    command = [ffprobe, "-v", "error", "-f", form, "-show_streams", "-of", "json", str(file)]
    answer: dict[str, Any] = loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"][0]
    return answer


class BitWriter:
    """Writes the fields of a header one after the other."""

    def __init__(self) -> None:
        self._bits = ""

    def u(self, bits: int, value: int) -> "BitWriter":
        """`value` in `bits` bits."""
        assert 0 <= value < 1 << bits
        self._bits += format(value, f"0{bits}b") if bits else ""
        return self

    def ue(self, *values: int) -> "BitWriter":
        """Exp-Golomb codes."""
        for value in values:
            code = format(value + 1, "b")
            self._bits += "0" * (len(code) - 1) + code
        return self

    def se(self, *values: int) -> "BitWriter":
        """Signed Exp-Golomb codes."""
        return self.ue(*(2 * value - 1 if value > 0 else -2 * value for value in values))

    def nal(self, header: bytes) -> bytes:
        """The NAL unit: header, fields, stop bit, with emulation prevention."""
        bits = self._bits + "1"
        bits += "0" * (-len(bits) % 8)
        raw = int(bits, 2).to_bytes(len(bits) // 8, "big")
        return header + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", raw)
