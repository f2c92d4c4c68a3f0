"""Which sweeps say that a whole school is out of reach, and when a digest tells it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Outage, Site, Sweep, SweepItem
from camera_registry.services.digest import Asking, of_cameras
from camera_registry.services.noticing import Noticing
from camera_registry.services.waivers import Desk
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUT, LEFT = ("failed", "unreachable"), ("skipped", "window_over")


@pytest.fixture
def school(engine):
    """The number of a school with two devices, at one site."""
    with writing(engine) as session:
        made = fleet.school(session, "A-01")
        fleet.device(session, made, "DG-01", kind="nvr", host="192.168.1.64")
        fleet.device(session, made, "CAM-01", host="192.168.1.65")
        return made.id


def _ended(engine, items, kind="night", at=AT, noticed=AT + timedelta(minutes=1)):
    """A sweep with these items (code, state and reason) has ended, and what comes of it is noticed."""
    with writing(engine) as session:
        begun = at - HOUR
        sweep = Sweep(night=f"{kind}{at}", kind=kind, state="done", school_day=True, planned_at=begun, started_at=begun,
                      ended_at=at)  # fmt: skip
        session.add(sweep)
        session.flush()
        for code, (state, reason) in items.items():
            device = session.exec(select(fleet.Device).where(fleet.Device.code == code)).one()
            session.add(SweepItem(sweep_id=sweep.id, site_id=device.site_id, device_id=device.id, state=state,
                                  reason=reason, ended_at=at))  # fmt: skip
    Noticing(engine, lambda: noticed).after_sweeps()


def _open(engine):
    with reading(engine) as session:
        return [row.ended_at is None for row in session.exec(select(Outage)).all()]


def test_a_device_that_is_silent_for_long_is_no_school_out_of_reach(engine, school):
    """By day only it is looked at, and nobody was there; nor does its answer end anything."""
    _ended(engine, {"DG-01": OUT}, "day")
    assert _open(engine) == []
    _ended(engine, {"DG-01": OUT, "CAM-01": OUT}, at=AT + HOUR)
    _ended(engine, {"DG-01": ("done", "")}, "day", AT + 2 * HOUR)
    assert _open(engine) == [True]


def test_a_school_without_power_at_night_is_out_of_reach_by_day(engine, school):
    """All of it is looked at by day. Where another site has power, the night says it."""
    with writing(engine) as session:
        site = session.exec(select(Site)).one()
        site.day_window = True
        session.add(site)
    _ended(engine, {"DG-01": OUT, "CAM-01": OUT}, "day")
    assert _open(engine) == [True]
    _ended(engine, {"DG-01": OUT, "CAM-01": ("done", "")}, "day", AT + HOUR)
    assert _open(engine) == [False]
    with writing(engine) as session:
        lit = Site(school_id=school, name="Cơ sở 2")
        session.add(lit)
        session.flush()
        session.add(fleet.Device(school_id=school, site_id=lit.id, code="CAM-02", kind="ip_camera", host="10.0.0.9"))
    _ended(engine, {"DG-01": OUT, "CAM-01": OUT}, "day", AT + 2 * HOUR)
    assert _open(engine) == [False]


def test_a_sweep_that_did_not_come_to_its_end_at_a_school_begins_nothing_there(engine, school):
    """Who was not looked at may be there. Who answered is back all the same."""
    _ended(engine, {"DG-01": OUT, "CAM-01": LEFT})
    assert _open(engine) == []
    _ended(engine, {"DG-01": OUT, "CAM-01": OUT}, at=AT + HOUR)
    _ended(engine, {"DG-01": ("done", ""), "CAM-01": LEFT}, at=AT + 2 * HOUR)
    assert _open(engine) == [False]


def test_what_was_seen_before_a_digest_and_noticed_after_it_is_told_by_the_next(engine, school):
    """Of its beginning, and of its end."""

    def told(since, now):
        with reading(engine) as session:
            digest = of_cameras(session, Asking(since, EDITIONS, Desk(now, Terms(), "Asia/Ho_Chi_Minh")))
            return len(digest.outages), len(digest.back)

    digests = [AT + n * 24 * HOUR for n in range(-1, 4)]
    _ended(engine, {"DG-01": OUT, "CAM-01": OUT}, at=digests[1] - HOUR, noticed=digests[1] + HOUR)
    assert [told(a, b) for a, b in pairwise(digests)] == [(0, 0), (1, 0), (0, 0), (0, 0)]
    _ended(engine, {"DG-01": ("done", "")}, at=digests[3] - HOUR, noticed=digests[3] + HOUR)
    assert told(digests[2], digests[3]) == (0, 0)
    assert told(digests[3], digests[4]) == (0, 1)
