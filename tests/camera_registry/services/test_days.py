"""Days and nights are those of the zone where the cameras are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from camera_registry.services.days import day_of, night_of

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 23:00 in the city
MORNING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 06:30 on the 24th


def test_a_day_begins_at_midnight_of_the_zone():
    """In the city seven hours before it does in Greenwich."""
    assert [day_of(at, CITY) for at in (EVENING, MORNING)] == [date(2026, 11, 23), date(2026, 11, 24)]
    assert day_of(MORNING, UTC) == date(2026, 11, 23)


def test_a_night_belongs_to_the_date_of_its_evening():
    """From noon to noon, in the zone of the settings."""
    noon = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    nights = [date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 24)]
    assert [night_of(at, CITY) for at in (EVENING, MORNING, noon)] == nights
    assert night_of(EVENING, UTC) == date(2026, 11, 23)
