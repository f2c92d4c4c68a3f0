"""Proof: two `work` processes on one PostgreSQL share a sweep, as on two machines: each device is looked at once, and
neither does it all alone. What they have of the database is its address.
"""

import signal

import pytest
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import SweepItem, SweepSite
from probes.simulator import presets, running
from tests import postgresql
from tests.acceptance.fleet import TYPED, Fleet, until

SITES = 12
"""More than one worker has room for, as the fixture sets them up."""


@pytest.fixture
def fleet(tmp_path):
    """Twelve cameras at twelve sites in a registry on PostgreSQL."""
    with postgresql.running() as server:
        settings = {"PROBE__PICTURE": "false", "PROBE__SAMPLE_S": 1, "SWEEP__AT_ONCE": 4}
        made = Fleet(tmp_path, server.create(), **settings)
        with running(*[presets.good_h264(password=TYPED) for _ in range(SITES)]) as cameras:
            made.register(cameras, sites=SITES)
            yield made
        made.close()


def test_two_workers_look_at_each_device_once(fleet):
    """All are done with one attempt each, both workers had sites, and the log of neither holds the address."""
    workers = [fleet.start("work") for _ in range(2)]
    said = [worker.stderr.readline() for worker in workers]
    assert all("Working on postgresql://" in line for line in said)
    number, owners = fleet.ask(), set()
    try:
        until(lambda: _seen(fleet, owners) or fleet.progress(number).over, 90)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        said += [worker.communicate(timeout=30)[1] for worker in workers]
    with reading(fleet.engine) as session:
        items = session.exec(select(SweepItem.state, SweepItem.attempts)).all()
    assert items == [("done", 1)] * SITES
    assert len(owners) == 2
    assert not any(postgresql.PASSWORD in words for words in said)


def _seen(fleet, owners):
    """Notes which processes hold a site now."""
    with reading(fleet.engine) as session:
        held = session.exec(select(SweepSite.owner).where(SweepSite.state == "leased")).all()
    owners |= {owner.rpartition("/")[0] for owner in held}
    return False
