"""Proof: a newer database, a missing key and a full disk end each command that looks or shows in a clear error, and
nothing is half written.
"""

import sqlite3
from contextlib import contextmanager

import pytest
from sqlmodel import func, select

from camera_registry.database import reading
from camera_registry.models import Measurement, SweepItem
from probes.simulator import presets, running
from tests.acceptance.command import run
from tests.acceptance.fleet import TYPED, Fleet, until
from tests.small_disk import fill_up, small_disk

COMMANDS = (["work"], ["serve"], ["probe", "--all"])


@pytest.fixture
def fleet(tmp_path):
    """A registry with one simulated camera."""
    fleet = Fleet(tmp_path, PROBE__PICTURE="false", SWEEP__LEASE_S=2)
    with running(presets.good_h264(password=TYPED)) as cameras:
        fleet.register(cameras)
        yield fleet
    fleet.close()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_newer_database_is_refused_and_left_alone(fleet, words):
    """Exit status 2, the version is named, and not a byte has changed."""
    with sqlite3.connect(fleet.folder / "var/registry.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    before = "\n".join(connection.iterdump())
    result = run(fleet.folder, *words)
    assert result.status == 2
    assert "newer version of this program (9999_later); install that version" in result.err
    assert "Traceback" not in result.err
    assert "\n".join(connection.iterdump()) == before
    connection.close()


@pytest.mark.parametrize("words", [*COMMANDS, ["credential", "0790001/IP-00", "--try-again"]], ids=" ".join)
def test_a_missing_key_is_said_and_none_is_made(fleet, words):
    """The password that is sealed needs the key that is gone: nothing is sent, and no new key would open it."""
    key = fleet.folder / "var/registry.key"
    key.unlink()
    result = run(fleet.folder, *words)
    assert result.status == 2
    assert "registry.key: the key is missing, and passwords are sealed with it; put the file back" in result.err
    assert not key.exists()


@contextmanager
def _fleet_on(disk):
    """A registry on a small disk, with one camera that is slow to say anything."""
    slow = presets.good_h264(password=TYPED, answer_after_s=0.4)
    fleet = Fleet(disk, PROBE__PICTURE="false", SWEEP__LEASE_S=2)
    with running(slow) as cameras:
        fleet.register(cameras)
        yield fleet, cameras[0]
    fleet.close()


def _ends_with_a_full_disk(worker):
    _, errors = worker.communicate(timeout=60)
    assert worker.returncode == 2
    assert "registry.db: the disk is full" in errors
    assert "Traceback" not in errors


def _nothing_is_half_written(fleet):
    with reading(fleet.engine) as session:
        assert session.exec(select(func.count()).select_from(Measurement)).one() == 0
        assert session.exec(select(SweepItem.ended_at)).all() == [None]


def test_a_disk_that_fills_up_during_a_look_stops_the_worker_and_loses_nothing(tmp_path):
    """No result counts that was not written; with room again the same sweep goes on to its end."""
    with small_disk(tmp_path / "disk", 4000) as disk, _fleet_on(disk) as (fleet, camera):
        number = fleet.ask()
        worker = fleet.start("work")
        until(lambda: camera.counters.requests.get("PLAY"))
        fill_up(disk)
        _ends_with_a_full_disk(worker)
        (disk / "filler").unlink()
        _nothing_is_half_written(fleet)
        fleet.work_until_over(number)
        assert fleet.progress(number).done == 1


def test_a_worker_does_not_begin_on_a_full_disk(tmp_path):
    """It says so at once; with room again the sweep that was asked for before is done."""
    with small_disk(tmp_path / "disk", 4000) as disk, _fleet_on(disk) as (fleet, camera):
        number = fleet.ask()
        fleet.engine.dispose()
        fill_up(disk)
        _ends_with_a_full_disk(fleet.start("work"))
        assert camera.counters.connections == 0
        (disk / "filler").unlink()
        _nothing_is_half_written(fleet)
        fleet.work_until_over(number)
        assert fleet.progress(number).done == 1
