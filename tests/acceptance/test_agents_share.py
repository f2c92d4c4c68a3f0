"""Proof: agents share a sweep with each other and with nobody else: each device is looked at once, by the agent of its
site, and no limit of a device or a site is broken. Real agents, a real `work`, a real nats-server, simulated cameras.
"""

import threading
from contextlib import nullcontext

import pytest
from sqlmodel import func, select

from camera_registry.database import reading
from camera_registry.models import AgentOrder, Measurement, SweepItem, SweepSite
from probes.simulator import presets, running
from tests import postgresql
from tests.acceptance.fleet import TYPED
from tests.acceptance.stations import Stations
from tests.nats_server import nats_server

SCHOOLS, OF_EACH = 8, 2
SITE_AT_ONCE = 1

pytestmark = [pytest.mark.xdist_group("agents_share"), pytest.mark.timeout(300)]


@pytest.fixture(params=["sqlite 2", "sqlite 4", "postgresql 2"])
def fleet(request, tmp_path):
    """Eight schools of two cameras each, shared by two or four agents; one more, which has none."""
    on, number = request.param.split()
    codes = [f"TRAM-{n}" for n in range(int(number))]
    with nats_server() as server, postgresql.running() if on == "postgresql" else nullcontext() as database:
        address = database.create() if database else ""
        made = Stations(tmp_path, server, address, SWEEP__SITE_AT_ONCE=SITE_AT_ONCE, AGENTS__AT_ONCE=2)
        cameras = [presets.good_h264(password=TYPED) for _ in range(SCHOOLS * OF_EACH + 1)]
        with running(*cameras) as made.cameras:
            try:
                for n in range(SCHOOLS):
                    made.register(made.cameras[n * OF_EACH : (n + 1) * OF_EACH], f"07900{n:02}")
                for turn, code in enumerate(codes):
                    made.add_agent(code, *[f"07900{n:02}" for n in range(turn, SCHOOLS, len(codes))])
                made.register(made.cameras[-1:], "0790099")
                made.codes = codes
                yield made
            finally:
                made.stop()


class _Watching(threading.Thread):
    """Looks again and again how many sessions are open at the cameras of each site; `most` is the most."""

    def __init__(self, cameras) -> None:
        super().__init__(daemon=True)
        self.sites = [cameras[n : n + OF_EACH] for n in range(0, len(cameras) - 1, OF_EACH)]
        self.most, self.over = 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.01):
            self.most = max(self.most, *(sum(c.counters.sessions_open for c in site) for site in self.sites))


def test_agents_share_a_sweep(fleet):
    """Every device is done with one attempt and one measurement, each agent had its own sites, the server its own, and
    at no site were more devices looked at at a time than the settings say, at no camera more than one session open.
    """
    for code in fleet.codes:
        fleet.start_agent(code)
    fleet.start_work()
    watching = _Watching(fleet.cameras)
    watching.start()
    number = fleet.ask()
    fleet.until_over(number, 150)
    watching.over.set()
    items = fleet.items(number)
    assert items == [("done", "", 1)] * len(fleet.devices), fleet.logs()
    with reading(fleet.engine) as session:
        measured = session.exec(select(Measurement.device_id, func.count()).group_by(Measurement.device_id)).all()
        orders = session.exec(select(AgentOrder.agent_id, func.count()).group_by(AgentOrder.agent_id)).all()
        assert session.exec(select(AgentOrder).where(AgentOrder.state != "closed")).all() == []
        assert session.exec(select(SweepSite.state).distinct()).all() == ["done"]
        cost = session.exec(select(SweepItem.connections)).all()
    assert sorted(measured) == [(device, 1) for device in sorted(fleet.devices)]
    assert sorted(n for _, n in orders) == [SCHOOLS // len(fleet.codes)] * len(fleet.codes)
    for camera in fleet.cameras:
        assert camera.counters.sessions_peak == 1
        assert camera.counters.sessions_open == 0
    assert watching.most == SITE_AT_ONCE
    assert all(cost)
    assert TYPED not in fleet.logs()
