"""The pictures that simulated cameras see, painted with numpy.

Strategy: a still background, painted once per clip, and a few blocks that move over it. The background carries fixed
texture so that it looks sharp, and costs an encoder bits only in key frames.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from probes.simulator.spec import Scene

Picture = NDArray[np.uint8]


def pictures(scene: Scene, width: int, height: int, count: int) -> Iterator[Picture]:
    """`count` pictures of `scene`, each height x width x 3, red green blue. The last leads on to the first.

    A blurred scene is painted like the day: what blurs it is scaling, which is not numpy's business.
    """
    still = _BACKGROUNDS[scene](width, height)
    for index in range(count):
        if scene == "corridor":
            yield _with_grain(still, index)
        else:
            yield _finish(scene, _with_blocks(still, index / count) if scene in _MOVING else still)


def _day(width: int, height: int) -> Picture:
    """A lit yard: sky over ground in colour, fixed grain, bright windows with sharp edges."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    # Grain of two by two pixels: finer grain would not outlive the encoder.
    grain = np.random.default_rng(7).normal(0, 12, ((height + 1) // 2, (width + 1) // 2)).astype(np.float32)
    grain = grain.repeat(2, axis=0).repeat(2, axis=1)[:height, :width, None]
    sky = y < 0.45
    red = np.where(sky, 120 + 60 * x, 150 - 60 * y + 30 * x)
    green = np.where(sky, 170 + 40 * x, 140 - 40 * x)
    blue = np.where(sky, 225 - 40 * y, 70 + 50 * x)
    picture = np.stack([red, green, blue], axis=2) + grain
    step_y, step_x = max(4, height // 18), max(4, width // 32)
    rows, columns = np.mgrid[0:height, 0:width]
    windows = ((rows // step_y) % 3 == 1) & ((columns // step_x) % 3 == 1) & (y > 0.2) & (y < 0.8)
    picture[windows] = picture[windows] * 0.45 + np.array([110, 30, 20], np.float32)
    fence = (y > 0.8) & (columns % max(6, width // 64) < max(2, width // 256))
    picture[fence] = (60, 55, 50)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _black(width: int, height: int) -> Picture:
    """A lens cap."""
    return np.full((height, width, 3), 3, np.uint8)


def _no_signal(width: int, height: int) -> Picture:
    """The card of a recorder without a camera: one blue, and blocks like letters in the middle."""
    picture = np.full((height, width, 3), (16, 32, 160), np.uint8)
    cell = max(4, width // 40)
    top, left = height // 2 - cell, width // 2 - 5 * cell
    for letter in range(5):
        at = left + letter * 2 * cell
        picture[top : top + 2 * cell, at : at + cell] = 235
        picture[top + cell // 2 : top + cell, at + cell // 4 : at + cell // 2] = (16, 32, 160)
    return picture


def _moved(width: int, height: int) -> Picture:
    """The yard, seen by a camera that was turned a little to the side."""
    picture: Picture = np.roll(_day(width, height), width // 12, axis=1)
    return picture


def _covered(width: int, height: int) -> Picture:
    """A cloth over the lens: one soft brown, a little darker towards the corners."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1 - 0.15 * (x * x + y * y)
    cloth: Picture = (fall[..., None] * np.array([125, 85, 60], np.float32)).astype(np.uint8)
    return cloth


def _corridor(width: int, height: int) -> Picture:
    """Walls, a floor and doors by lamp light, where nothing moves and no clock is shown."""
    picture = np.full((height, width, 3), (150, 145, 125), np.uint8)
    picture[height * 2 // 3 :] = (110, 100, 95)
    for number in range(5):
        left = width * (2 * number + 1) // 11
        picture[height // 4 : height * 2 // 3, left : left + width // 14] = (90 + 20 * number, 70, 50)
    return picture


def _with_grain(still: Picture, index: int) -> Picture:
    """`still` with the noise of a sensor, another in every picture."""
    grain = np.random.default_rng(index).normal(0, 4, still.shape[:2])[..., None]
    return np.clip(still + grain, 0, 255).astype(np.uint8)


_BACKGROUNDS = {
    "day": _day,
    "night": _day,
    "blurred": _day,
    "overexposed": _day,
    "ir_stuck": _day,
    "moved": _moved,
    "covered": _covered,
    "corridor": _corridor,
    "black": _black,
    "no_signal": _no_signal,
}
_MOVING = ("day", "night", "blurred", "overexposed", "ir_stuck", "moved")


def _with_blocks(still: Picture, phase: float) -> Picture:
    """`still` with three blocks and a clock bar at their places at `phase` (0 to 1) of the clip."""
    picture = still.copy()
    height, width = still.shape[:2]
    size = max(8, height // 8)
    colours = ((220, 40, 40), (240, 220, 60), (40, 90, 200))
    for number, colour in enumerate(colours):
        angle = 2 * np.pi * (phase + number / 3)
        left = int((width - size) * (0.5 + 0.4 * np.cos(angle)))
        top = int((height - size) * (0.6 + 0.3 * np.sin(angle)))
        picture[top : top + size, left : left + size] = colour
    bar = max(4, height // 40)
    picture[:bar] = 20
    picture[:bar, : max(2, int(width * phase))] = 245
    return picture


def _finish(scene: Scene, picture: Picture) -> Picture:
    """`picture` as the sensor of `scene` sees it."""
    if scene == "overexposed":
        bright: Picture = np.minimum(picture.astype(np.float32) * 1.9 + 70, 255).astype(np.uint8)
        return bright
    if scene not in ("night", "ir_stuck"):
        return picture
    grey = picture.mean(axis=2, dtype=np.float32, keepdims=True)
    if scene == "night":  # infrared light: no colour, darker, and less contrast
        grey = grey * 0.45 + 20
    return np.repeat(grey.astype(np.uint8), 3, axis=2)
