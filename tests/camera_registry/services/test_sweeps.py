"""Sweeps as people see them: asked for once, paused, cancelled, and with a time left that can be believed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry.database import writing
from camera_registry.models import Device, FindingRecord, Site, SweepItem, SweepSite
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope, SweepError, Terms, left_of, time_left
from camera_registry.store import sweeps as store
from camera_registry.store.observations import put_sheet
from probes.facts import DeviceSheet
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MORNING = NOW + timedelta(hours=7)
SCHOOL = "079-DG-01"


@pytest.fixture
def session(engine):
    """A registry with one school, one device and one that can only be seen through the cloud."""
    with writing(engine) as session:
        made = device(session)
        cloud = Device(school_id=made.school_id, site_id=made.site_id, code="CL-01", kind="cloud")
        session.add(cloud)
        session.flush()
        yield session


def _progress(session, sweep, now=NOW):
    session.refresh(sweep)
    return sweeps.progress(session, sweep, now)


@pytest.mark.parametrize(
    ("scope", "total"),
    [
        (Scope(), 2),
        (Scope(district="26740"), 2),
        (Scope(school=SCHOOL), 2),
        (Scope(school=SCHOOL, device="DG-01"), 1),
    ],
)
def test_a_sweep_covers_what_was_asked_for(session, scope, total):
    """What cannot be reached is in it, skipped with the reason."""
    progress = _progress(session, sweeps.ask(session, scope, "lan", NOW))
    assert (progress.total, progress.waiting, progress.skipped) == (total, 1, total - 1)
    assert progress.state == "planned"
    assert progress.scope == scope.text()


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(district="9"), "9: no unit"),
        (Scope(school="9"), "9: no school"),
        (Scope(school=SCHOOL, device="9"), f"{SCHOOL}/9: no such device"),
    ],
)
def test_a_code_that_nobody_knows_is_said(session, scope, words):
    """The text names the code and what it should be."""
    with pytest.raises(SweepError, match=words):
        sweeps.ask(session, scope, "lan", NOW)


def test_a_sweep_that_is_asked_for_twice_is_made_once(session):
    """Pressing the button again shows the one that is under way; after its end there is a new one."""
    first = sweeps.ask(session, Scope(), "lan", NOW)
    assert sweeps.ask(session, Scope(), "minh", NOW).id == first.id
    sweeps.cancel(session, first.id, NOW)
    assert sweeps.ask(session, Scope(), "minh", NOW + timedelta(seconds=1)).id != first.id


def test_what_is_asked_for_after_the_last_device_was_seen_is_a_new_sweep(session):
    """Though the worker has not given its site back yet: who types another password is not shown the old refusal."""
    first = sweeps.ask(session, Scope(), "lan", NOW)
    lease = store.claim(session, "a", NOW, MORNING)
    (item,) = store.items_to_do(session, lease)
    store.begin(session, item.id, NOW)
    assert sweeps.ask(session, Scope(), "lan", NOW).id == first.id
    store.finish(session, item.id, "failed", NOW)
    second = sweeps.ask(session, Scope(), "lan", NOW + timedelta(seconds=1))
    assert second.id != first.id
    store.release(session, lease, NOW)
    assert store.claim(session, "a", NOW + timedelta(seconds=2), MORNING).sweep_id == second.id


def test_a_sweep_in_which_nothing_can_be_reached_is_over_at_once(session):
    """The cloud camera has its answer, and nobody waits."""
    sweep = sweeps.ask(session, Scope(school=SCHOOL, device="CL-01"), "lan", NOW)
    assert _progress(session, sweep).over


def test_the_night_is_planned_once_and_ends_with_its_window(session):
    """The second call plans nothing; after the end what waits is skipped, and the sweep is over."""
    sweep = sweeps.nightly(session, "2026-11-23", NOW, MORNING)
    assert sweeps.nightly(session, "2026-11-23", NOW, MORNING) is None
    sweeps.tidy(session, MORNING)
    assert not _progress(session, sweep).over
    sweeps.tidy(session, MORNING + timedelta(seconds=1))
    progress = _progress(session, sweep)
    assert (progress.state, progress.skipped, progress.over) == ("done", 2, True)


def test_a_day_window_takes_what_could_not_be_decided_by_night(session):
    """A picture that was seen and not judged is looked at again; one that was judged, or never seen, is not."""
    plan = {"now": NOW, "ends_by": MORNING, "rules": ["picture"]}
    assert sweeps.by_light(session, "06:00", **plan) is None
    common = {"device_id": 1, "subject": "channel", "edition": "e", "sha256": "", "decides": True, "since": NOW}
    session.add(FindingRecord(rule="picture", outcome="unknown", **common))
    session.add(FindingRecord(rule="picture", outcome="pass", seen_at=NOW, **common))
    session.flush()
    assert sweeps.by_light(session, "06:00", **plan) is None
    session.add(FindingRecord(rule="picture", outcome="unknown", seen_at=NOW, **common))
    session.flush()
    sweep = sweeps.by_light(session, "06:00", **plan)
    assert _progress(session, sweep).total == 1
    assert sweeps.by_light(session, "06:00", **plan) is None


def test_a_day_window_takes_what_fails_by_what_an_earlier_look_saw(session):
    """A unit that was mended since leaves the list by a look in light; what the newest look showed itself stays."""
    plan = {"now": NOW, "ends_by": MORNING, "rules": ["picture"]}
    put_sheet(session, 1, DeviceSheet(), NOW)
    common = {"device_id": 1, "subject": "channel", "edition": "e", "sha256": "", "decides": True, "since": NOW}
    row = FindingRecord(rule="picture", outcome="fail", seen_at=NOW, **common)
    session.add(row)
    session.flush()
    assert sweeps.by_light(session, "06:00", **plan) is None
    row.seen_at = NOW - timedelta(hours=12)
    row.outcome = "pass"
    session.flush()
    assert sweeps.by_light(session, "06:00", **plan) is None
    row.outcome = "fail"
    session.flush()
    assert _progress(session, sweeps.by_light(session, "06:00", **plan)).total == 1


def test_a_day_window_renews_what_was_decided_in_light_before_it_is_too_old(session):
    """Rules that hang on light do not fall back to unknown every fortnight; who answered by day lately is left out."""
    lasts = sweeps.Terms(light_lasts=timedelta(days=10))
    plan = {"ends_by": MORNING, "rules": ["picture"], "terms": lasts}
    common = {"device_id": 1, "subject": "channel", "edition": "e", "sha256": "", "decides": True, "since": NOW}
    session.add(FindingRecord(rule="picture", outcome="not_applicable", seen_at=NOW, **common))
    session.flush()
    assert sweeps.by_light(session, "1", now=NOW, **plan) is None
    session.add(FindingRecord(rule="picture", outcome="pass", seen_at=NOW, **common))
    session.flush()
    assert sweeps.by_light(session, "2", now=NOW, ends_by=MORNING, rules=["picture"]) is None
    sweep = sweeps.by_light(session, "3", now=NOW, **plan)
    item = session.exec(select(SweepItem).where(SweepItem.sweep_id == sweep.id)).one()
    item.state, item.ended_at = "failed", NOW
    session.flush()
    item = session.exec(select(SweepItem).where(SweepItem.sweep_id == _planned(session, "4", plan).id)).one()
    item.state, item.ended_at = "done", NOW
    session.flush()
    assert sweeps.by_light(session, "5", now=NOW + timedelta(days=10), **plan) is None
    assert _planned(session, "6", plan, NOW + timedelta(days=10, seconds=1)) is not None


def _planned(session, name, plan, now=NOW):
    return sweeps.by_light(session, name, now=now, **plan)


def _reasons(session, sweep):
    rows = session.exec(select(SweepItem).where(SweepItem.sweep_id == sweep.id)).all()
    return {session.get_one(Device, row.device_id).code: row.reason for row in rows}


TERMS = Terms(silent_nights=3)


def test_a_site_without_power_by_night_is_looked_at_by_day(session):
    """The night leaves it out and says so; the day takes what can be reached there, and nothing of other sites."""
    made = session.get_one(Device, 1)
    other = Site(school_id=made.school_id, name="Cơ sở 2", day_window=True)
    session.add(other)
    session.flush()
    known = {"school_id": made.school_id, "site_id": other.id}
    session.add(Device(code="IP-02", kind="ip_camera", host="192.168.1.65", **known))
    session.add(Device(code="CL-02", kind="cloud", **known))
    night = sweeps.nightly(session, "2026-11-23", NOW, MORNING, TERMS)
    assert _reasons(session, night) == {
        "DG-01": "",
        "CL-01": "cloud_only",
        "IP-02": "day_window",
        "CL-02": "cloud_only",
    }
    assert _reasons(session, sweeps.by_day(session, "2026-11-24 day 11:30", NOW, MORNING, TERMS)) == {"IP-02": ""}


def test_who_was_silent_for_three_nights_moves_to_the_day_and_comes_back(session):
    """By night it is left out only where it had its look by day: nobody is skipped for ever. Two nights do not move it,
    nor one that answers.
    """
    silent = session.get_one(Device, 1)
    for nights, day, by_day, by_night in (
        (2, "2026-11-23", None, ""),
        (3, "2026-11-24", {"DG-01": ""}, "silent"),
        (3, "2026-11-28", "no window", ""),
        (0, "2026-11-30", None, ""),
    ):
        silent.silent_nights = nights
        session.flush()
        if by_day != "no window":
            made = sweeps.by_day(session, f"{day} day 11:30", NOW, MORNING, TERMS)
            assert (made and _reasons(session, made)) == by_day
        night = sweeps.nightly(session, day, NOW, MORNING, TERMS)
        assert _reasons(session, night)["DG-01"] == by_night


def test_without_day_windows_everybody_is_looked_at_by_night(session):
    """Whoever switches them off skips nobody."""
    silent = session.get_one(Device, 1)
    silent.silent_nights = 9
    session.get_one(Site, silent.site_id).day_window = True
    session.flush()
    assert sweeps.by_day(session, "2026-11-23 day 11:30", NOW, MORNING, Terms()) is None
    assert _reasons(session, sweeps.nightly(session, "2026-11-23", NOW, MORNING))["DG-01"] == ""


def test_a_window_for_light_leaves_the_silent_to_the_day(session):
    """It would not answer at six in the morning either."""
    common = {"device_id": 1, "subject": "channel", "edition": "e", "sha256": "", "decides": True, "since": NOW}
    session.add(FindingRecord(rule="picture", outcome="unknown", seen_at=NOW, **common))
    session.get_one(Device, 1).silent_nights = 3
    session.flush()
    assert sweeps.by_light(session, "06:00", NOW, MORNING, ["picture"], TERMS) is None
    assert sweeps.by_light(session, "06:00", NOW, MORNING, ["picture"]) is not None


def test_the_sites_of_a_night_begin_within_a_tenth_of_what_is_left_of_it(session):
    """Planned late, a night has no ten minutes to give away."""
    school = session.get_one(Device, 1).school_id
    for n in range(20):
        site = Site(school_id=school, name=f"Cơ sở {n}")
        session.add(site)
        session.flush()
        session.add(Device(school_id=school, site_id=site.id, code=f"X{n}", kind="ip_camera", host="h"))
    ends, terms = NOW + timedelta(minutes=10), Terms(spread=timedelta(minutes=10))
    sweeps.nightly(session, "2026-11-23", NOW, ends, terms)
    begins = [b for b in session.exec(select(SweepSite.not_before)).all() if b is not None]
    assert len(begins) == 20
    assert NOW < max(begins) <= NOW + timedelta(minutes=1)


def test_a_paused_sweep_gives_no_work_until_it_goes_on(session):
    """Nothing is claimed in between."""
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    sweeps.pause(session, sweep.id)
    assert store.claim(session, "a", NOW, MORNING) is None
    sweeps.resume(session, sweep.id)
    assert store.claim(session, "a", NOW, MORNING) is not None
    assert _progress(session, sweep).started_at == NOW


def test_asking_for_what_is_paused_makes_it_go_on(session):
    """A person who asks again wants it to be done."""
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    sweeps.pause(session, sweep.id)
    assert sweeps.ask(session, Scope(), "minh", NOW).id == sweep.id
    assert store.claim(session, "a", NOW, MORNING) is not None


def test_a_cancelled_sweep_lets_what_is_under_way_end(session):
    """What waits is skipped at once; what is under way has its result; then it is over, and stays cancelled."""
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    lease = store.claim(session, "a", NOW, MORNING)
    (item,) = store.items_to_do(session, lease)
    store.begin(session, item.id, NOW)
    sweeps.cancel(session, sweep.id, NOW)
    assert not _progress(session, sweep).over
    store.finish(session, item.id, "done", NOW)
    store.release(session, lease, NOW)
    progress = _progress(session, sweep)
    assert (progress.state, progress.done, progress.over) == ("cancelled", 1, True)


def test_what_a_dead_worker_left_of_a_cancelled_sweep_is_skipped(session):
    """When its lease has run out: no device is left without a final state."""
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    lease = store.claim(session, "a", NOW, NOW + timedelta(seconds=60))
    (item,) = store.items_to_do(session, lease)
    store.begin(session, item.id, NOW)
    sweeps.cancel(session, sweep.id, NOW)
    sweeps.tidy(session, NOW + timedelta(seconds=59))
    assert _progress(session, sweep).under_way == 1
    sweeps.tidy(session, NOW + timedelta(seconds=61))
    assert _progress(session, sweep).over


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s, n: sweeps.resume(s, n), "is planned: it cannot go on"),
        (lambda s, n: sweeps.pause(s, n + 9), "there is no sweep"),
        (lambda s, n: (sweeps.cancel(s, n, NOW), sweeps.pause(s, n)), "is cancelled: it cannot be paused"),
    ],
)
def test_a_change_that_cannot_be_is_said(session, change, words):
    """The text names the state."""
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    with pytest.raises(SweepError, match=words):
        change(session, sweep.id)


@pytest.mark.parametrize(
    ("waiting", "lately", "seconds", "under_way", "window", "said"),
    [
        (100, 10, 20.0, 5.0, None, 200.0),
        (1, 10, 20.0, 45.0, None, 45.0),
        (100, 10, 20.0, 5.0, 60.0, 60.0),
        (0, 0, 20.0, 5.0, None, 5.0),
        (0, 0, 0.0, 0.0, None, 0.0),
        (100, 2, 20.0, 5.0, None, None),
        (100, 10, 0.0, 5.0, None, None),
        (100, 10, 20.0, 5.0, -5.0, 0.0),
    ],
)
def test_the_time_left_follows_from_what_was_done_lately(waiting, lately, seconds, under_way, window, said):
    """Nothing is said on too little; the slowest under way counts; and nothing lasts longer than the window."""
    assert time_left(waiting, lately, seconds, under_way, window) == said


@pytest.mark.parametrize(("age", "channels", "left"), [(4.0, 1, 6.0), (4.0, 8, 76.0), (4.0, 0, 6.0), (99.0, 1, 2.0)])
def test_a_recorder_takes_as_long_as_its_channels(age, channels, left):
    """One that takes longer than was thought is never done already."""
    assert left_of(age, channels, 10.0) == left


def test_the_time_left_is_said_while_a_sweep_goes_on(session):
    """Skipped devices are no measure of speed."""
    first = session.get(Device, 1)
    known = {"school_id": first.school_id, "site_id": first.site_id, "kind": "ip_camera", "host": "h"}
    session.add_all(Device(code=f"C{n}", **known) for n in range(9))
    session.flush()
    sweep = sweeps.ask(session, Scope(), "lan", NOW)
    lease = store.claim(session, "a", NOW, MORNING)
    items = store.items_to_do(session, lease)
    for item in items[:4]:
        store.begin(session, item.id, NOW)
        store.finish(session, item.id, "done", NOW + timedelta(seconds=10))
    store.begin(session, items[4].id, NOW + timedelta(seconds=15))
    progress = _progress(session, sweep, NOW + timedelta(seconds=20))
    assert (progress.finished, progress.under_way, progress.waiting) == (5, 1, 5)
    assert progress.seconds_left == 25.0
    for item in items[5:]:
        store.finish(session, item.id, "failed", NOW + timedelta(seconds=10))
    assert _progress(session, sweep, NOW + timedelta(seconds=20)).seconds_left == 5.0
