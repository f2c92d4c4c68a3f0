"""Pictures as cameras and recorders make them, drawn: nobody's school is in them."""

import cv2
import numpy as np

from tests.probes.image.streams import Picture

SIZE = (1280, 720)


def yard(size: tuple[int, int] = SIZE) -> Picture:
    """A yard by day: sky, a building with windows, trees, sensor noise."""
    width, height = size
    random = np.random.default_rng(3)
    picture = np.zeros((height, width, 3), np.float32)
    picture[:] = np.linspace(90, 150, height)[:, None, None] + np.array([20, 5, -15])
    picture[: height // 4] = (215, 190, 160)
    for _ in range(220):
        x, y = random.integers(0, width), random.integers(height // 5, height)
        shade = tuple(float(v) for v in random.integers(20, 235, 3))
        cv2.rectangle(picture, (int(x), int(y)), (int(x + width // 14), int(y + height // 12)), shade, -1)
    for _ in range(900):
        x, y = random.integers(0, width), random.integers(height // 4, height)
        cv2.circle(
            picture, (int(x), int(y)), max(2, width // 300), tuple(float(v) for v in random.integers(10, 200, 3))
        )
    return _sensor(picture, 2.0)


def _sensor(picture: np.ndarray, noise: float) -> Picture:
    grain = np.random.default_rng(5).normal(0, noise, picture.shape[:2])[..., None]
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def defocused(size: tuple[int, int] = SIZE) -> Picture:
    """The yard with the lens out of focus."""
    return cv2.GaussianBlur(yard(size), (0, 0), size[0] / 60)


def infrared(size: tuple[int, int] = SIZE) -> Picture:
    """The yard by infrared light: no colour, a bright middle, dark corners."""
    grey = cv2.cvtColor(yard(size), cv2.COLOR_BGR2GRAY).astype(np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    lit = grey * np.exp(-(x**2 + y**2))
    return _sensor(np.repeat(lit[..., None], 3, axis=2), 4.0)


def lamps(size: tuple[int, int] = SIZE) -> Picture:
    """The yard at night with a few lamps, in colour."""
    picture = yard(size).astype(np.float32) * 0.22
    for at in (0.2, 0.5, 0.8):
        glow = np.zeros((size[1], size[0]), np.float32)
        cv2.circle(glow, (int(at * size[0]), size[1] // 3), size[0] // 30, 1.0, -1)
        picture += cv2.GaussianBlur(glow, (0, 0), size[0] / 30)[..., None] * np.array([150, 220, 255], np.float32)
    return _sensor(picture, 3.0)


def capped(size: tuple[int, int] = SIZE) -> Picture:
    """A lens with its cap on, with the noise of the sensor."""
    return _sensor(np.full((size[1], size[0], 3), 4.0, np.float32), 1.5)


def unlit(size: tuple[int, int] = SIZE) -> Picture:
    """A corridor at night with a faint lamp at its far end."""
    picture = np.full((size[1], size[0], 3), 5.0, np.float32)
    cv2.circle(picture, (size[0] // 3, size[1] // 2), size[0] // 5, (14.0, 14.0, 14.0), -1)
    return _sensor(cv2.GaussianBlur(picture, (0, 0), size[0] / 20), 1.5)


def card(shade: tuple[int, int, int], text: str = "", size: tuple[int, int] = SIZE) -> Picture:
    """A card that a recorder draws instead of a picture."""
    picture = np.full((size[1], size[0], 3), shade, np.uint8)
    if text:
        scale = size[0] / 420
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 6)
        at = ((size[0] - width) // 2, (size[1] + height) // 2)
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 6)
    return picture


def bars(size: tuple[int, int] = SIZE) -> Picture:
    """Colour bars."""
    shades = np.array([[255 * (n & 1), 255 * (n >> 1 & 1), 255 * (n >> 2 & 1)] for n in range(7, -1, -1)], np.uint8)
    return np.repeat(np.repeat(shades[None], size[0] // 8, axis=1), size[1], axis=0)


def with_clock(picture: Picture) -> Picture:
    """The picture with time and name written into its corners, as cameras do."""
    done, (height, width) = picture.copy(), picture.shape[:2]
    cv2.putText(done, "2026-11-23 22:14:05", (20, height // 12), cv2.FONT_HERSHEY_SIMPLEX, width / 900, (255,) * 3, 3)
    at = (width - width // 3, height - height // 20)
    cv2.putText(done, "CAM 07 SAN TRUONG", at, cv2.FONT_HERSHEY_SIMPLEX, width / 1300, (255,) * 3, 2)
    return done


def cloth(size: tuple[int, int] = SIZE, noise: float = 0.0) -> Picture:
    """A cloth over the lens: soft, and a little darker towards the corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    return _sensor(np.array([88, 96, 105], np.float32) * (1 - 0.15 * (x**2 + y**2))[..., None], noise)
