"""When the sun was up: by its height at a place, and always."""

from datetime import UTC, datetime, timedelta

import pytest

from camera_registry import app, daylight
from camera_registry.config import LightSettings, Settings

CITY = (10.78, 106.70)
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 in Ho Chi Minh City


@pytest.mark.parametrize(
    ("utc", "up"),
    [
        ((22, 30), False),  # 05:30, before sunrise
        ((23, 30), False),  # 06:30, the sun is still low: dawn leaves doubt
        ((23, 45), True),  # 06:45
        ((5, 0), True),  # noon
        ((10, 0), False),  # 17:00, dusk in November
        ((15, 0), False),  # 22:00
    ],
)
def test_the_sun_of_a_day_in_the_city(utc, up):
    """Dawn and dusk count as night, the hours between as day."""
    hour, minute = utc
    assert daylight.by_position(*CITY)(NOON.replace(hour=hour, minute=minute), None, None) is up


def test_the_place_of_the_site_goes_over_the_default():
    """Noon in the city is night on the other side of the earth; half a position is none."""
    up = daylight.by_position(*CITY)
    assert up(NOON, 10.9, 106.6)
    assert not up(NOON, -10.78, -73.3)
    assert up(NOON, None, -73.3)


def test_always_is_at_any_hour():
    """Simulated pictures do not know the hour."""
    assert all(daylight.always(NOON + timedelta(hours=h), None, None) for h in range(24))


def test_settings_choose_the_sun():
    """[light] sun: computed at the default place, or always."""
    midnight = NOON + timedelta(hours=12)
    assert app.sun_up(Settings())(NOON, None, None)
    assert not app.sun_up(Settings())(midnight, None, None)
    west = LightSettings(latitude=10.78, longitude=-73.3)
    assert app.sun_up(Settings(light=west))(midnight, None, None)
    assert app.sun_up(Settings(light=LightSettings(sun="always")))(midnight, None, None)
