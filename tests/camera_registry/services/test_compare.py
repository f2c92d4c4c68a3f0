"""The what-if: what is stored judged by two editions, each camera counted once, with what either side costs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest

from camera_registry import daylight
from camera_registry.database import writing
from camera_registry.services.compare import Asked, Bill, Part, compare, devices_of
from camera_registry.services.record import record
from tests.camera_registry import fleet
from tests.standards.books import book, item, use, work
from tests.standards.sheets import EDITIONS, HD_ONLY, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}
BOOK = book(work("replace", use(item("camera", 1000), "device")))
HALF_PAST_MIDNIGHT = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)  # of the 29th, in the city


@pytest.fixture
def what_if(engine):
    """Adds up the what-if of the registry: an edition against itself."""

    def run(**changed):
        url = engine.url.render_as_string()
        asked = Asked(url, "hcmc-3288", "hcmc-3288", HALF_PAST_MIDNIGHT, partial(_always), BOOK)
        parts = list(compare(replace(asked, **changed), devices_of(engine, None, None)))
        return sum(parts, Part())

    return run


def _always():
    return daylight.always


def test_a_warranty_ends_with_the_day_of_the_zone(engine, what_if):
    """Half an hour into the next day nobody pays any more, whatever day it still is in Greenwich."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        camera = fleet.device(session, school, "CAM-01", warranty_until=date(2026, 11, 28))
        fleet.channel(session, camera).scope = "offered"
        record(session, camera.id, observed(SMALL), EDITIONS, HALF_PAST_MIDNIGHT, daylight.always)
    assert what_if().bills == (Bill(1000), Bill(1000))
    assert what_if(zone=UTC).bills == (Bill(0), Bill(0))
