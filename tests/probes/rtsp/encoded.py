"""Real access units from the encoders in the PyAV wheel, unit by unit, and a decoder to see what was kept of them."""

import re
from fractions import Fraction
from typing import Any

import av
import numpy as np

SIZE = (320, 240)
Units = list[bytes]


def access_units(encoder: str, params: str = "", *, count: int = 8, **options: str) -> list[Units]:
    """The NAL units of each encoded picture, in the order in which they are sent; 25 pictures a second."""
    context: Any = av.CodecContext.create(encoder, "w")
    context.width, context.height = SIZE
    context.pix_fmt = "yuv420p"
    context.framerate = 25
    context.time_base = Fraction(1, 25)
    kind = "x265-params" if encoder == "libx265" else "x264-params"
    quiet = "log-level=none:" if encoder == "libx265" else ""
    context.options = {kind: quiet + params, **options}
    noise = np.random.default_rng(3)
    packets = []
    for number in range(count):
        picture = noise.integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        packets += context.encode(frame)
    packets += context.encode(None)
    return [[nal for nal in re.split(rb"\x00\x00\x00?\x01", bytes(packet)) if nal] for packet in packets]


def decoded_size(codec: str, data: bytes) -> tuple[int, int]:
    """(width, height) of the one picture that FFmpeg decodes from `data`."""
    context: Any = av.CodecContext.create({"h265": "hevc"}.get(codec, codec), "r")
    frames = [frame for packet in [av.Packet(data), None] for frame in context.decode(packet)]
    assert len(frames) == 1
    assert not frames[0].is_corrupt
    return frames[0].width, frames[0].height
