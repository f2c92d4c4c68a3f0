"""Daylight: was the sun up at a place at a moment. A black picture cannot show how light it was in front of the camera.

Strategy: the sun counts as up when it stands well above the horizon, so that dawn, dusk and tall houses leave doubt on
the side of night. The place of a site is as it was registered, else a default. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from astral import Observer
from astral.sun import elevation

UP_DEGREES = 10.0
"""Above this the sun counts as up: in the tropics from three quarters of an hour after sunrise until as long before
sunset.
"""

SunUp = Callable[[datetime, float | None, float | None], bool]
"""Whether the sun was up at a moment (UTC) at a latitude and longitude (degrees); None: nobody registered them."""


def by_position(latitude: float, longitude: float) -> SunUp:
    """The sun as it stands in the sky; at these degrees where a site has no position."""

    def up(at: datetime, own_latitude: float | None, own_longitude: float | None) -> bool:
        minute = at.replace(second=0, microsecond=0)
        if own_latitude is not None and own_longitude is not None:
            return _is_up(own_latitude, own_longitude, minute)
        return _is_up(latitude, longitude, minute)

    return up


@lru_cache(maxsize=4096)
def _is_up(latitude: float, longitude: float, minute: datetime) -> bool:
    """Remembered, because the cameras of a recorder are looked at within a few minutes."""
    return elevation(Observer(latitude, longitude), minute) > UP_DEGREES


def always(at: datetime, latitude: float | None, longitude: float | None) -> bool:  # noqa: ARG001  (the form of SunUp)
    """True at any hour and place: for simulated cameras, whose pictures do not know the hour."""
    return True
