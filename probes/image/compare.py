"""A picture against a reference of the same channel and the same light: covered, blurred, moved, tinted. Pure.

Strategy: thresholds do not carry over from one camera to the next, and they do from one night to the next of the same
camera. True and False are given only where the evidence is plain; None for all between. A fog takes contrast and with
it sharpness, so blur is said only where contrast stayed; and what still shows corners of the old view is not covered.
Of the 64 corners that are kept, 12 that agree are as sure as 25 of some hundred. All thresholds are starting values of
ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot

import cv2
import numpy as np

from probes.image.picture import Picture
from probes.image.reference import Reference, View

COVERED_BLOCKS = 0.80  # of the blocks that showed something before show nothing now
SHOWING = 6.0  # grey levels of standard deviation in a block that shows something
LOST = 0.35  # of its variation: a block that has less shows nothing any more
EDGES_LEFT = 0.25  # of the edges: more of them are a fog or a lorry with something beside it
SHOWN_BLOCKS = 0.30  # of the blocks of a reference must show something, or nothing can be said of a cover
BLURRED_SHARE, SHARP_SHARE = 0.35, 0.70  # of the reference's sharpness
CONTRAST_LEFT, ALIKE = 0.75, 0.6  # between blocks, and their correlation, of a view that is only out of focus
SHIFT = 3.0  # per cent of the width
TURN = 2.0  # degrees
NEAR_BITS = 64  # of 256 in which two codes of one corner may differ
OFF_PX = 3.0  # pixels that a corner may be off the common movement
FOUND_AGAIN = 12  # corners, of 64, that must agree; by chance no more than four do
NONE_FOUND = 8  # fewer are no proof of the old view
MANY = 40  # corners of a reference, of which not to find eight means something
UNLIKE = 0.20  # correlation of the blocks below which two pictures show different views
TINTED = 14.0  # distance in a*, b*
SAME_TINT = 7.0


@dataclass(frozen=True)
class Comparison:
    """What the reference shows of the picture; None where it cannot tell.

    `shift_percent` (of the width) and `turn_deg` are the movement of the view, None when it was not found again;
    `sharpness_share` is the sharpness over that of the reference; `agrees`: nothing worth a word has changed.
    """

    covered: bool | None = None
    blurred: bool | None = None
    moved: bool | None = None
    cast: bool | None = None
    shift_percent: float | None = None
    turn_deg: float | None = None
    sharpness_share: float | None = None

    @property
    def agrees(self) -> bool:
        """True when the view was found again and nothing of it is bad."""
        return self.moved is False and not (self.covered or self.blurred or self.cast)


def compare(now: View, then: Reference) -> Comparison:
    """`now` against `then`, which is of the same light; pictures of different shapes cannot be compared."""
    if (now.whole.width, now.whole.height) != (then.width, then.height):
        return Comparison()
    found, shift, turn = _movement(now, then)
    covered = _covered(now.whole, then, found)
    share = now.whole.sharpness / then.sharpness if then.sharpness > 0 else None
    moved = None if covered else _moved(now.whole, then, found, shift, turn)
    return Comparison(
        covered=covered,
        blurred=None if covered or moved or share is None else _blurred(now.whole, then, share),
        moved=moved,
        cast=_cast(now.whole, then) if found >= FOUND_AGAIN else None,
        shift_percent=_rounded(shift) if found >= FOUND_AGAIN else None,
        turn_deg=_rounded(turn) if found >= FOUND_AGAIN else None,
        sharpness_share=_rounded(share),
    )


def _covered(now: Reference, then: Reference, found: int) -> bool | None:
    """True when nearly all that showed something has become flat, the edges are gone, and no corner is left."""
    showed = then.spread >= SHOWING
    if found >= FOUND_AGAIN:
        return False
    if showed.mean() < SHOWN_BLOCKS:
        return None
    lost = (now.spread[showed] < LOST * then.spread[showed]).mean()
    if lost < 1 - COVERED_BLOCKS:
        return False
    gone = lost > COVERED_BLOCKS and now.edges < EDGES_LEFT * then.edges and found < NONE_FOUND
    return True if gone else None


def _blurred(now: Reference, then: Reference, share: float) -> bool | None:
    """By sharpness, where bright and dark stand as they did: fog takes contrast and sharpness both, and a lorry before
    the lens or a lamp that shines into it is another picture.
    """
    if share > SHARP_SHARE:
        return False
    contrast = _contrast(now.luma) / max(0.01, _contrast(then.luma))
    same = contrast > CONTRAST_LEFT and _correlation(now.luma, then.luma) > ALIKE
    return True if share < BLURRED_SHARE and same else None


def _moved(now: Reference, then: Reference, found: int, shift: float, turn: float) -> bool | None:
    """By the corners that were found again. Where none was, only another view with as much to see is one that moved;
    a busy crowd, rain and another hour hide corners too.
    """
    if found >= FOUND_AGAIN:
        return shift > SHIFT or abs(turn) > TURN
    as_much = len(now.points) >= MANY and len(then.points) >= MANY
    alike = max(_correlation(now.luma, then.luma), _correlation(now.spread, then.spread))
    return True if found < NONE_FOUND and as_much and alike < UNLIKE else None


def _cast(now: Reference, then: Reference) -> bool | None:
    """A tint that the same view did not have in the same light; a lorry before the lens is another view."""
    away = hypot(now.tint[0] - then.tint[0], now.tint[1] - then.tint[1])
    return True if away > TINTED else False if away < SAME_TINT else None


def _movement(now: View, then: Reference) -> tuple[int, float, float]:
    """Corners that agree on one movement, its shift of the middle (per cent of the width), and its turn (degrees)."""
    if min(len(now.whole.points), len(then.points)) < NONE_FOUND:
        return 0, 0.0, 0.0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(then.codes, now.whole.codes)
    near = [pair for pair in pairs if pair.distance < NEAR_BITS]
    if len(near) < NONE_FOUND:
        return 0, 0.0, 0.0
    there = then.points[[pair.queryIdx for pair in near]]
    here = now.whole.points[[pair.trainIdx for pair in near]]
    matrix, agree = cv2.estimateAffinePartial2D(there, here, method=cv2.RANSAC, ransacReprojThreshold=OFF_PX)
    if matrix is None:
        return 0, 0.0, 0.0
    middle = np.array([then.width / 2, then.height / 2, 1.0])
    gone = matrix @ middle - middle[:2]
    turn = degrees(atan2(matrix[1, 0], matrix[0, 0]))
    return int(agree.sum()), 100.0 * float(np.hypot(*gone)) / then.width, turn


def _contrast(luma: Picture) -> float:
    """How far the blocks differ, over their brightness: the sun changes both alike, and fog parts them."""
    return float(luma.std()) / max(1.0, float(luma.mean()))


def _correlation(one: Picture, other: Picture) -> float:
    if one.std() < 1 or other.std() < 1:
        return 1.0  # nothing to tell them apart by
    return float(np.corrcoef(one, other)[0, 1])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(min(value, 9999.0), 2)
