"""Faults of one picture that need no earlier look: too bright, too dark, no colour, smeared, combed. Pure.

Strategy: as in `checks`: True and False where one picture is plain, None between. All thresholds are ours.
"""

from __future__ import annotations

import cv2
import numpy as np

from probes.image.picture import Picture

FULL, EMPTY = 250, 5  # grey levels at which nothing can be told apart any more
MUCH, LITTLE = 0.30, 0.15  # of the pixels; headlights and a window in the sun have less
COLOURLESS, COLOURED = 3.0, 8.0  # mean distance of the channels; exactly 0 in infrared, over 8 in grey rooms by day
SMEAR_SIDE = 16  # pixels of a block; a decoder that lost data leaves whole blocks
SMEAR_SHARE = 0.05
SMEAR_LEVELS = 2  # that such a block may vary by
_EMPTY_SHADES = ((128, 128, 128), (0, 135, 0))  # BGR: what luma and chroma at their middle, and at zero, look like
COMB_RATIO = 1.4  # lines differ more from the next than from the one after that
COMB_STEP = 6.0  # grey levels
COMBED_SHARE, SMOOTH_SHARE = 0.02, 0.004
_COMB_BLOCK, _COMB_APART = 32, 8  # pixels


def overexposed(grey: Picture) -> bool | None:
    """More than 30 % of the pixels are white."""
    return _share(float((grey >= FULL).mean()), MUCH, LITTLE)


def underexposed(grey: Picture) -> bool | None:
    """More than 30 % of the pixels are black: by night that is no fault."""
    return _share(float((grey <= EMPTY).mean()), MUCH, LITTLE)


def colour(small: Picture) -> float:
    """Mean distance of the strongest from the weakest channel (0-255)."""
    blue, green, red = cv2.split(small)
    return float(cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)).mean())


def colourless(small: Picture) -> bool | None:
    """No colour at all: infrared light, or by day a filter that is stuck."""
    found = colour(small)
    return True if found < COLOURLESS else False if found > COLOURED else None


def smeared(small: Picture) -> bool | None:
    """Blocks of exactly the grey or green that a decoder leaves where data was lost."""
    high, wide = (side // SMEAR_SIDE for side in small.shape[:2])
    if not high or not wide:
        return None
    whole = np.ascontiguousarray(small[: high * SMEAR_SIDE, : wide * SMEAR_SIDE])
    middle = cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    shaded = np.any(
        [(np.abs(middle - np.array(shade)) <= 2 * SMEAR_LEVELS).all(axis=-1) for shade in _EMPTY_SHADES], axis=0
    )
    blocks = whole.reshape(high, SMEAR_SIDE, wide, SMEAR_SIDE, 3).swapaxes(1, 2)[shaded]  # few, in most pictures none
    flat = (np.ptp(blocks, axis=(1, 2)) <= SMEAR_LEVELS).all(axis=-1)
    share = float(flat.sum()) / (high * wide)
    return True if share > SMEAR_SHARE else False if share < SMEAR_SHARE / 4 else None


def combed(grey: Picture) -> bool | None:
    """Teeth of two fields at the edges of what moves; `grey` has the lines as they were sent."""
    if min(grey.shape[:2]) < 2 * _COMB_BLOCK:
        return None
    next_one = _block_means(cv2.absdiff(grey[1:-1], grey[:-2]))
    after_that = _block_means(cv2.absdiff(grey[2:], grey[:-2]))
    teeth = (next_one > COMB_STEP) & (next_one > COMB_RATIO * after_that)
    return _share(float(teeth.mean()), COMBED_SHARE, SMOOTH_SHARE)


def _block_means(values: Picture) -> Picture:
    """The means of the blocks of 32 pixels that begin at every eighth pixel; made of small ones, which is faster."""
    high, wide = (side // _COMB_APART for side in values.shape[:2])
    whole = values[: high * _COMB_APART, : wide * _COMB_APART]
    few = cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    each = _COMB_BLOCK // _COMB_APART
    means: Picture = cv2.blur(few, (each, each))
    return means


def _share(value: float, much: float, little: float) -> bool | None:
    return True if value > much else False if value < little else None
