"""Proof: a newer database, a missing key and a full disk end each command that looks or shows in a clear error, and
nothing is half written.
"""

import os
import sqlite3

import pytest
from sqlmodel import func, select

from camera_registry.database import reading
from camera_registry.models import Measurement, SweepItem
from probes.simulator import presets, running
from tests.acceptance.command import run
from tests.acceptance.fleet import TYPED, Fleet
from tests.small_disk import small_disk

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


def _ask_on_a_full_disk(fleet):
    """A sweep is asked for, and then the disk is filled to the last byte."""
    number = fleet.ask()
    fleet.engine.dispose()
    with (fleet.folder / "filler").open("wb") as filler:
        try:
            while True:
                os.write(filler.fileno(), bytes(4096))
        except OSError:
            return number


def test_a_disk_that_fills_up_stops_the_worker_and_loses_nothing(tmp_path):
    """No result counts that was not written; with room again the same sweep goes on to its end."""
    with small_disk(tmp_path / "disk", 1400) as disk, running(presets.good_h264(password=TYPED)) as cameras:
        fleet = Fleet(disk, PROBE__PICTURE="false", SWEEP__LEASE_S=2)
        fleet.register(cameras)
        number = _ask_on_a_full_disk(fleet)
        worker = fleet.start("work")
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 2
        assert "registry.db: the disk is full" in errors
        assert "Traceback" not in errors
        (disk / "filler").unlink()
        with reading(fleet.engine) as session:
            assert session.exec(select(func.count()).select_from(Measurement)).one() == 0
            assert session.exec(select(SweepItem.ended_at)).all() == [None]
        fleet.work_until_over(number)
        assert fleet.progress(number).done == 1
        fleet.close()
