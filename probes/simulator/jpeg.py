"""JPEG images as RTP payloads (RFC 2435), the part of a JPEG that such a stream carries.

Strategy: bytes in, values out. A payload carries no JPEG headers: the receiver makes them again from type, size and
quantisation tables, so an image must be baseline, 4:2:0, with the standard Huffman tables. Sizes stand in units of
eight pixels in one byte: nothing above 2040 can be said, and other sizes are rounded up.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST = 2040


@dataclass(frozen=True)
class Image:
    """Size in pixels, the luma and the chroma quantisation table one after the other, and the entropy-coded data."""

    width: int
    height: int
    tables: bytes
    scan: bytes


def parse(data: bytes) -> Image:
    """The image in `data`; ValueError for one that RFC 2435 type 1 cannot carry."""
    tables: dict[int, bytes] = {}
    frame = b""
    at = 2
    while True:
        marker, length = struct.unpack_from("!HH", data, at)
        segment = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xFFDB:
            tables |= _quantisation(segment)
        elif marker == 0xFFC0:
            frame = segment
        elif marker == 0xFFDA:
            break
    height, width = struct.unpack_from("!xHH", frame)
    # Components of three bytes: id, sampling, table. Type 1 is 2x2 for luma and 1x1 for both chroma.
    if frame[7] != 0x22 or frame[10] != 0x11 or max(width, height) > LARGEST:
        raise ValueError(f"RFC 2435 cannot carry this JPEG ({width}x{height}, sampling {frame[7]:#x})")
    end = data.rindex(b"\xff\xd9")
    return Image(width, height, tables[frame[8]] + tables[frame[11]], data[at:end])


def _quantisation(segment: bytes) -> dict[int, bytes]:
    """The 8-bit tables of one DQT segment by their number."""
    return {segment[at] & 0x0F: segment[at + 1 : at + 65] for at in range(0, len(segment), 65)}


def payloads(image: Image, room: int) -> Iterator[bytes]:
    """`image` in payloads of at most `room` bytes; the tables go with the first (Q 255: they may change)."""
    size = bytes([1, 255, (image.width + 7) // 8, (image.height + 7) // 8])
    at = 0
    while at < len(image.scan):
        head = struct.pack("!I", at) + size  # type-specific 0, then 24 bits of offset
        if at == 0:
            head += struct.pack("!BBH", 0, 0, len(image.tables)) + image.tables
        piece = image.scan[at : at + room - len(head)]
        yield head + piece
        at += len(piece)
