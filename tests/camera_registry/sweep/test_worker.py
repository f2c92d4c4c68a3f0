"""A worker over real sockets: devices of several sites, their results, a stop in the middle, and a lost lease."""

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Device, Site
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, findings, history
from camera_registry.store import sweeps as store
from camera_registry.sweep.source import Judging
from camera_registry.sweep.worker import Pace, Worker
from camera_registry.vault import Vault
from probes import run
from probes.outgoing import Networks
from probes.simulator import presets, running
from probes.target import Limits
from probes.visit import utc_now
from standards import Editions, load_edition
from tests.camera_registry.registered import device

VAULT = Vault(bytes(32))
PACE = Pace(at_once=20, light_at_once=2, site_at_once=2, lease_s=30.0)
LIMITS = Limits(sample_s=10.0, deadline_s=60.0, picture=False)

pytestmark = pytest.mark.xdist_group("worker")


@pytest.fixture(scope="module")
def cameras():
    """A good camera, one whose password is another than people typed, and one that is not there."""
    specs = (
        presets.good_h264(),
        presets.good_h264(password="another"),
        presets.good_h264(faults={"offline_onvif", "offline_rtsp"}),
    )
    with running(*specs) as made:
        yield made


@pytest.fixture
def fleet(engine, cameras):
    """The cameras registered at two sites; each with the password of the first."""
    with writing(engine) as session:
        first = device(session, "IP-01", host=cameras[0].host, onvif_port=cameras[0].onvif_port)
        other = Site(school_id=first.school_id, name="Cơ sở 2")
        session.add(other)
        session.flush()
        known = {"school_id": first.school_id, "site_id": other.id, "kind": "ip_camera"}
        rest = [
            Device(code=f"IP-0{n}", host=camera.host, onvif_port=camera.onvif_port, **known)
            for n, camera in enumerate(cameras[1:], 2)
        ]
        session.add_all(rest)
        session.flush()
        ids = [first.id, *(d.id for d in rest)]
        for number in ids:
            credentials.put(session, VAULT, number, "admin", cameras[0].spec.password, utc_now())
        return ids


def _worker(engine, sweep_id=None, look=None, now=utc_now, pace=PACE, seconds=time.monotonic):
    editions = Editions.of(load_edition("hcmc-3288"))
    asking = Asking(VAULT, lambda: editions, LIMITS, lambda: Networks(loopback=True))

    async def really(target, learned, progress=None):
        return await run.look(target, None, None, learned)

    return Worker(
        engine, look or really, Judging(asking, lambda: editions, daylight.always), pace, now, sweep_id, seconds
    )


def _ask(engine, scope=None):
    with writing(engine) as session:
        return sweeps.ask(session, scope or Scope(), "lan", utc_now()).id


def _item(engine, number):
    with reading(engine) as session:
        ((item, _),) = history.looks(session, number, 9)
        return item


@asynccontextmanager
async def _going_on(worker):
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_each_site_is_judged_when_its_work_is_over(engine, fleet):
    """Both sites of the school and the school itself have their findings, each rule once."""
    number = _ask(engine)
    asyncio.run(_worker(engine, number).run())
    with reading(engine) as session:
        rows = findings.of_places(session, session.get(Device, fleet[0]).school_id)
    judged = Counter((row.subject, row.site_id, row.rule) for row in rows)
    assert set(judged.values()) == {1}
    assert sorted({(subject, site) for subject, site, _ in judged}, key=str) == [
        ("school", None),
        ("site", 1),
        ("site", 2),
    ]


def test_every_device_of_a_sweep_ends_in_one_state_with_what_it_cost(engine, fleet):
    """The good one is judged; the refused one had one try; the silent one says why; the sweep is over."""
    good, refused, silent = fleet
    number = _ask(engine)
    asyncio.run(_worker(engine, number).run())
    items = [_item(engine, n) for n in fleet]
    assert [(i.state, i.reason, i.attempts) for i in items] == [
        ("done", "", 1),
        ("done", "auth_refused", 1),
        ("failed", "refused_connection", 1),
    ]
    assert [i.refusals for i in items] == [0, 1, 0]
    assert items[0].bytes_in > 100_000
    with reading(engine) as session:
        assert [v.name for v in findings.verdicts_now(session, good).values()] == ["compliant"]
        assert [v.name for v in findings.verdicts_now(session, silent).values()] == ["unverified"]
        (state,) = credentials.login_states(session, good).values()
        assert (state.onvif, state.rtsp, state.unanswered) == ("good", "good", 0)
        (state,) = credentials.login_states(session, refused).values()
        assert state.onvif == "refused"
        sweep = store.by_id(session, number)
        assert (sweep.state, sweep.ended_at is None) == ("done", False)


def test_a_login_that_was_refused_is_not_sent_in_the_next_sweep(engine, fleet, cameras):
    """The camera sees no further try."""
    scope = Scope(school="079-IP-01", device="IP-02")
    asyncio.run(_worker(engine, _ask(engine, scope)).run())
    before = len(cameras[1].counters.refusals)
    asyncio.run(_worker(engine, _ask(engine, scope)).run())
    assert len(cameras[1].counters.refusals) == before
    with reading(engine) as session:
        assert [i.tries for i, _ in history.looks(session, fleet[1], 9)] == [0, 1]


def test_a_worker_that_is_stopped_gives_everything_back(engine, fleet):
    """What was under way waits again without an attempt, and no site is held."""
    number = _ask(engine)

    async def stopped():
        begun = asyncio.Event()

        async def look(target, learned, progress=None):
            begun.set()
            await asyncio.Event().wait()

        async with _going_on(_worker(engine, look=look)):
            await begun.wait()

    asyncio.run(stopped())
    with writing(engine) as session:
        assert store.counts(session, number) == {"waiting": 3}
        assert store.claim(session, "b", utc_now(), utc_now()) is not None


class Looks:
    """Looks that go on until they are ended; how many at a device at the same time, and how many were ended."""

    def __init__(self):
        self.under_way, self.most, self.ended = Counter(), Counter(), 0
        self.begun, self.over = asyncio.Event(), asyncio.Event()

    async def __call__(self, target, learned, progress=None):
        """Goes on."""
        self.under_way[target.key] += 1
        self.most[target.key] = max(self.most[target.key], self.under_way[target.key])
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.under_way[target.key] -= 1
            self.ended += 1
            self.over.set()


def test_a_worker_whose_site_another_has_taken_ends_its_looks(engine, fleet):
    """At the next beat; and it gives nothing back that is not its own."""
    number = _ask(engine)

    async def lost():
        looks = Looks()
        pace = Pace(at_once=20, light_at_once=2, site_at_once=2, lease_s=2.0)
        async with _going_on(_worker(engine, look=looks, pace=pace)):
            await looks.begun.wait()
            with writing(engine) as session:
                late = utc_now() + timedelta(seconds=5)
                taken = store.claim(session, "other", late, late + timedelta(hours=1))
            async with asyncio.timeout(15):
                await looks.over.wait()
        return taken

    taken = asyncio.run(lost())
    with writing(engine) as session:
        assert store.holds(session, taken)
        assert store.counts(session, number)["leased"] >= 1


def test_a_worker_that_slept_longer_than_its_lease_begins_anew(engine, fleet):
    """No device is looked at twice at the same time, though every lease had run out."""
    _ask(engine, Scope(school="079-IP-01", device="IP-01"))

    async def slept():
        looks, passed = Looks(), 0.0

        async with _going_on(
            _worker(engine, look=looks, now=lambda: utc_now() + timedelta(seconds=passed), seconds=lambda: passed)
        ):
            await looks.begun.wait()
            looks.begun.clear()
            passed = 3600.0
            async with asyncio.timeout(15):
                await looks.begun.wait()
        return looks

    looks = asyncio.run(slept())
    assert looks.ended == 2
    assert set(looks.most.values()) == {1}


def test_a_clock_that_is_set_lets_nobody_look_twice(engine, fleet):
    """The lease has run out by the clock of the wall, and the worker does not claim its own site again."""
    _ask(engine, Scope(school="079-IP-01", device="IP-01"))

    async def stepped():
        looks, ahead = Looks(), timedelta(0)
        async with _going_on(_worker(engine, look=looks, now=lambda: utc_now() + ahead)):
            await looks.begun.wait()
            ahead = timedelta(hours=1)
            await asyncio.sleep(2.5)
        return looks

    assert set(asyncio.run(stepped()).most.values()) == {1}


def test_by_day_few_are_looked_at_at_the_same_time(engine, fleet):
    """A sweep for light has room of its own, however much there is for others."""
    with writing(engine) as session:
        made = sweeps.ask(session, Scope(), "lan", utc_now())
        made.kind = "light"
        session.add(made)

    async def by_day():
        looks = Looks()
        async with _going_on(_worker(engine, look=looks, pace=Pace(20, 1, 2, 30.0))):
            await looks.begun.wait()
            await asyncio.sleep(1.5)
            return sum(looks.under_way.values())

    assert asyncio.run(by_day()) == 1


def test_a_site_that_would_only_wait_is_left_to_whoever_asks_for_it(engine, fleet):
    """By day there is room for one look: one of the two sites is leased. A person who asks for a device of the other is
    served at once, before the sweep comes to it.
    """
    with writing(engine) as session:
        made = sweeps.ask(session, Scope(), "lan", utc_now())
        made.kind = "day"
        session.add(made)

    async def by_day():
        looks = Looks()
        async with _going_on(_worker(engine, look=looks, pace=Pace(20, 1, 2, 30.0))):
            await looks.begun.wait()
            there = "IP-02" if looks.under_way[str(fleet[0])] else "IP-01"
            looks.begun.clear()
            _ask(engine, Scope(school="079-IP-01", device=there))
            async with asyncio.timeout(15):
                await looks.begun.wait()
        return set(looks.most.values()), len(looks.most)

    assert asyncio.run(by_day()) == ({1}, 2)


def test_sites_are_claimed_for_as_many_looks_as_there_is_room_for(engine, fleet):
    """Two sites with one device each, and room for two looks: a site needs no more room than it has devices."""
    with writing(engine) as session:
        session.get(Device, fleet[2]).host = ""
    _ask(engine)

    async def both():
        looks = Looks()
        async with (
            _going_on(_worker(engine, look=looks, pace=Pace(2, 1, 2, 30.0))),
            asyncio.timeout(15),
        ):
            while sum(looks.under_way.values()) < 2:
                looks.begun.clear()
                await looks.begun.wait()
        return sum(looks.most.values())

    assert asyncio.run(both()) == 2


def test_what_a_dead_worker_left_of_a_cancelled_sweep_is_ended_by_the_next(engine, fleet):
    """Nobody would look at it any more: it has its final state, and the sweep is over."""
    number = _ask(engine)
    with writing(engine) as session:
        past = utc_now() - timedelta(hours=1)
        lease = store.claim(session, "dead", past, past + timedelta(seconds=60))
        store.begin(session, store.items_to_do(session, lease)[0].id, past)
        sweeps.cancel(session, number, past)

    async def tidied():
        async with _going_on(_worker(engine, look=Looks())):
            await asyncio.sleep(1.5)

    asyncio.run(tidied())
    with reading(engine) as session:
        assert store.counts(session, number) == {"skipped": 3}
        assert store.by_id(session, number).ended_at is not None


def test_a_login_that_never_left_is_untried_after_a_stop(engine, fleet):
    """Stopped twice before anything was sent: the next look may still try it."""
    _ask(engine, Scope(school="079-IP-01", device="IP-01"))

    async def stopped():
        looks = Looks()
        async with _going_on(_worker(engine, look=looks)):
            await looks.begun.wait()

    for _ in range(2):
        asyncio.run(stopped())
    with reading(engine) as session:
        assert [s.unanswered for s in credentials.login_states(session, fleet[0]).values()] == [0]


def test_a_login_that_does_not_open_costs_its_device_alone(engine, fleet):
    """Sealed with a key that is gone: that device is left out and says so, the others are looked at."""
    with writing(engine) as session:
        credentials.put(session, Vault(bytes([7]) * 32), fleet[0], "admin", "other", utc_now())
    number = _ask(engine)
    asyncio.run(_worker(engine, number).run())
    assert [(_item(engine, n).state, _item(engine, n).reason) for n in fleet[:2]] == [
        ("skipped", "unreadable_login"),
        ("done", "auth_refused"),
    ]


def test_a_device_that_kills_workers_is_given_up(engine, fleet):
    """After three looks that never ended it fails, and the sweep can end."""
    scope = Scope(school="079-IP-01", device="IP-01")
    number = _ask(engine, scope)
    with writing(engine) as session:
        lease = store.claim(session, "dead", utc_now(), utc_now() - timedelta(seconds=1))
        (item,) = store.items_to_do(session, lease)
        for _ in range(3):
            store.begin(session, item.id, utc_now())
    asyncio.run(_worker(engine, number).run())
    ended = _item(engine, fleet[0])
    assert (ended.state, ended.reason) == ("failed", "our_limit")


def test_a_result_that_cannot_be_stored_gives_its_device_up(engine, fleet, caplog):
    """An error of ours costs that device alone, and nothing half is stored."""
    number = _ask(engine, Scope(school="079-IP-01", device="IP-01"))

    async def look(target, learned, progress=None):
        seen = await run.look(target, None, None, learned)
        return type(seen)(**{**vars(seen), "channels": (None,)})

    asyncio.run(_worker(engine, number, look).run())
    ended = _item(engine, fleet[0])
    assert (ended.state, ended.reason) == ("failed", "our_limit")
    assert "cannot be stored" in caplog.text
