"""Sweeps in the store: one holder of a site, one final state of an item, and an end that is reached."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from camera_registry.database import reading, writing
from camera_registry.models import Device, Site, Sweep, SweepSite
from camera_registry.store import history, sweeps
from camera_registry.store.candidates import candidates
from camera_registry.store.sweeps import Lease
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)


@pytest.fixture
def camera(engine):
    """A device of a school, with a second one at the same site."""
    with writing(engine) as session:
        made = device(session)
        session.add(Device(school_id=made.school_id, site_id=made.site_id, code="DG-02", kind="ip_camera", host="h"))
        return made


def _sweep(engine, camera, night="2026-11-23", kind="night", state="planned"):
    with writing(engine) as session:
        sweep = Sweep(night=night, kind=kind, planned_at=NOW, state=state)
        found = candidates(session)
        items = [{"site_id": c.site_id, "device_id": c.device_id, "state": "waiting"} for c in found]
        return sweeps.add(session, sweep, {camera.site_id: 0}, items).id


def _claim(engine, owner="a", now=NOW, until=LATER, sweep_id=None):
    with writing(engine) as session:
        return sweeps.claim(session, owner, now, until, sweep_id)


def _items(engine, lease):
    with writing(engine) as session:
        return sweeps.items_to_do(session, lease)


def test_a_night_is_planned_once(engine, camera):
    """The second sweep of the same night is refused by the database, with all its items."""
    _sweep(engine, camera)
    with pytest.raises(IntegrityError):
        _sweep(engine, camera)


def test_a_site_is_claimed_once(engine, camera):
    """The first one has it; the next finds nothing; the sweep has begun."""
    sweep_id = _sweep(engine, camera)
    assert _claim(engine) == Lease(sweep_id, camera.site_id, "night", "a")
    assert _claim(engine, "b") is None
    with reading(engine) as session:
        sweep = sweeps.by_id(session, sweep_id)
        assert (sweep.state, sweep.started_at) == ("running", NOW)


def test_a_lease_that_ran_out_is_claimed_by_another(engine, camera):
    """The old holder then holds nothing, and cannot extend it."""
    _sweep(engine, camera)
    old = _claim(engine)
    late = LATER + timedelta(seconds=1)
    new = _claim(engine, "b", late, late + timedelta(seconds=60))
    assert (new.site_id, new.owner) == (old.site_id, "b")
    with writing(engine) as session:
        assert not sweeps.holds(session, old)
        assert sweeps.holds(session, new)
        assert sweeps.extend(session, ["a"], late + timedelta(hours=1)) == set()


def test_a_lease_that_is_extended_is_kept(engine, camera):
    """Nobody else gets the site; a lease that ran out and that nobody took can still be extended."""
    _sweep(engine, camera)
    lease = _claim(engine)
    with writing(engine) as session:
        assert sweeps.extend(session, ["a", "x"], LATER + timedelta(seconds=60)) == {"a"}
        assert sweeps.holds(session, lease)
    assert _claim(engine, "b", LATER + timedelta(seconds=30), LATER + timedelta(seconds=90)) is None


def test_a_lease_of_a_clock_that_was_ahead_is_free(engine, camera):
    """It would lock its site until the clock gets there."""
    _sweep(engine, camera)
    _claim(engine, "a", NOW + timedelta(days=9), LATER + timedelta(days=9))
    assert _claim(engine, "b") is not None


def test_a_site_where_the_worker_is_already_is_not_claimed_again(engine, camera):
    """Not even when its own lease has run out by a clock that was set."""
    _sweep(engine, camera)
    _claim(engine)
    late = LATER + timedelta(hours=1)
    with writing(engine) as session:
        assert sweeps.claim(session, "b", late, late + timedelta(seconds=60), None, [camera.site_id]) is None


def test_a_device_that_is_looked_at_in_another_sweep_is_not_begun(engine, camera):
    """It was moved to another site while it was looked at: the new item waits until the look is over."""
    _sweep(engine, camera)
    item = _items(engine, _claim(engine))[0]
    with writing(engine) as session:
        sweeps.begin(session, item.id, NOW)
        site = Site(school_id=camera.school_id, name="Cơ sở 2")
        session.add(site)
        session.flush()
        moved = {"site_id": site.id, "device_id": item.device_id, "state": "waiting"}
        sweeps.add(session, Sweep(night="x", kind="asked", planned_at=NOW), {site.id: 0}, [moved])
    (later,) = _items(engine, _claim(engine, "b"))
    with writing(engine) as session:
        assert sweeps.begin(session, later.id, NOW) is None
        sweeps.finish(session, item.id, "done", NOW)
        assert sweeps.begin(session, later.id, NOW) is not None


def test_a_refusal_counts_at_once_and_once(engine, camera):
    """Told during the look and again in its result, it is one; a look cut off after it keeps it."""
    _sweep(engine, camera)
    first, second = _items(engine, _claim(engine))
    with writing(engine) as session:
        for item in (first, second):
            sweeps.begin(session, item.id, NOW)
            sweeps.refused(session, item.id)
        sweeps.finish(session, first.id, "done", NOW, refusals=1)
        sweeps.finish(session, second.id, "done", NOW, refusals=0)
        assert [history.looks(session, i.device_id, 1)[0][0].refusals for i in (first, second)] == [1, 1]


def test_a_site_that_another_sweep_has_is_left_alone(engine, camera):
    """The device limits of a site are kept inside one worker, over all sweeps."""
    _sweep(engine, camera)
    _sweep(engine, camera, "x", "asked")
    assert _claim(engine).kind == "asked"
    assert _claim(engine, "b") is None


@pytest.mark.parametrize("state", ["paused", "cancelled", "done"])
def test_a_sweep_that_does_not_go_on_gives_no_site(engine, camera, state):
    """Nothing is claimed from it."""
    _sweep(engine, camera, state=state)
    assert _claim(engine) is None


def test_a_worker_for_one_sweep_takes_only_its_sites(engine, camera):
    """The others are left to others."""
    _sweep(engine, camera)
    other = _sweep(engine, camera, "x", "light")
    assert _claim(engine, sweep_id=other).sweep_id == other


def test_an_item_has_one_final_state(engine, camera):
    """A second result, or a beginning after it, changes nothing."""
    _sweep(engine, camera)
    item = _items(engine, _claim(engine))[0]
    with writing(engine) as session:
        assert sweeps.begin(session, item.id, NOW).attempts == 1
        assert sweeps.finish(session, item.id, "done", NOW, logins=3)
        assert not sweeps.finish(session, item.id, "failed", LATER, reason="timeout")
        assert sweeps.begin(session, item.id, LATER) is None
        ((kept, _),) = history.looks(session, item.device_id, 9)
    assert (kept.state, kept.ended_at, kept.logins, kept.reason) == ("done", NOW, 3, "")


def test_a_site_given_back_unfinished_waits_again(engine, camera):
    """What has no final state is offered to the next worker, and only that."""
    _sweep(engine, camera)
    lease = _claim(engine)
    first, second = _items(engine, lease)
    with writing(engine) as session:
        sweeps.begin(session, first.id, NOW)
        sweeps.finish(session, first.id, "done", NOW)
        sweeps.begin(session, second.id, NOW)
        sweeps.put_back(session, second.id)
        sweeps.release(session, lease, NOW)
    assert [(i.id, i.state, i.attempts) for i in _items(engine, _claim(engine, "b"))] == [(second.id, "waiting", 0)]


def test_a_sweep_is_over_when_every_item_has_its_final_state(engine, camera):
    """The last site that is given back ends it."""
    sweep_id = _sweep(engine, camera)
    lease = _claim(engine)
    with writing(engine) as session:
        for item in sweeps.items_to_do(session, lease):
            sweeps.finish(session, item.id, "failed", NOW, reason="timeout")
        sweeps.release(session, lease, LATER)
        sweep = sweeps.by_id(session, sweep_id)
        assert (sweep.state, sweep.ended_at) == ("done", LATER)
        assert session.get(SweepSite, (sweep_id, camera.site_id)).state == "done"


def test_one_who_lost_a_site_cannot_give_it_back(engine, camera):
    """The new holder keeps it."""
    _sweep(engine, camera)
    lease = _claim(engine)
    late = LATER + timedelta(seconds=1)
    new = _claim(engine, "b", late, late + timedelta(seconds=60))
    with writing(engine) as session:
        sweeps.release(session, lease, late)
        assert sweeps.holds(session, new)


def test_devices_can_be_chosen_by_unit_school_and_number(engine, camera):
    """Each way of choosing finds the device, and another unit none of it."""
    with reading(engine) as session:
        assert len(candidates(session)) == 2
        assert len(candidates(session, school_id=camera.school_id)) == 2
        assert len(candidates(session, district_id=1)) == 2
        assert [c.device_id for c in candidates(session, device_id=camera.id)] == [camera.id]
        assert candidates(session, district_id=99) == []
        assert candidates(session, undecided=["picture"]) == []


def test_a_site_that_may_not_begin_yet_is_not_claimed(engine, camera):
    """Not a moment before; and its rank is as it was."""
    sweep_id = _sweep(engine, camera)
    with writing(engine) as session:
        session.get_one(SweepSite, (sweep_id, camera.site_id)).not_before = LATER
    assert _claim(engine, now=LATER - timedelta(seconds=1)) is None
    assert _claim(engine, now=LATER, until=LATER + timedelta(seconds=60)) is not None


def test_only_the_kinds_that_are_wanted_are_claimed(engine, camera):
    """A worker without room for one kind leaves it to others."""
    _sweep(engine, camera, kind="day")
    with writing(engine) as session:
        assert sweeps.claim(session, "a", NOW, LATER, None, (), ("night", "asked")) is None
        assert sweeps.claim(session, "a", NOW, LATER, None, (), ("day", "light")) is not None


def test_a_lease_knows_the_line_of_its_site(engine, camera):
    """And whether its night counts."""
    sweep_id = _sweep(engine, camera)
    with writing(engine) as session:
        session.get_one(Site, camera.site_id).uplink_mbps = 40.0
        session.get_one(Sweep, sweep_id).school_day = False
    lease = _claim(engine)
    assert (lease.uplink_mbps, lease.school_day) == (40.0, False)
