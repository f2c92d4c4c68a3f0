"""Proof: each fault of the machine, the network or a file ends in a clear message, and nothing is lost. Real processes,
real files, real servers; docs/faults.md has a row for each, with the tests of the rooms beside these.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlmodel import select

from camera_registry.config import MailSettings
from camera_registry.database import reading, writing
from camera_registry.models import (
    ApiToken,
    Credential,
    Delivery,
    ListedFinding,
    LoginRecord,
    NewsItem,
    SweepItem,
    Webhook,
)
from camera_registry.sending.mail import Letter, NoServerError, Post
from camera_registry.store import credentials
from camera_registry.store.webhooks import WebhookPlace
from camera_registry.vault import Vault, open_vault, read_vault
from probes.simulator import presets, running
from probes.visit import utc_now
from tests import postgresql
from tests.acceptance.command import run
from tests.acceptance.fleet import TYPED, Fleet, until
from tests.acceptance.logged import serving
from tests.camera_registry.people import signed_in
from tests.small_disk import fill_up, small_disk

pytestmark = pytest.mark.timeout(240)
QUICK = {
    "PROBE__PICTURE": "false",
    "PROBE__SAMPLE_S": 1,
    "PROBE__READ_S": 2,
    "SWEEP__LEASE_S": 2,
    "SWEEP__AGAIN_AFTER_S": 0,
}
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@contextlib.contextmanager
def _fleet(folder, *specs, **settings):
    """A registry with these simulated cameras, and the cameras."""
    fleet = Fleet(folder, **QUICK, **settings)
    try:
        with running(*specs) as cameras:
            fleet.register(cameras)
            yield fleet, cameras
    finally:
        fleet.close()


@pytest.fixture
def fleet(tmp_path):
    """A registry with one camera."""
    with _fleet(tmp_path, presets.good_h264(password=TYPED)) as (made, _):
        yield made


@contextlib.contextmanager
def _browser(fleet, server, role="city", now=None):
    """A browser in which a person of this role has signed in, a while ago."""
    at = now or datetime.now(UTC) - timedelta(minutes=5)
    token = signed_in(fleet.engine, role, f"Người {role}", now=at)
    with httpx2.Client(base_url=server.address, headers={"Origin": server.address}, timeout=60) as made:
        made.cookies.set("session", token)
        yield made


def _make_token(browser):
    """The answer of a page that writes."""
    return browser.post("/account/tokens", data={"name": "Báo cáo", "scope": "read", "days": "1"})


def _states(fleet, number):
    with reading(fleet.engine) as session:
        wanted = select(SweepItem.state, SweepItem.reason).where(SweepItem.sweep_id == number)
        return sorted(session.exec(wanted).all())


# The disk


def test_a_page_on_a_full_disk_says_so_and_what_can_be_read_is_shown(tmp_path):
    """A form is answered with 503 and what to do, and nothing of it is kept; with room again it works as before. Who
    reads meanwhile reads, though it cannot be kept that they were here.
    """
    with small_disk(tmp_path / "disk", 4000) as disk, _fleet(disk, presets.good_h264(password=TYPED)) as (fleet, _):
        settings = {"CAMERA_REGISTRY_WATCH__LEAST_DISK_MB": "1"}
        with serving(fleet, "--no-work", **settings) as server, _browser(fleet, server) as browser:
            assert server.get("/readyz").status_code == 200
            filler = fill_up(disk)
            answer = _make_token(browser)
            assert (answer.status_code, "registry.db: the disk is full" in answer.text) == (503, True)
            assert "nothing was half written" in answer.text
            assert browser.get("/schools").status_code == 200
            until(lambda: server.get("/readyz").json()["parts"]["disk"] == "not usable")
            filler.unlink()
            assert _make_token(browser).status_code == 200
            assert "It is not kept that somebody is here: " in server.log
        with reading(fleet.engine) as session:
            assert len(session.exec(select(ApiToken)).all()) == 1


# The database


def test_pages_and_worker_go_on_when_a_database_that_was_away_is_back(tmp_path):
    """PostgreSQL is stopped: pages say so with 503, the program lives and is not ready; started again, the same
    processes (or a worker that was started again) do what was asked for.
    """
    if not shutil.which("initdb", path=str(postgresql.PROGRAMS)):
        pytest.skip("PostgreSQL is not here")
    with (
        postgresql.running() as database,
        _fleet(tmp_path, presets.good_h264(password=TYPED), database=database.create()) as (fleet, _),
        serving(fleet) as server,
        _browser(fleet, server) as browser,
    ):
        assert browser.get("/schools").status_code == 200
        number = fleet.ask()
        database.stop()
        page = browser.get("/schools")
        assert page.status_code == 503
        assert "goes on when the server is back" in page.text or "cannot be reached" in page.text, page.text
        assert postgresql.PASSWORD not in page.text + server.log
        assert (server.get("/healthz").status_code, server.get("/readyz").status_code) == (200, 503)
        database.start()
        until(lambda: browser.get("/schools").status_code == 200)
        until(lambda: server.get("/readyz").status_code == 200)
        until(lambda: fleet.progress(number).over, 90)
        assert _states(fleet, number) == [("done", "")]


def test_a_damaged_page_of_the_database_says_restore_and_nothing_is_written_over_it(fleet):
    """The table of devices is overwritten on the disk: what needs it is 503 and says what to do, the rest works, a
    command ends with status 2, and the damaged page stands there as it was, for whoever tries to save something.
    """
    file = fleet.folder / "var/registry.db"
    fleet.engine.dispose()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'device'").fetchone()
    damaged = bytes(byte ^ 0x5A for byte in _page(file, root, size))
    with serving(fleet, "--no-work") as server, _browser(fleet, server) as browser:
        until(lambda: browser.get("/schools").status_code == 200)
    with file.open("r+b") as out:
        out.seek((root - 1) * size)
        out.write(damaged)
    with serving(fleet, "--no-work") as server, _browser(fleet, server) as browser:
        page = browser.get("/devices/0790001/IP-00")
        assert page.status_code == 503
        assert "or it is damaged; restore a backup" in page.text
        assert browser.get("/account").status_code == 200
    result = run(fleet.folder, "probe", "--all", environment=fleet.environment)
    assert (result.status, "restore a backup" in result.err, "Traceback" in result.err) == (2, True, False)
    assert _page(file, root, size) == damaged


def _page(file, number, size):
    with file.open("rb") as held:
        held.seek((number - 1) * size)
        return held.read(size)


# The clock


@pytest.mark.skipif(not FAKETIME.exists(), reason="Debian's package faketime is not here")
def test_a_clock_that_jumps_loses_no_look_and_lets_nobody_in(tmp_path):
    """A day forward and two hours back while a sweep goes on: each sweep ends with every device in one state, each look
    once; who signed in before the jump forward signs in again, and nobody is let in by the way back.
    """
    slow = presets.good_h264(password=TYPED, answer_after_s=0.3)
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with _fleet(tmp_path, slow, slow, SWEEP__SITE_AT_ONCE=1) as (fleet, cameras), serving(fleet, **faked) as server:
        with _browser(fleet, server) as browser:
            assert browser.get("/schools").status_code == 200
            for jump in ("+1d", "-2h"):
                _sweep_while(fleet, lambda: clock.write_text(jump))  # noqa: B023  (it ends within its turn)
                assert browser.get("/schools").headers.get("location", "").startswith("/login"), jump
        now = datetime.now(UTC) - timedelta(hours=2)
        with _browser(fleet, server, now=now) as again:
            assert again.get("/schools").status_code == 200
        until(lambda: all(camera.counters.sessions_open == 0 for camera in cameras))
    assert "Traceback" not in server.log


def _sweep_while(fleet, happens):
    """This happens while a sweep goes on, and every device has been looked at in the end."""
    number = fleet.ask()
    until(lambda: fleet.progress(number).under_way)
    happens()
    until(lambda: fleet.progress(number).over, 90)
    assert _states(fleet, number) == [("done", "")] * len(fleet.devices)


# The network


def test_a_webhook_whose_name_nobody_knows_waits_and_is_told_later(fleet):
    """DNS is dead: the message waits with the reason, is not lost, and the pages work on."""
    vault = open_vault(fleet.folder / "var/registry.key", {}, sealed_exist=True)
    with writing(fleet.engine) as session:
        known = {"address": "https://receiver.invalid/hook", "kinds": "digest", "made_by": "x", "made_at": utc_now()}
        hook = Webhook(name="Trung tâm", **known)
        session.add(hook)
        session.flush()
        hook.sealed = vault.seal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WebhookPlace(hook.id))
        session.add(NewsItem(key="digest/1", kind="digest", at=utc_now()))
    with serving(fleet, "--no-work") as server, _browser(fleet, server) as browser:
        until(lambda: _delivery(fleet) and _delivery(fleet).error, 60)
        assert browser.get("/schools").status_code == 200
        assert "the name is not known" in browser.get("/webhooks").text
    assert (_delivery(fleet).state, _delivery(fleet).attempts) == ("waiting", 1)


def _delivery(fleet):
    with reading(fleet.engine) as session:
        return session.exec(select(Delivery)).first()


def test_a_mail_server_whose_name_nobody_knows_is_told_by_its_name():
    """What the log says when DNS is dead; that the mail waits and costs no try, test_mailing shows."""
    settings = MailSettings(host="mail.invalid", sender="a@b.example", links="https://c.example", timeout_s=5)
    with pytest.raises(NoServerError, match=r"the name mail\.invalid is not known; see mail\.host, and the DNS"):
        Post(settings).send(Letter("x@y.example", "s", "t", "h", "https://c.example/u"), utc_now())


def test_a_network_that_goes_in_mid_sweep_is_no_fault_of_a_camera(tmp_path):
    """Cameras vanish while they are looked at: they end as not reached, no login counts as wrong, and the official list
    is what it was; the next sweep over a network that is back finds them.
    """
    spec = presets.mjpeg_only(password=TYPED, answer_after_s=0.3)
    fleet = Fleet(tmp_path, **QUICK, STANDARD__NIGHTS=1)
    with running(spec, spec) as cameras:
        fleet.register(cameras)
        fleet.work_until_over(fleet.ask())
        before = _official(fleet)
        assert before, "something fails before, so that the list has rows"
        number = fleet.ask()
        worker = fleet.start("work")
        until(lambda: sum(camera.counters.requests.get("PLAY", 0) for camera in cameras) > 2)
    try:
        until(lambda: fleet.progress(number).over, 120)
    finally:
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=30)
    assert "Traceback" not in errors
    states = _states(fleet, number)
    assert {state for state, _ in states} <= {"failed", "done"}
    assert {reason for state, reason in states if state == "failed"} <= {"unreachable", "refused", "timeout", "closed"}
    with reading(fleet.engine) as session:
        assert {row.onvif for row in session.exec(select(LoginRecord)).all()} == {"good"}
    assert _official(fleet) == before
    fleet.close()


def _official(fleet):
    """The rows of the official list: device, rule, and what was seen."""
    with reading(fleet.engine) as session:
        return sorted((row.device_id, row.rule) for row in session.exec(select(ListedFinding)).all())


# Memory


def test_a_child_that_is_ended_for_want_of_memory_costs_its_picture_alone(tmp_path):
    """The system kills what decodes, again and again: the look ends, the picture is not known, and what the stream has
    is known; test_decode shows that our own limit stops a child earlier.
    """
    with _fleet(tmp_path, presets.good_h264(password=TYPED)) as (fleet, _):
        fleet.environment["CAMERA_REGISTRY_PROBE__PICTURE"] = "true"
        number = fleet.ask()
        worker = fleet.start("work")
        killed = 0
        try:
            while not fleet.progress(number).over:
                for child in psutil.Process(worker.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
                        killed += 1
        finally:
            worker.send_signal(signal.SIGTERM)
            _, errors = worker.communicate(timeout=30)
        assert killed > 0
        assert "Traceback" not in errors
        assert _states(fleet, number) == [("done", "")]


# Settings

SPOILT = {
    "broken": (b"[web\nport = 1", "this is not TOML"),
    "of another type": (b'[web]\nport = "many"', "web.port: Input should be a valid integer"),
    "not known": (b"[web]\nprot = 8000", "web.prot: no such setting; config.toml of the project lists all there are"),
    "no text": (b'language = "\xff\xfe"', "this is not UTF-8 text (byte 12): save it as UTF-8"),
    "half written": (b'language = "v', "this is not TOML"),
}


@pytest.mark.parametrize(("command", "fault"), [("serve", "broken"), *(("work", fault) for fault in SPOILT)])
def test_spoilt_settings_are_told_before_anything_begins(tmp_path, fault, command):
    """File, place and what to write; status 2, and no database is made."""
    content, words = SPOILT[fault]
    (tmp_path / "config.toml").write_bytes(content)
    result = run(tmp_path, command)
    assert (result.status, "Traceback" in result.err) == (2, False)
    assert f"config.toml: {words}" in result.err
    assert not (tmp_path / "var").exists()


def test_settings_that_are_a_folder_or_cannot_be_read_are_told(tmp_path):
    """In the working folder, and where they are named."""
    (tmp_path / "config.toml").mkdir()
    for words in (["work"], ["work", "--config", str(tmp_path)]):
        result = run(tmp_path, *words)
        assert (result.status, "this is a folder; name the file of the settings" in result.err) == (2, True)
    result = run(tmp_path, "work", "--config", "/proc/self/mem")  # a file that nobody reads from its beginning
    assert (result.status, "cannot be read: " in result.err, "Traceback" in result.err) == (2, True, False)
    result = run(tmp_path, "work", "--config", "nothing.toml")
    assert (result.status, "nothing.toml: no such file; make it" in result.err) == (2, True)


# The key


def test_a_key_that_is_lost_while_pages_are_shown_is_asked_for_and_none_is_made(fleet):
    """Pages show; a password is not saved, and the page says to put the key back; then it is saved. How a start without
    the key ends, test_unusable shows.
    """
    key = fleet.folder / "var/registry.key"
    form = {"username": "quansat", "password": "another-Pa55"}
    with serving(fleet, "--no-work") as server, _browser(fleet, server) as browser:
        kept = key.rename(key.with_name("elsewhere"))
        assert browser.get("/devices/0790001/IP-00").status_code == 200
        page = browser.post("/devices/0790001/IP-00/login", data=form)
        assert page.status_code == 503
        assert "the key is missing, and passwords are sealed with it; put the file back" in page.text
        assert not key.exists()
        kept.rename(key)
        assert browser.post("/devices/0790001/IP-00/login", data=form).status_code == 303
    assert form["password"] not in server.log


@pytest.mark.parametrize("command", [["serve"], ["work"], ["probe", "--all"]], ids=" ".join)
def test_the_key_of_another_registry_is_refused_and_both_stay(fleet, command):
    """Status 2, what to do, and neither the key nor a sealed value has changed."""
    key = fleet.folder / "var/registry.key"
    key.rename(key.with_name("mine"))
    open_vault(key, {}, sealed_exist=False)
    other, sealed = key.read_bytes(), _sealed(fleet)
    result = run(fleet.folder, *command, environment=fleet.environment)
    assert (result.status, "Traceback" in result.err) == (2, False)
    assert "a sealed value does not open with this key; put back the key it was sealed with" in result.err
    assert (key.read_bytes(), _sealed(fleet)) == (other, sealed)


def _sealed(fleet):
    with reading(fleet.engine) as session:
        return session.exec(select(Credential.sealed)).all()


def test_a_password_that_does_not_open_leaves_its_device_alone(tmp_path):
    """It was sealed by another registry: the device is left out with that reason, sees no connection, and the others
    are looked at.
    """
    good = presets.good_h264(password=TYPED)
    with _fleet(tmp_path, good, good) as (fleet, cameras):
        with writing(fleet.engine) as session:
            credentials.put(session, Vault(os.urandom(32)), fleet.devices[0], "admin", TYPED, utc_now())
        with writing(fleet.engine) as session:  # the newest value is one that opens: the key is the right one
            mine = read_vault(tmp_path / "var/registry.key")
            for password in ("another", TYPED):  # the same one again would be no newer value
                credentials.put(session, mine, fleet.devices[1], "admin", password, utc_now())
        number = fleet.ask()
        fleet.work_until_over(number)
        assert _states(fleet, number) == [("done", ""), ("skipped", "unreadable_login")]
        assert (cameras[0].counters.connections, cameras[1].counters.connections > 0) == (0, True)
