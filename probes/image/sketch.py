"""A sketch of one picture: enough to tell whether a later picture is the very same, and nothing else. Pure.

Strategy: a block of the picture is added up twice with fixed signs, plus and minus without order. Two pictures that
differ by noise of some size differ in these sums by as much, on average over the blocks; so the difference of two
pictures can be had without keeping one. Of some 1,600 pixels of a block two numbers are left: no picture can be made
of them. A clock that goes on changes its own block by far more than noise does.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from probes.image.picture import CELLS, Picture, small

SUMS = 2  # a block; one could stay the same by chance
_SCALE = 16.0  # steps of one grey level
_HEAD = struct.Struct(">HH")
NUMBERS = CELLS[0] * CELLS[1] * SUMS
SIZE = _HEAD.size + 2 * NUMBERS
"""Bytes of a sketch."""


@dataclass(frozen=True)
class Difference:
    """How far two pictures are apart: the mean over all of it, and the most in one block (grey levels)."""

    mean: float
    most: float


def sketch(picture: Picture) -> bytes:
    """The sketch of a BGR picture, `SIZE` bytes."""
    grey = cv2.cvtColor(small(picture), cv2.COLOR_BGR2GRAY).astype(np.float32) - 128.0
    height, width = grey.shape
    sums = []
    for signs in _signs(width, height):
        signed = grey * signs
        for row in np.array_split(signed, CELLS[1]):
            sums += [float(block.sum()) / max(1.0, block.size**0.5) for block in np.array_split(row, CELLS[0], axis=1)]
    numbers = np.clip(np.round(np.array(sums) * _SCALE), -32768, 32767).astype(">i2")
    return _HEAD.pack(width, height) + numbers.tobytes()


def difference(one: bytes, other: bytes) -> Difference | None:
    """How far the two pictures of these sketches are apart; None when they cannot be compared."""
    if len(one) != SIZE or len(other) != SIZE or one[: _HEAD.size] != other[: _HEAD.size]:
        return None
    first, second = (np.frombuffer(part, ">i2", offset=_HEAD.size).astype(np.float64) for part in (one, other))
    apart = (first - second) / _SCALE
    squares = (apart.reshape(SUMS, -1) ** 2).mean(axis=0)
    # The mean of absolute values is 0.8 of the root of the mean square where the differences are noise.
    return Difference(0.8 * float(squares.mean() ** 0.5), float(squares.max() ** 0.5))


@cache
def _signs(width: int, height: int) -> tuple[Picture, ...]:
    """Fixed signs, the same on every machine and in every version of numpy."""
    count = width * height
    made = []
    for number in range(SUMS):
        bits = np.frombuffer(hashlib.shake_128(b"sketch %d" % number).digest((count + 7) // 8), np.uint8)
        made.append(np.unpackbits(bits)[:count].reshape(height, width).astype(np.float32) * 2 - 1)
    return tuple(made)
