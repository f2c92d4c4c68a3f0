"""A JPEG without what stands beside the picture: no EXIF, no position, no thumbnail, no comment. Pure: bytes in, bytes
out, or JpegError; nothing is decoded.

Source: ITU-T T.81 (JPEG), annex B: a file is a row of segments, each a marker and a length, until the scan begins.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SOI, _EOI, _SOS, _DHT, _DQT, _DRI, _ADOBE = 0xD8, 0xD9, 0xDA, 0xC4, 0xDB, 0xDD, 0xEE
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: what phones and browsers write."""
_KEPT = _FRAMES | {_DHT, _DQT, _DRI}
_ADOBE_BYTES = 14
_RESTARTS = range(0xD0, 0xD8)


class JpegError(ValueError):
    """These bytes are no JPEG that can be kept."""


@dataclass(frozen=True)
class Jpeg:
    """A picture of `width` by `height` pixels, with nothing beside it."""

    data: bytes
    width: int
    height: int


def bare(data: bytes) -> Jpeg:
    """The picture alone. Raises JpegError for what is none, and for one that is cut off."""
    if data[:2] != bytes([0xFF, _SOI]):
        raise JpegError("this is no JPEG")
    out, size, position = bytearray(data[:2]), None, 2
    while True:
        marker, body, position = _segment(data, position)
        if marker in _FRAMES:
            size = _size(body)
        if marker in _KEPT or (marker == _ADOBE and body[:5] == b"Adobe" and len(body) == _ADOBE_BYTES - 2):
            out += _written(marker, body)
        elif marker == _SOS:
            if size is None:
                raise JpegError("the scan comes before the frame")
            out += _written(marker, body)
            break
        elif marker == _EOI:
            raise JpegError("there is no picture in it")
    for part in _scans(data, position):
        out += part
    return Jpeg(bytes(out), *size)


def _segment(data: bytes, position: int) -> tuple[int, bytes, int]:
    """A marker, what its segment holds, and where the next one begins."""
    if position + 4 > len(data) or data[position] != 0xFF:
        raise JpegError("a segment is damaged or cut off")
    marker = data[position + 1]
    if marker in (0xFF, _EOI):
        return marker, b"", position + (1 if marker == 0xFF else 2)
    (length,) = struct.unpack_from(">H", data, position + 2)
    if length < 2 or position + 2 + length > len(data):
        raise JpegError("a segment is cut off")
    return marker, data[position + 4 : position + 2 + length], position + 2 + length


def _size(body: bytes) -> tuple[int, int]:
    if len(body) < 6:
        raise JpegError("the frame is cut off")
    height, width = struct.unpack_from(">HH", body, 1)
    if not width or not height:
        raise JpegError("the picture has no size")
    return width, height


def _written(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _scans(data: bytes, position: int) -> Iterator[bytes]:
    """The coded picture: its scans, and the tables between those of a progressive one; nothing after its end."""
    while True:
        end = data.find(0xFF, position)
        if end < 0 or end + 1 >= len(data):
            raise JpegError("the picture is cut off")
        marker = data[end + 1]
        if marker == 0 or marker in _RESTARTS:
            yield data[position : end + 2]
            position = end + 2
        elif marker == _EOI:
            yield data[position : end + 2]
            return
        else:
            yield data[position:end]
            found, body, position = _segment(data, end)
            if found in _KEPT or found == _SOS:
                yield _written(found, body)
