"""The copy of a picture that everything is judged on, and how it is cut into blocks. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[Any]]

WIDTH = 640  # pixels; fine enough for edges, small enough for 5 ms
CELLS = (16, 9)  # blocks across and down in which a view is compared with an earlier one


def small(picture: Picture) -> Picture:
    """`picture`, at most 640 pixels wide."""
    height, width = picture.shape[:2]
    if width <= WIDTH:
        return picture
    return cv2.resize(picture, (WIDTH, max(1, height * WIDTH // width)), interpolation=cv2.INTER_AREA)


def by_block(values: Picture, measure: Callable[[Picture], Any], grid: tuple[int, int]) -> Picture:
    """One number for each block of `grid` (across, down), row by row."""
    rows = np.array_split(values, min(grid[1], values.shape[0]))
    return np.array([measure(block) for row in rows for block in np.array_split(row, grid[0], axis=1) if block.size])
