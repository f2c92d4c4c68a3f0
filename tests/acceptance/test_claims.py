"""Proof: a hundred sites claimed by four workers at once; each is claimed by one of them, once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from camera_registry.database import open_database, upgrade, writing
from camera_registry.models import Device, Site
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope
from probes.visit import utc_now
from tests import postgresql
from tests.camera_registry.registered import device

SITES = 100
WORKERS = 4
ROOT = Path(__file__).parents[2]


def _hundred_sites(url):
    engine = open_database(url)
    upgrade(engine)
    with writing(engine) as session:
        first = device(session)
        for number in range(1, SITES):
            site = Site(school_id=first.school_id, name=f"Cơ sở {number}")
            session.add(site)
            session.flush()
            session.add(
                Device(school_id=first.school_id, site_id=site.id, code=f"D{number}", kind="ip_camera", host="h")
            )
        sweeps.ask(session, Scope(), "test", utc_now())
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of a new database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'registry.db'}"
        return
    with postgresql.running() as server:
        yield server.create()


def test_each_site_is_claimed_once(url):
    """Four processes that begin together get all hundred between them, none of them twice, and not one alone."""
    _hundred_sites(url)
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.claiming"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.stdin.write(f"{url}\n")
        worker.stdin.flush()
    try:
        assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * WORKERS
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        claimed = [json.loads(worker.communicate(timeout=100)[0]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    sites = [site for mine in claimed for site in mine]
    assert (len(sites), len(set(sites))) == (SITES, SITES)
    assert sum(map(bool, claimed)) > 1  # they raced; on a busy machine one may come too late for any
