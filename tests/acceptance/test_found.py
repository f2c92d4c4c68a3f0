"""Proof: what stands in the networks of a school and is not registered is found, shown, registered or dismissed, and
what is dismissed does not come back; what is registered and never answered is listed with the reason.

Strategy: simulated cameras answer on addresses of loopback that are registered as networks of schools; the discovery is
asked for on a page, and done by the worker of `camera-registry work`.
"""

import asyncio
import contextlib
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry import app
from camera_registry.access.viewer import Viewer
from camera_registry.config import Settings
from camera_registry.database import reading, writing
from camera_registry.models import Device, Discovery, Edit, FoundUnit, School, Sweep, SweepItem, SweepSite
from camera_registry.services import discoveries, found, never_seen
from camera_registry.services.discoveries import LEASE, MOST_ATTEMPTS
from camera_registry.store.rows import limit
from camera_registry.sweep.discovering import Discoverer
from probes.discovery.found import Found
from probes.discovery.message import Said
from probes.outgoing import Networks
from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import COMMAND, run
from tests.acceptance.fleet import Fleet, until
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.web.served import client

ONE, OTHER = "0790001", "0790002"
NETWORK, BESIDE = "127.9.60.0/29", "127.9.60.8/29"
MAC = "a4:14:37:0b:22:c1"
PAGE = f"/schools/{ONE}"
LOOPBACK = Networks(loopback=True)
NOW = datetime.now(UTC)
ALLOWED = {"DISCOVERY__PORTS": "[18080, 18554]", "DISCOVERY__ANSWER_S": "0.5"}


def _camera(host, **fields):
    return good_h264(host=host, onvif_port=18080, rtsp_port=18554, discoverable=True, **fields)


def _seen(address, mac="", *, video=True):
    return Found(address, (Said(mac=mac or None, manufacturer="Dahua", hardware="IPC-1", is_video=video),))


@pytest.fixture
def registry(tmp_path):
    """Two schools of two units, each with a network and a registered camera in it."""
    engine = new_registry(tmp_path / "registry.db")
    with writing(engine) as session:
        for code, unit, networks in ((ONE, "26740", NETWORK), (OTHER, "26741", BESIDE)):
            school = fleet.school(session, code, name=f"Trường {code}", district=unit)
            box = fleet.device(session, school, "CAM-1", host=networks.replace(".0/29", ".1").replace(".8/29", ".9"))
            session.get_one(fleet.Site, box.site_id).networks = networks
    yield engine
    engine.dispose()


def _browser(engine, role="city", **where):
    return client(engine, role, f"Người {role}", outgoing=lambda: LOOPBACK, now=lambda: NOW, **where)


def _asked(engine, seen=(), error=None, code=ONE, now=NOW):
    """A discovery of this school is asked for and done; the networks hold what is `seen`. The places it looked at."""
    looked = []

    async def discover(where, progress):
        looked.append(where)
        progress("ports", 6, 6)
        if error is not None:
            raise error
        return tuple(seen)

    with writing(engine) as session:
        discoveries.ask(session, code, "Lê An", LOOPBACK, now)
    worker = Discoverer(engine, discover, lambda: LOOPBACK, lambda: now)
    while asyncio.run(worker.once()):
        pass
    return looked


def _inbox(engine, viewer=None, **wanted):
    with reading(engine) as session:
        if viewer is not None:
            limit(session, viewer)
        return found.inbox(session, **wanted).rows


def _rows(engine, table):
    with reading(engine) as session:
        return session.exec(select(table)).all()


@contextlib.contextmanager
def _working(made):
    words = [str(COMMAND), "work"]
    with subprocess.Popen(words, cwd=made.folder, env=made.environment, stderr=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.mark.timeout(120)
def test_a_camera_that_nobody_registered_is_found_by_the_worker_and_shown(tmp_path):
    """Asked for on the page of the school; only its network is asked, without a login; the page offers to register it
    with what it said, and it is gone from the list once it is registered.
    """
    made = Fleet(tmp_path, **ALLOWED)
    with running(_camera("127.9.61.1"), _camera("127.9.61.2"), _camera("127.9.61.9")) as cameras:
        made.register(cameras[:1])
        with writing(made.engine) as session:
            session.get_one(fleet.Site, session.exec(select(Device.site_id)).one()).networks = "127.9.61.0/29"
        with _browser(made.engine) as browser:
            sent = browser.post(f"{PAGE}/discover")
            assert sent.headers["location"] == f"{PAGE}?done=discover#discovery"
            assert browser.post(f"{PAGE}/discover").headers["location"] == f"{PAGE}?done=not-discover#discovery"
            assert "đang chờ chương trình kiểm tra" in browser.get(f"{PAGE}/discovery").text
            with _working(made):
                until(lambda: _rows(made.engine, Discovery)[0].state == "done", 60)
            assert "2 camera hoặc đầu ghi đã trả lời" in browser.get(PAGE).text
            page = browser.get("/found").text
            assert ("127.9.61.2" in page, "127.9.61.1<" in page, "127.9.61.9" in page) == (True, False, False)
            register = next(p for p in page.split('"') if p.startswith("/register?")).replace("&amp;", "&")
            assert f"school={ONE}" in register
            assert "host=127.9.61.2" in register
            assert "onvif_port=18080" in register
            with writing(made.engine) as session:
                box = session.exec(select(Device)).one()
                session.add(
                    Device(school_id=box.school_id, site_id=box.site_id, code="X", kind="nvr", host="127.9.61.2")
                )
            assert "127.9.61.2" not in browser.get("/found").text
        logins = [c.counters.onvif_with_credentials + c.counters.rtsp_with_credentials for c in cameras]
        beside = cameras[2].counters
        assert (beside.probes_answered, beside.onvif_connections, logins) == (0, 0, [0, 0, 0])
    made.close()


def test_the_command_keeps_what_it_found_unless_it_is_told_not_to(tmp_path):
    """With who looked; the same unit is one row however often it is found, and a part of a network is no whole look."""
    made = Fleet(tmp_path)
    allowed = {f"CAMERA_REGISTRY_{name}": value for name, value in {**ALLOWED, "OUTGOING__LOOPBACK": "true"}.items()}
    with running(_camera("127.9.62.1"), _camera("127.9.62.2")) as cameras:
        made.register(cameras[:1])
        with writing(made.engine) as session:
            session.get_one(fleet.Site, session.exec(select(Device.site_id)).one()).networks = "127.9.62.0/29"
        words = ("discover", "--school", ONE, "--json")
        assert run(tmp_path, *words, "--no-keep", environment=allowed).status == 1
        assert _rows(made.engine, FoundUnit) == []
        assert run(tmp_path, *words, environment=allowed).status == 1
        assert run(tmp_path, *words, "--network", "127.9.62.2/32", environment=allowed).status == 1
    (here, new), (look,) = _rows(made.engine, FoundUnit), _rows(made.engine, Discovery)
    assert (here.address, new.address, new.first_seen_at < new.last_seen_at) == ("127.9.62.1", "127.9.62.2", True)
    assert (look.state, look.found, look.by.startswith("cli:")) == ("done", 2, True)
    assert [unit.address for unit in _inbox(made.engine)] == ["127.9.62.2"]
    made.close()


def test_what_is_dismissed_does_not_come_back_until_it_is_taken_back(registry):
    """Not at the next discovery, and not at another address; another unit at its address is proposed."""
    _asked(registry, [_seen("127.9.60.3", MAC)])
    with _browser(registry) as browser:
        (unit,) = _inbox(registry)
        where = f"{PAGE}/found/{unit.number}"
        assert browser.post(f"{where}/dismiss", data={"why": " "}).status_code == 422
        sent = browser.post(f"{where}/dismiss", data={"why": "Camera căng tin"})
        assert sent.headers["location"] == "/found?done=dismissed"
        _asked(registry, [_seen("127.9.60.3", MAC)], now=NOW + timedelta(hours=1))
        _asked(registry, [_seen("127.9.60.4", MAC)], now=NOW + timedelta(hours=2))
        assert _inbox(registry) == ()
        _asked(registry, [_seen("127.9.60.4", "a4:14:37:0b:22:c9")], now=NOW + timedelta(hours=3))
        assert [(u.address, u.mac) for u in _inbox(registry)] == [("127.9.60.4", "a4:14:37:0b:22:c9")]
        page = browser.get("/found?what=dismissed").text
        assert ("Camera căng tin" in page, "Người city" in page) == (True, True)
        assert browser.post(f"{where}/restore").headers["location"] == "/found?what=dismissed&done=restored"
        assert browser.post(f"{where}/restore").headers["location"] == "/found?what=dismissed&done=not-restored"
    assert {u.mac for u in _inbox(registry)} == {MAC, "a4:14:37:0b:22:c9"}


def test_a_registered_device_at_another_address_is_said_to_have_moved(registry):
    """By its hardware address; it is not proposed as a new one. What did not answer the newest discovery is said."""
    with writing(registry) as session:
        session.exec(select(Device).where(Device.host == "127.9.60.1")).one().mac = MAC
    _asked(registry, [_seen("127.9.60.5", MAC), _seen("127.9.60.6")])
    assert [(u.address, u.moved_from, u.gone) for u in _inbox(registry)] == [
        ("127.9.60.5", "CAM-1", False),
        ("127.9.60.6", "", False),
    ]
    _asked(registry, [_seen("127.9.60.5", MAC)], now=NOW + timedelta(hours=1))
    assert [u.gone for u in _inbox(registry)] == [False, True]


def test_printers_and_what_stands_at_registered_addresses_are_not_proposed(registry):
    """What nothing shows to be a camera is not kept at all."""
    _asked(registry, [_seen("127.9.60.1"), _seen("127.9.60.2", video=False)])
    assert _inbox(registry) == ()
    assert [unit.address for unit in _rows(registry, FoundUnit)] == ["127.9.60.1"]


def test_each_person_sees_and_dismisses_what_is_of_their_schools(registry):
    """A technician and an officer theirs; the school looks and does nothing; an unseen school is not there."""
    _asked(registry, [_seen("127.9.60.3")])
    _asked(registry, [_seen("127.9.60.11")], code=OTHER)
    mine, theirs = _inbox(registry)
    with _browser(registry, "technician", schools=(ONE,)) as browser:
        page = browser.get("/found").text
        assert ("127.9.60.3" in page, "127.9.60.11" in page, "Bỏ qua</button>" in page) == (True, False, True)
        for address in (f"/schools/{OTHER}/found/{theirs.number}", f"/schools/{OTHER}/found/{mine.number}"):
            assert browser.post(f"{address}/dismiss", data={"why": "x"}).status_code == 404
        sent = browser.post(f"{PAGE}/found/{theirs.number}/dismiss", data={"why": "x"})
        assert sent.headers["location"] == "/found?done=not-dismissed"
        assert browser.post(f"/schools/{OTHER}/discover").status_code == 404
        assert browser.get(f"/schools/{OTHER}/discovery").status_code == 404
    with _browser(registry, "school", schools=(ONE,)) as browser:
        page = browser.get("/found").text
        assert ("127.9.60.3" in page, "Bỏ qua</button>" in page) == (True, False)
        assert browser.post(f"{PAGE}/discover").status_code == 404
    assert [u.address for u in _inbox(registry, Viewer(7, "a", "A", "district", district_id=2))] == ["127.9.60.11"]
    with _browser(registry) as browser:  # who sees both schools has to name the one that it is of
        sent = browser.post(f"{PAGE}/found/{theirs.number}/dismiss", data={"why": "x"})
        assert sent.headers["location"] == "/found?done=not-dismissed"
    assert all(unit.dismissed_at is None for unit in _rows(registry, FoundUnit))
    with reading(registry) as session:
        limit(session, Viewer(8, "b", "B", "school", school_ids=frozenset({1})))
        assert [unit.address for unit in session.exec(select(FoundUnit)).all()] == ["127.9.60.3"]
        assert [row.school_id for row in session.exec(select(Discovery)).all()] == [1]


def test_only_the_registered_networks_of_the_site_are_looked_through(registry):
    """And none of another school; a network that may not be asked has failed at once, and nothing is looked at."""
    (where,) = _asked(registry)
    assert [str(network) for network in where.networks] == [NETWORK]
    with writing(registry) as session:
        session.get_one(fleet.Site, 1).networks = "fd00::/64"
    assert _asked(registry) == []
    with writing(registry) as session:
        session.get_one(fleet.Site, 1).networks = ""
        assert discoveries.ask(session, ONE, "x", LOOPBACK, NOW) == 0
    assert [(row.state, row.reason) for row in _rows(registry, Discovery)] == [("done", ""), ("failed", "networks")]


def test_a_discovery_that_fails_says_so_and_the_worker_goes_on(registry):
    """It costs this one; the page says what to do, and another can be asked for."""
    _asked(registry, error=RuntimeError("x"))
    with _browser(registry) as browser:
        assert "dò tìm không thành công" in browser.get(PAGE).text
    _asked(registry, [_seen("127.9.60.3")])
    assert [row.state for row in _rows(registry, Discovery)] == ["failed", "done"]


def test_a_worker_that_is_gone_leaves_it_to_the_next_one_and_not_for_ever(registry):
    """After its lease; what the one before writes then is not taken; after three it is given up."""
    at = NOW
    with writing(registry) as session:
        discoveries.ask(session, ONE, "x", LOOPBACK, at)
    begun = []
    for number in range(MOST_ATTEMPTS):
        with writing(registry) as session:
            begun.append(discoveries.begin(session, f"w{number}", LOOPBACK, at))
            assert discoveries.begin(session, "other", LOOPBACK, at) is None
        at += LEASE + timedelta(seconds=1)
    with writing(registry) as session:
        assert not discoveries.goes_on(session, begun[0], 1, 6, at)
        assert not discoveries.finish(session, begun[0], [_seen("127.9.60.3")], at)
        assert discoveries.begin(session, "last", LOOPBACK, at) is None
    (row,) = _rows(registry, Discovery)
    assert (row.state, row.reason, _rows(registry, FoundUnit)) == ("failed", "attempts", [])


def test_a_worker_that_is_stopped_puts_it_back(registry):
    """It waits for the next one at once, and nothing of it was kept."""

    async def stopped():
        begun = asyncio.Event()

        async def discover(_where, _progress):
            begun.set()
            await asyncio.sleep(60)

        task = asyncio.create_task(Discoverer(registry, discover, lambda: LOOPBACK, lambda: NOW).run())
        await begun.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with writing(registry) as session:
        discoveries.ask(session, ONE, "x", LOOPBACK, NOW)
    asyncio.run(stopped())
    (row,) = _rows(registry, Discovery)
    assert (row.state, row.owner, row.attempts) == ("waiting", "", 0)


def test_it_waits_while_a_sweep_goes_on_at_the_site(registry):
    """A recorder is not asked by both at once."""
    with writing(registry) as session:
        discoveries.ask(session, ONE, "x", LOOPBACK, NOW)
        sweep = Sweep(night="2026-11-30", state="running", planned_at=NOW)
        session.add(sweep)
        session.flush()
        session.add(SweepSite(sweep_id=sweep.id, site_id=1, state="leased", leased_until=NOW + LEASE))
        session.flush()
        assert discoveries.begin(session, "w", LOOPBACK, NOW) is None
        assert discoveries.begin(session, "w", LOOPBACK, NOW + LEASE) is not None


def test_what_is_registered_and_never_answered_is_listed_with_the_reason(registry):
    """From so many days after it was registered; with why the newest look came to nothing; not the cloud-only."""
    with writing(registry) as session:
        school = session.exec(select(School).where(School.code == ONE)).one()
        fleet.device(session, school, "NEW", host="127.9.60.4")
        fleet.device(session, school, "APP", kind="cloud", host="")
        fleet.device(session, school, "OK", host="127.9.60.5", last_answered_at=NOW)
        sweep = Sweep(night="2026-11-30", state="done", planned_at=NOW)
        session.add(sweep)
        session.flush()
        failed = {"state": "failed", "reason": "unreachable", "ended_at": NOW - timedelta(hours=5)}
        session.add(SweepItem(sweep_id=sweep.id, site_id=1, device_id=1, **failed))
    with writing(registry) as session:
        for edit in session.exec(select(Edit)).all():
            edit.at = NOW - timedelta(days=1 if edit.device_id == 3 else 10)
    with reading(registry) as session:
        codes = [
            [(d.school_code, d.code) for d in never_seen.listed(session, NOW, days, ONE).rows] for days in (0, 3, 30)
        ]
    assert codes == [[(ONE, "CAM-1"), (ONE, "NEW")], [(ONE, "CAM-1")], []]
    with _browser(registry, "technician", schools=(ONE,)) as browser:
        page = browser.get("/found?what=never").text
        assert ("CAM-1" in page, "NEW" in page, OTHER in page) == (True, False, False)
        assert "Không tới được địa chỉ" in page
        assert browser.get("/found?what=never&days=x").status_code == 422


def test_a_discovery_is_made_of_the_settings(registry):
    """The networks of the site bound it, whatever the settings allow."""
    settings = Settings()
    (where,) = _asked(registry)
    plan = app.discovery_plan(settings, where, 0.5)
    assert (plan.outgoing.allowed, plan.answer_s, plan.per_second) == ((NETWORK,), 0.5, settings.discovery.per_second)
