"""The what-if: what is stored judged by two editions, each camera counted once, with what either side costs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Site
from camera_registry.services.compare import Asked, Bill, Part, compare, devices_of
from camera_registry.services.record import record
from camera_registry.store import sums
from tests.camera_registry import fleet
from tests.standards.planning.books import book, item, use, work
from tests.standards.sheets import EDITIONS, HD_ONLY, NOW, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}
LENIENT = """id = "lenient"
version = "1"
extends = "hcmc-3288"
title = { vi = "Bản thử", en = "A trial" }
[[rule]]
id = "resolution-main"
expect = { fact = "measured.size", covers = [{ short = 480, long = 640 }], text = { vi = "x", en = "x" } }
within = { encoding = { covers = [{ short = 480, long = 640 }] }, fix = "reconfigure", otherwise = "replace", unknown = "survey" }
"""  # noqa: E501  (a rule is a line or two of the file)
BOOK = book(work("replace", use(item("camera", 1000), "device")))
HALF_PAST_MIDNIGHT = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)  # of the 29th, in the city


@pytest.fixture
def what_if(engine):
    """Adds up the what-if of the registry: an edition against itself."""

    def run(**changed):
        url = engine.url.render_as_string(hide_password=False)
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


def _both_ways(engine, scopes):
    """A camera that is good at its recorder and to be replaced itself, each registered at another site of the school;
    and a good camera.
    """
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        itself = fleet.device(session, school, "CAM-01")
        recorder = fleet.device(session, school, "DG-01", kind="nvr")
        good = fleet.device(session, school, "CAM-02")
        far = Site(school_id=school.id, name="Cơ sở 2")
        session.add(far)
        session.flush()
        recorder.site_id = far.id
        for device, seen in ((itself, SMALL), (recorder, {}), (good, {})):
            record(session, device.id, observed(seen), EDITIONS, NOW, daylight.always)
        for device, scope in zip((itself, recorder), scopes, strict=True):
            fleet.channel(session, device).scope = scope
        fleet.channel(session, itself).recorded_as = fleet.channel(session, recorder).id


@pytest.mark.parametrize("scopes", [("internal", "offered"), ("offered", "internal"), ("offered", "offered")])
def test_a_camera_that_is_seen_through_a_recorder_too_counts_once(engine, what_if, scopes):
    """As in the totals and in readiness: offered when either says so, with the worse of what is known; and its bill."""
    _both_ways(engine, scopes)
    found = what_if()
    with reading(engine) as session:
        (numbers,) = sums.schools(session)
    assert found.every == {("replace", "replace"): 1, ("compliant", "compliant"): 1}
    assert found.every.total() == numbers.compliant + numbers.replace
    assert (found.offered, numbers.offered) == ({("replace", "replace"): 1}, 1)
    assert found.bills == (Bill(1000), Bill(1000))


def test_all_sites_of_a_school_are_judged_together(engine):
    """A camera may be registered at one of them and seen through a recorder at another."""
    _both_ways(engine, ("offered", "offered"))
    assert len({school for school, _ in devices_of(engine, None, None)}) == 1


def test_a_camera_that_flips_is_told_once_where_it_counts(engine, what_if, tmp_path):
    """At the recorder, with the causes of both its places."""
    _both_ways(engine, ("offered", "internal"))
    other = tmp_path / "other.toml"
    other.write_text(LENIENT, encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    asked = Asked(url, str(other), "hcmc-3288", NOW, partial(_always), BOOK)
    (flipped,) = (one for part in compare(asked, devices_of(engine, None, None)) for one in part.flipped)
    assert (flipped.device, flipped.channel, flipped.scope) == ("DG-01", 1, "offered")
    assert (flipped.flip.a.name, flipped.flip.b.name) == ("compliant", "replace")
    assert [cause.b.rule for cause in flipped.flip.causes] == ["resolution-main"]
    assert flipped.bills == (Bill(0), Bill(1000))
