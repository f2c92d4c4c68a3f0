"""Looks at one picture and says what it shows, as numbers. Pure: an array in, a frozen value out.

Strategy: every answer has three values. True and False are given only where one look cannot be mistaken; None stands
for all between, because thresholds do not carry over from one camera to the next. Everything is judged on a copy of
640 pixels in width, and most of it by blocks, so that a clock written into a corner changes nothing. `covered` and
`moved` need a reference of the same channel in the same light (`compare`): one look never says True for them. Whether
a picture stands still, two looks tell (`album`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from probes.facts.groups import Light
from probes.image import faults
from probes.image.compare import Comparison, compare
from probes.image.picture import WIDTH, Picture, by_block, small
from probes.image.reference import FEWEST_CORNERS, unpack, view
from probes.image.sketch import sketch

GRID = (8, 6)  # blocks across and down: a clock or a name touches less than a quarter of them

BLACK_MEAN = 16.0  # darker than this there is nothing to see; sensors at full gain in the dark stay below
BLACK_SPREAD = 5.0  # noise of such sensors stays below
BLACK_STRUCTURE = 3.0  # blocks that differ by more hold light: noise averages out over a block
DARK_MEAN = 28.0  # a lit scene by lamp or infrared is brighter
LAMP_MEDIAN = 45.0  # in lamp light most of the picture is darker; exposure brings daylight to about 110
OVERLAY = 98.0  # per cent; the brightest rest may be text written into the picture

BLURRED_BELOW = 6.0  # in the sharpest quarter of blocks; drawn scenes out of focus give 1 to 5 after any encoder
SHARP_ABOVE = 60.0  # and sharp ones over 100; both are starting values, no field data stands behind them
NOISY_SHARP_ABOVE = 240.0  # by night, noise counts as sharpness
CONTRAST = 18.0  # without contrast (fog, a wall) a picture has no edges to be blurred

NEAR, SAME = 6, 2  # levels; compression moves a drawn colour by less than NEAR, and hardly in a plain picture
CARD_SHARE = 0.80  # of the picture in one colour: cards have 85 to 100 %, even a sky less
PLAIN_SHARE = 0.96  # the same colour, without a text: a covered lens still has darker corners
SCENE_SHARE, SCENE_LEVELS = 0.50, 64  # less in one colour and more grey levels: a scene
CARD_LEVELS = 24  # colour bars and text cards have fewer grey levels
CARD_SPREAD = 25.0  # and these far apart; a covered lens has few levels too, but close together
FLAT_SHARE = 0.90  # of neighbours within one level: drawn, for sensors have noise
STROKES = 15  # pixels; letters on a card are thinner, lamps and doors are not
TEXT_SHARE = (0.002, 0.15)  # of the picture

KINDS = ("day-colour", "day-infrared", "night-colour", "night-infrared")
"""The kinds of light of which a channel has a reference each."""


@dataclass(frozen=True)
class Look:
    """What one picture shows; None where one look cannot tell. Fields as in `probes.facts.Image`.

    `sharpness` is the variance of the Laplacian at 640 pixels in width, None for smaller pictures.
    `width` and `height` (pixels) are those of the picture as it was decoded; None where only a copy was looked at.
    `kind` is the kind of light by which a reference is chosen, `compared` the same where there was one; `reference` is
    what a later look can be compared with, None of a picture that is not fit for it; `sketch` as in `probes.image`.
    """

    light: Light | None
    black: bool | None
    frozen: bool | None
    blurred: bool | None
    covered: bool | None
    no_signal: bool | None
    luma_mean: float
    sharpness: float | None
    width: int | None = None
    height: int | None = None
    overexposed: bool | None = None
    underexposed: bool | None = None
    colourless: bool | None = None
    smeared: bool | None = None
    combed: bool | None = None
    cast: bool | None = None
    moved: bool | None = None
    shift_percent: float | None = None
    turn_deg: float | None = None
    sharpness_share: float | None = None
    compared: str | None = None
    agrees: bool = False
    kind: str | None = None
    reference: bytes | None = None
    sketch: bytes | None = None


def look(picture: Picture, references: Mapping[str, bytes] | None = None) -> Look:
    """What a BGR picture (height, width, 3; uint8) shows; `references` (by kind of light) are of the same channel."""
    copy = small(picture)
    seen = _alone(copy, wide_enough=picture.shape[1] >= WIDTH)
    if seen.kind is None or seen.sharpness is None:
        return seen
    now = view(copy)
    then = unpack((references or {}).get(seen.kind, b""))
    if then is not None:
        seen = _compared(seen, compare(now, then))
    bad = (seen.covered, seen.blurred, seen.smeared, seen.overexposed)
    fit = True not in bad and len(now.whole.points) >= FEWEST_CORNERS
    return replace(seen, reference=now.reference().pack() if fit else None)


def _alone(copy: Picture, *, wide_enough: bool) -> Look:
    """What the picture shows by itself."""
    grey = cv2.cvtColor(copy, cv2.COLOR_BGR2GRAY)
    laplacian = cv2.Laplacian(grey, cv2.CV_32F)
    no_signal, black = _no_signal(copy, grey), _black(grey)
    light = None if no_signal else _light(copy, grey)
    edges = by_block(laplacian, np.var, GRID)
    lit = light in ("day", "night")
    colourless = faults.colourless(copy) if lit else None
    return Look(
        light=light,
        black=black and not no_signal,
        frozen=None,
        blurred=_blurred(edges, grey, light) if wide_enough else None,
        covered=_covered(edges, light) if wide_enough else None,
        no_signal=no_signal,
        luma_mean=round(float(grey.mean()), 2),
        sharpness=round(float(laplacian.var()), 2) if wide_enough else None,
        overexposed=faults.overexposed(grey) if lit else None,
        underexposed=None if no_signal else faults.underexposed(grey),
        colourless=colourless,
        smeared=faults.smeared(copy) if lit else None,
        kind=f"{light}-{'infrared' if colourless else 'colour'}" if lit else None,
        sketch=sketch(copy) if lit else None,
    )


def _compared(seen: Look, found: Comparison) -> Look:
    """`seen` with what the reference shows; where it cannot tell, what the picture shows alone stays, but for blur: a
    lorry before the lens is no lens out of focus.
    """
    alone = None if seen.blurred else seen.blurred
    return replace(
        seen,
        compared=seen.kind,
        covered=seen.covered if found.covered is None else found.covered,
        blurred=alone if found.blurred is None else found.blurred,
        cast=found.cast,
        moved=found.moved,
        shift_percent=found.shift_percent,
        turn_deg=found.turn_deg,
        sharpness_share=found.sharpness_share,
        agrees=found.agrees,
    )


def _without_overlay(grey: Picture) -> Picture:
    """The pixels without the brightest two per cent."""
    few = grey[::2, ::2]
    kept: Picture = few[few <= np.percentile(few, OVERLAY)]
    return kept


def _black(grey: Picture) -> bool | None:
    """True: flat and dark. None: dark, with a faint something. An unlit corridor at night is black too: `light` and
    the hour tell these apart, and that is the standard's business.
    """
    if grey.mean() > 4 * BLACK_MEAN:
        return False
    kept = _without_overlay(grey)
    if kept.mean() >= BLACK_MEAN or kept.std() >= BLACK_SPREAD:
        return False
    medians = by_block(cv2.blur(grey, (9, 9))[::2, ::2], np.median, GRID)
    return True if float(np.ptp(medians)) < BLACK_STRUCTURE else None


def _light(copy: Picture, grey: Picture) -> Light:
    if _without_overlay(grey).mean() < DARK_MEAN:
        return "dark"
    few = np.median(grey[::2, ::2]) < LAMP_MEDIAN
    return "night" if few or faults.colour(copy) < faults.COLOURLESS else "day"


def _blurred(edges: Picture, grey: Picture, light: Light | None) -> bool | None:
    """By the sharpest quarter of the blocks: a sky has no edges, and a clock in the corner has many."""
    best = float(np.percentile(edges, 75))
    if light == "day":
        if best < BLURRED_BELOW and grey.std() > CONTRAST:
            return True
        return False if best > SHARP_ABOVE else None
    return False if light == "night" and best > NOISY_SHARP_ABOVE else None


def _covered(edges: Picture, light: Light | None) -> bool | None:
    """False when there are edges nearly everywhere; never True: fog and a lorry before the lens look the same."""
    return False if light == "day" and float(np.percentile(edges, 25)) > SHARP_ABOVE else None


def _no_signal(copy: Picture, grey: Picture) -> bool | None:
    """True for a card that a recorder draws: one colour, drawn without noise, with or without thin letters."""
    dominant = np.median(copy[::3, ::3].reshape(-1, copy.shape[2]), axis=0).astype(np.uint8)
    blue, green, red = (
        cv2.absdiff(one, np.full_like(one, shade)) for one, shade in zip(cv2.split(copy), dominant, strict=True)
    )
    away = cv2.max(cv2.max(blue, green), red)
    share, levels = float((away <= NEAR).mean()), _levels(grey)
    if not _drawn(grey):
        return False if share < SCENE_SHARE and levels > SCENE_LEVELS else None
    letters = share > CARD_SHARE and _letters(away > NEAR)
    if dominant.max() < BLACK_MEAN + NEAR:  # black: also a lens cap, and a night with lamps
        return True if letters and levels < CARD_LEVELS else None
    plain = float((away <= SAME).mean()) > PLAIN_SHARE
    if plain or letters or (levels < CARD_LEVELS and grey.std() > CARD_SPREAD):
        return True
    return False if share < SCENE_SHARE and levels > SCENE_LEVELS else None


def _levels(grey: Picture) -> int:
    """How many grey levels it takes to paint 97 % of the picture."""
    counts = np.sort(np.bincount(grey.ravel(), minlength=256))[::-1]
    return int(np.searchsorted(np.cumsum(counts), 0.97 * grey.size)) + 1


def _drawn(grey: Picture) -> bool:
    if grey.shape[1] < 2:
        return False
    return float((cv2.absdiff(grey[:, 1:], grey[:, :-1]) <= 1).mean()) > FLAT_SHARE


def _letters(rest: Picture) -> bool:
    """True when what is not the background is thin, and stands in the middle and not only in the corners."""
    share = float(rest.mean())
    if not TEXT_SHARE[0] < share < TEXT_SHARE[1]:
        return False
    height, width = rest.shape
    middle = rest[height // 5 : height - height // 5, width // 5 : width - width // 5]
    thick = cv2.erode(rest.astype(np.uint8), np.ones((STROKES, STROKES), np.uint8))
    return float(thick.sum()) < 0.1 * float(rest.sum()) and float(middle.sum()) > 0.3 * float(rest.sum())
