"""Doctor sees whether the pages answer, the last night ended, and somebody works."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlmodel import select

from camera_registry.config import SweepSettings, WebSettings
from camera_registry.database import writing
from camera_registry.doctor.work import night, pages, worker
from camera_registry.models import Agent, AgentOrder, AgentSite, Device, School, Site, Sweep, SweepItem, SweepSite
from tests.camera_registry.doctor.places import NOW, around, only

HOUR = timedelta(hours=1)


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.headers["Host"] == "cameras.example.vn" else 421)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing is printed."""


@pytest.fixture
def listening():
    """A port at which something answers to one name."""
    with HTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def site(engine):
    """A site with one device."""
    with writing(engine) as session:
        session.connection().exec_driver_sql("INSERT INTO district (id, code, name) VALUES (1, 'A', 'UBND A')")
        session.add(School(id=1, code="S", name="Trường", managed_by=1))
        session.flush()
        session.add(Site(id=1, school_id=1))
        session.flush()
        session.add(Device(id=1, school_id=1, site_id=1, code="D", kind="camera"))


def _sweep(engine, planned_at, state="running", kind="night", leased_until=None, reason=""):
    with writing(engine) as session:
        session.add(Sweep(id=1, night="2026-11-23", kind=kind, state=state, planned_at=planned_at))
        session.flush()
        lease = "leased" if leased_until else "waiting"
        session.add(SweepSite(sweep_id=1, site_id=1, state=lease, leased_until=leased_until))
        session.add(SweepItem(sweep_id=1, site_id=1, device_id=1, reason=reason))


def test_pages_that_do_not_answer_are_bad(engine, tmp_path, listening):
    """Nobody there, and somebody who does not know the name; it says how they are started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    gone = around(tmp_path, web=WebSettings(port=free))
    assert "nothing there" in only(pages(gone, engine), "bad").seen["en"]
    other = around(tmp_path, web=WebSettings(port=listening, hosts=("other.example.vn",)))
    assert "421" in only(pages(other, engine), "bad").seen["en"]
    ours = around(tmp_path, web=WebSettings(port=listening, hosts=("cameras.example.vn",)))
    only(pages(ours, engine), "well")


def test_a_night_that_was_not_planned_is_bad(engine, tmp_path, site):
    """The last one is two days old: `serve` did not run."""
    _sweep(engine, NOW - 40 * HOUR, "done")
    assert "2026-11-23" in only(night(around(tmp_path), engine), "bad").seen["en"]


def test_a_night_of_yesterday_is_well(engine, tmp_path, site):
    """It was planned within a day."""
    _sweep(engine, NOW - 12 * HOUR, "done")
    only(night(around(tmp_path), engine), "well")


@pytest.mark.parametrize("reason", ["window_over", "our_limit", "unreadable_login"])
def test_devices_that_were_left_out_for_our_reasons_are_to_be_minded(engine, tmp_path, site, reason):
    """How many, for which reason, and what helps."""
    _sweep(engine, NOW - 12 * HOUR, "done", reason=reason)
    found = only(night(around(tmp_path), engine), "mind")
    assert f"{reason}: 1" in found.seen["vi"]
    assert reason in found.to_do["vi"]


def test_before_the_first_night_there_is_something_to_mind(engine, tmp_path, site):
    """`serve` has to run through its window; with no nights set it is left out."""
    assert "22:00-05:00" in only(night(around(tmp_path), engine), "mind").to_do["en"]
    only(night(around(tmp_path, sweep=SweepSettings(nightly=False)), engine), "left_out")


def test_without_devices_no_night_is_missed(engine, tmp_path):
    """A new registry is not ill."""
    only(night(around(tmp_path), engine), "left_out")
    only(worker(around(tmp_path), engine), "left_out")


def test_work_that_nobody_takes_up_is_bad(engine, tmp_path, site):
    """It waits for ten minutes, and no lease runs."""
    _sweep(engine, NOW - HOUR / 6, kind="asked")
    assert "camera-registry work" in only(worker(around(tmp_path), engine), "bad").to_do["vi"]


def test_a_lease_that_has_run_out_is_nobody_at_work(engine, tmp_path, site):
    """The worker that had it is gone."""
    _sweep(engine, NOW - HOUR, leased_until=NOW - HOUR / 2)
    only(worker(around(tmp_path), engine), "bad")


def test_a_lease_that_runs_is_somebody_at_work(engine, tmp_path, site):
    """However long the sweep takes."""
    _sweep(engine, NOW - HOUR, leased_until=NOW + HOUR / 60)
    only(worker(around(tmp_path), engine), "well")


def test_work_that_may_not_begin_yet_waits_for_nobody(engine, tmp_path, site):
    """A second pass has its hour."""
    _sweep(engine, NOW - HOUR)
    with writing(engine) as session:
        session.get(SweepSite, (1, 1)).not_before = NOW + HOUR
    only(worker(around(tmp_path), engine), "left_out")


def test_what_an_agent_has_tells_of_no_worker_and_waits_for_none(engine, tmp_path, site):
    """Its order lasts for hours: that a site waits beside it for a worker is bad all the same; that nothing else is to
    be done, or only what the same agent does next, is not.
    """
    _sweep(engine, NOW - 3 * HOUR, leased_until=NOW + HOUR)
    with writing(engine) as session:
        session.exec(select(SweepSite)).one().owner = "agent/A/1"
        session.add(Site(id=2, school_id=1, name="B"))
        agent = Agent(code="A", name="A", made_by="x", made_at=NOW)
        session.add(agent)
        session.flush()
        made = {"owner": "agent/A/1", "made_at": NOW, "ends_by": NOW + HOUR}
        session.add(AgentOrder(id=1, agent_id=agent.id, sweep_id=1, site_id=1, **made))
    only(worker(around(tmp_path), engine), "left_out")
    with writing(engine) as session:
        session.add(SweepSite(sweep_id=1, site_id=2, state="waiting"))
    only(worker(around(tmp_path), engine), "bad")
    with writing(engine) as session:
        session.add(AgentSite(site_id=2, agent_id=agent.id))
    only(worker(around(tmp_path), engine), "left_out")
