"""A worker over real sockets: devices of several sites, their results, a stop in the middle, and a lost lease."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Device, Site
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, findings
from camera_registry.store import sweeps as store
from camera_registry.sweep.worker import Judging, Pace, Worker
from camera_registry.vault import Vault
from probes import run
from probes.simulator import presets, running
from probes.target import Limits
from probes.visit import utc_now
from standards import load_edition, needs
from tests.camera_registry.registered import device

VAULT = Vault(bytes(32))
PACE = Pace(at_once=20, light_at_once=2, site_at_once=2, lease_s=30.0)
LIMITS = Limits(sample_s=4.0, deadline_s=30.0, picture=False)

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


def _worker(engine, sweep_id=None, look=None, now=utc_now, pace=PACE):
    edition = load_edition("hcmc-3288")
    asking = Asking(VAULT, needs(edition), LIMITS, 15.0)

    async def really(target, learned):
        return await run.look(target, None, None, learned)

    return Worker(engine, look or really, Judging(asking, edition, daylight.always), pace, now, sweep_id)


def _ask(engine, scope=None):
    with writing(engine) as session:
        return sweeps.ask(session, scope or Scope(), "lan", utc_now()).id


def _item(engine, number):
    with reading(engine) as session:
        (item,) = store.newest_items(session, number, 9)
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
        assert [i.tries for i in store.newest_items(session, fleet[1], 9)] == [0, 1]


def test_a_worker_that_is_stopped_gives_everything_back(engine, fleet):
    """What was under way waits again without an attempt, and no site is held."""
    number = _ask(engine)

    async def stopped():
        begun = asyncio.Event()

        async def look(target, learned):
            begun.set()
            await asyncio.Event().wait()

        async with _going_on(_worker(engine, look=look)):
            await begun.wait()

    asyncio.run(stopped())
    with writing(engine) as session:
        assert store.counts(session, number) == {"waiting": 3}
        assert store.claim(session, "b", utc_now(), utc_now()) is not None


def test_a_worker_that_lost_its_lease_stops_looking_and_leaves_the_result_to_the_other(engine, fleet):
    """Time passes without a sign of life; another claims; the first one's looks are ended."""
    _ask(engine)
    late = timedelta(0)

    async def lost():
        nonlocal late
        begun, ended = asyncio.Event(), asyncio.Event()

        async def look(target, learned):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        pace = Pace(at_once=20, light_at_once=2, site_at_once=2, lease_s=2.0)
        async with _going_on(_worker(engine, look=look, now=lambda: utc_now() + late, pace=pace)):
            await begun.wait()
            late = timedelta(hours=1)
            await ended.wait()
            return ended.is_set()

    assert asyncio.run(lost())


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

    async def look(target, learned):
        seen = await run.look(target, None, None, learned)
        return type(seen)(**{**vars(seen), "channels": (None,)})

    asyncio.run(_worker(engine, number, look).run())
    ended = _item(engine, fleet[0])
    assert (ended.state, ended.reason) == ("failed", "our_limit")
    assert "cannot be stored" in caplog.text
