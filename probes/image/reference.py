"""What is kept of a view so that a later look can be compared with it: numbers, and never a picture. Pure.

Strategy: children are in these pictures, so what is kept must not show one. A thumbnail of 64x36 is left out: it is a
small picture. Kept are, for a grid of 16 by 9 blocks, how bright each is and how much it varies (a block is a sixteenth
of the view, a whole pupil is one number or less); a few numbers of the whole picture; and at most 64 ORB corners. A
corner is its place and 256 comparisons of smoothed points, of a copy 320 pixels wide, on which the head of somebody
5 m away has 6 pixels: less than a fifth of the patch that a corner describes. No brightness can be had from comparisons
of points, and corners stand apart, one or two a block, so no face can be put together from them. Corners near the upper
and lower edge are not taken: a clock and a name stand there, and they stay where they are when the view moves.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import cv2
import numpy as np

from probes.image.picture import CELLS, Picture, by_block, small

VERSION = 1
CORNER_WIDTH = 320  # pixels of the copy on which corners are looked for
CORNERS = 64
EACH_BLOCK = 2  # corners kept of one block, so that they spread over the view
OVERLAY = 0.12  # of the height, above and below, where a clock and names stand
FEWEST_CORNERS = 25  # a view with fewer cannot be found again
BLOCKS = CELLS[0] * CELLS[1]
_HEAD = struct.Struct(">BBHHffffB")
LARGEST = _HEAD.size + 2 * BLOCKS + CORNERS * 36
"""Bytes of a packed reference at most."""
_STEP = 1.0 / 4  # grey levels of one unit in which the variation of a block is kept


@dataclass(frozen=True, eq=False)
class Reference:
    """One view: `width` and `height` in pixels of the copy with the corners; `luma` (0-255) and `spread` (standard
    deviation in grey levels) a block; `sharpness` the variance of the
    Laplacian on that copy, without its upper and lower edge; `tint` the mean a* and b* less 128;
    `edges` the share of pixels on an edge; `points` (n, 2) in pixels and `codes` (n, 32) the corners.
    """

    width: int
    height: int
    sharpness: float
    tint: tuple[float, float]
    edges: float
    luma: Picture
    spread: Picture
    points: Picture
    codes: Picture

    def pack(self) -> bytes:
        """The reference as at most `LARGEST` bytes."""
        head = _HEAD.pack(VERSION, 0, self.width, self.height, self.sharpness, *self.tint, self.edges, len(self.points))
        spread = np.clip(self.spread / _STEP, 0, 255).astype(np.uint8)
        points = np.clip(np.round(self.points * 16), 0, 65535).astype(">u2")
        return b"".join((head, self.luma.astype(np.uint8).tobytes(), spread.tobytes(), points.tobytes(), self._bits()))

    def _bits(self) -> bytes:
        return self.codes.astype(np.uint8).tobytes()


def unpack(data: bytes) -> Reference | None:
    """The inverse of `Reference.pack`; None for what is none, or of another version."""
    if len(data) < _HEAD.size or len(data) > LARGEST or data[0] != VERSION:
        return None
    _, _, width, height, sharpness, red, yellow, edges, count = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + 2 * BLOCKS + count * 36 or not np.isfinite([sharpness, red, yellow, edges]).all():
        return None
    rest = data[_HEAD.size :]
    luma, spread = (np.frombuffer(rest, np.uint8, BLOCKS, at).astype(np.float32) for at in (0, BLOCKS))
    points = np.frombuffer(rest, ">u2", 2 * count, 2 * BLOCKS).astype(np.float32).reshape(-1, 2) / 16
    codes = np.frombuffer(rest, np.uint8, 32 * count, 2 * BLOCKS + 4 * count).reshape(-1, 32)
    return Reference(width, height, sharpness, (red, yellow), edges, luma, spread * _STEP, points, codes)


@dataclass(frozen=True, eq=False)
class View:
    """A picture with all its corners, of which a reference keeps the best; fields as in `Reference`."""

    whole: Reference
    response: Picture

    def reference(self) -> Reference:
        """What is kept of this view: of each block the strongest corners, the strongest of all first."""
        kept, places = list[int](), dict[tuple[int, int], int]()
        width, height = self.whole.width, self.whole.height
        for index in np.argsort(-self.response, kind="stable"):
            x, y = self.whole.points[index]
            place = int(x * CELLS[0] / width), int(y * CELLS[1] / height)
            inside = OVERLAY * height < y < (1 - OVERLAY) * height
            if inside and places.get(place, 0) < EACH_BLOCK and len(kept) < CORNERS:
                places[place] = places.get(place, 0) + 1
                kept.append(int(index))
        whole = self.whole
        return Reference(
            whole.width,
            whole.height,
            whole.sharpness,
            whole.tint,
            whole.edges,
            whole.luma,
            whole.spread,
            whole.points[kept],
            whole.codes[kept],
        )


def view(picture: Picture) -> View:
    """The view of a BGR `picture`."""
    copy = small(picture)
    grey = cv2.cvtColor(copy, cv2.COLOR_BGR2GRAY)
    height = max(CELLS[1], grey.shape[0] * CORNER_WIDTH // grey.shape[1])
    few = cv2.resize(grey, (CORNER_WIDTH, height), interpolation=cv2.INTER_AREA)
    luma, spread = by_block(few, cv2.meanStdDev, CELLS).reshape(-1, 2).T.astype(np.float32)
    lab = cv2.cvtColor(copy[::2, ::2], cv2.COLOR_BGR2LAB)
    tint = (float(lab[..., 1].mean()) - 128.0, float(lab[..., 2].mean()) - 128.0)
    edges = float((cv2.Canny(few, 60, 120) > 0).mean())
    edge = int(OVERLAY * height)
    sharpness = float(cv2.Laplacian(few[edge : height - edge], cv2.CV_32F).var())
    points, codes, response = _corners(few)
    whole = Reference(CORNER_WIDTH, height, sharpness, tint, edges, luma, spread, points, codes)
    return View(whole, response)


def _corners(grey: Picture) -> tuple[Picture, Picture, Picture]:
    found, codes = cv2.ORB.create(nfeatures=600, fastThreshold=10, nlevels=4).detectAndCompute(grey, None)
    if codes is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8), np.zeros(0, np.float32)
    return np.array([one.pt for one in found], np.float32), codes, np.array([one.response for one in found], np.float32)
