"""Drawn views of schools, many by seed, at one moment and at another; and what can happen to them.

Strategy: `view(place, seed, moment)` draws the same place with other people, shadows, light and sensor noise at each
moment, as a camera sees it on another day. A happening takes such a picture and gives the one that the camera sends.
"""

from collections.abc import Callable

import cv2
import numpy as np

from tests.probes.image.streams import Picture

SIZE = (1280, 720)
PLACES = ("yard", "gate", "corridor", "classroom")
_FEW = {"corridor": 14, "classroom": 60, "gate": 80, "yard": 120}
Colour = tuple[float, float, float]


def _colour(random: np.random.Generator, low: int = 30, high: int = 220) -> Colour:
    blue, green, red = (float(v) for v in random.integers(low, high, 3))
    return blue, green, red


def _place(place: str, seed: int) -> np.ndarray:
    """What does not move: ground and walls with things on them."""
    random = np.random.default_rng([PLACES.index(place), seed])
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.float32)
    picture[:] = np.linspace(95, 150, height)[:, None, None] + random.normal(0, 12, 3)
    if place in ("yard", "gate"):
        picture[: height // 4] = (215, 195, 165)
    if place == "corridor":  # two walls, a floor, and doors
        for side in (0, width):
            corners = np.array([(side, 0), (width // 2, height // 3), (width // 2, height // 2), (side, height)])
            cv2.fillPoly(picture, [corners.astype(np.int32)], _colour(random, 110, 170))
    for number in range(_FEW[place]):
        x, y = random.integers(0, width), random.integers(height // 5, height)
        size = random.integers(30, 130, 2)
        cv2.rectangle(picture, (int(x), int(y)), (int(x + size[0]), int(y + size[1])), _colour(random), -1)
        if number % 3 == 0:
            cv2.rectangle(picture, (int(x), int(y)), (int(x + size[0]), int(y + size[1])), _colour(random), 3)
    for _ in range(6 * _FEW[place]):
        x, y = random.integers(0, width), random.integers(height // 5, height)
        cv2.circle(picture, (int(x), int(y)), int(random.integers(2, 7)), _colour(random, 10, 200), -1)
    return picture


def view(place: str, seed: int, moment: int = 0, *, people: int = 6) -> np.ndarray:
    """The place at a moment, as light on the sensor: other people, another shadow, another brightness."""
    random = np.random.default_rng([seed, moment, 77])
    picture = _place(place, seed)
    width, height = SIZE
    gain = random.uniform(0.85, 1.15)
    shadow = np.ones((height, width), np.float32)
    at = random.integers(0, width, 3)
    cv2.fillPoly(shadow, [np.array([(at[0], 0), (at[1], height), (at[2], height)], np.int32)], (0.75,))
    picture = picture * gain * cv2.GaussianBlur(shadow, (0, 0), 8)[..., None]
    for _ in range(people):
        x, y = int(random.integers(0, width)), int(random.integers(height // 3, height - 120))
        cv2.ellipse(picture, (x, y + 50), (22, 60), 0, 0, 360, _colour(random), -1)
        cv2.circle(picture, (x, y - 20), 16, (120, 150, 190), -1)
    return picture


def sensor(light: np.ndarray, moment: int = 0, noise: float = 2.0, quality: int = 60) -> Picture:
    """What the camera sends of `light`: noise, a clock in the corner, and an encoder."""
    grain = np.random.default_rng([moment, 5]).normal(0, noise, light.shape[:2])[..., None]
    picture = np.clip(light + grain, 0, 255).astype(np.uint8)
    text = f"2026-11-{10 + moment % 20:02d} 10:14:{moment % 60:02d}"
    cv2.putText(picture, text, (20, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (255, 255, 255), 3)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded: Picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    return decoded


def _warped(light: np.ndarray, shift: tuple[float, float], turn: float = 0.0) -> np.ndarray:
    width, height = SIZE
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    matrix[:, 2] += shift
    return cv2.warpAffine(light, matrix, SIZE, borderMode=cv2.BORDER_REFLECT)


def _cloth(light: np.ndarray) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))
    fall = (1 - 0.15 * (x**2 + y**2))[..., None]
    return np.array([60, 80, 125], np.float32) * fall + 0.02 * cv2.GaussianBlur(light, (0, 0), 40)


def _spray(light: np.ndarray) -> np.ndarray:
    """Paint over all but a rim, through which something blurred comes."""
    thick = np.zeros(SIZE[::-1], np.float32)
    cv2.ellipse(thick, (SIZE[0] // 2, SIZE[1] // 2), (SIZE[0] * 62 // 100, SIZE[1] * 62 // 100), 0, 0, 360, (1.0,), -1)
    thick = cv2.GaussianBlur(thick, (0, 0), 40)[..., None] * 0.97
    return cv2.GaussianBlur(light, (0, 0), 12) * (1 - thick) + np.array([40, 50, 120], np.float32) * thick


def _fog(light: np.ndarray, thick: float) -> np.ndarray:
    """More of it the farther away, which is the higher in the picture."""
    share = np.clip(thick * np.linspace(1.25, 0.7, SIZE[1]), 0, 0.95)[:, None, None]
    return cv2.GaussianBlur(light, (0, 0), 1.0) * (1 - share) + 185.0 * share


def _lorry(light: np.ndarray) -> np.ndarray:
    """Close to the lens: most of the picture is its side."""
    done = light.copy()
    cv2.rectangle(done, (150, 60), (SIZE[0], SIZE[1]), (70, 110, 140), -1)
    for x in range(250, SIZE[0], 260):
        cv2.line(done, (x, 60), (x, SIZE[1]), (50, 85, 110), 4)
    return done


def _headlights(light: np.ndarray) -> np.ndarray:
    glow = np.zeros(SIZE[::-1], np.float32)
    for x in (400, 620):
        cv2.circle(glow, (x, 430), 60, (1.0,), -1)
    return light * 0.3 + cv2.GaussianBlur(glow, (0, 0), 45)[..., None] * 400


def _infrared(light: np.ndarray) -> np.ndarray:
    return np.repeat(cv2.cvtColor(light, cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2)


def _night(light: np.ndarray) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))
    return _infrared(light) * np.exp(-(x**2 + y**2))[..., None]


def _smear(light: np.ndarray) -> np.ndarray:
    done = light.copy()
    done[SIZE[1] // 2 :] = 128
    return done


def _combed(light: np.ndarray) -> np.ndarray:
    done = light.copy()
    done[1::2] = np.roll(light, 14, axis=1)[1::2]
    return done


Happening = Callable[[np.ndarray], np.ndarray]

TAMPERS: dict[str, tuple[str, Happening]] = {
    "covered by a cloth": ("covered", _cloth),
    "sprayed": ("covered", _spray),
    "defocused": ("blurred", lambda light: cv2.GaussianBlur(light, (0, 0), 6)),
    "far out of focus": ("blurred", lambda light: cv2.GaussianBlur(light, (0, 0), 20)),
    "moved by 5 %": ("moved", lambda light: _warped(light, (SIZE[0] * 0.05, 0))),
    "moved by 20 %": ("moved", lambda light: _warped(light, (SIZE[0] * 0.20, 30))),
    "turned by 3 degrees": ("moved", lambda light: _warped(light, (0, 0), 3)),
    "infrared filter stuck by day": ("colourless", _infrared),
    "green tint": ("cast", lambda light: light * np.array([0.8, 1.15, 0.65], np.float32)),
    "overexposed": ("overexposed", lambda light: light * 2.6 + 40),
    "underexposed": ("underexposed", lambda light: (light - 125) * 1.1),
    "grey smear": ("smeared", _smear),
    "fields combed": ("combed", _combed),
}
"""What is wrong: the fact that must say so, and how it looks."""

HARMLESS: dict[str, Happening] = {
    "another day": lambda light: light,
    "a crowd": lambda light: light,
    "moved by 1 %": lambda light: _warped(light, (SIZE[0] * 0.01, 0)),
    "light fog": lambda light: _fog(light, 0.4),
    "thick fog": lambda light: _fog(light, 0.75),
    "a lorry close to the lens": _lorry,
    "headlights": _headlights,
    "night, infrared": _night,
    "low bit rate": lambda light: cv2.GaussianBlur(light, (0, 0), 0.8),
}
"""What is not wrong with the camera."""
FAULTS = ("covered", "blurred", "moved", "cast", "overexposed", "smeared", "combed")
