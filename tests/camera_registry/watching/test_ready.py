"""Ready: each part that is missing is named, once in the log, and asked for no more than once a second."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from camera_registry.backups.folder import file_name
from camera_registry.database import writing
from camera_registry.vault import VaultError
from camera_registry.watching.machine import FRONT_END, Machine
from camera_registry.watching.pulse import Pulse, alive, beat, end, folder_in
from camera_registry.watching.ready import Readiness
from tests.camera_registry.people import NOW


@pytest.fixture
def front_end(tmp_path):
    """A folder with the files that pages need."""
    for name in FRONT_END:
        (tmp_path / name).write_text("x")
    return tmp_path


def _machine(engine, folder, **changes):
    known = {"engine": engine, "state": folder, "front_end": folder, "vault": lambda: None, "least_free": 1}
    return Machine(**{**known, **changes})


def test_everything_that_is_there_is_ready(engine, front_end):
    """Database of this version, key, files of the pages, room on the disk."""
    assert _machine(engine, front_end).ready() == dict.fromkeys(("database", "key", "pages", "disk"), True)


def test_a_database_of_another_version_is_not_ready(engine, front_end):
    """An upgrade goes on, or another program was started over it."""
    with writing(engine) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    assert _machine(engine, front_end).ready() == {"database": False, "key": True, "pages": True, "disk": True}


def test_a_missing_key_missing_files_and_a_full_disk_are_each_named(engine, front_end):
    """The others are as they are."""

    def missing():
        raise VaultError("the key is missing")

    assert _machine(engine, front_end, vault=missing).ready()["key"] is False
    assert _machine(engine, front_end, least_free=shutil.disk_usage(front_end).total + 1).ready()["disk"] is False
    (front_end / FRONT_END[0]).unlink()
    assert _machine(engine, front_end).ready()["pages"] is False


def test_a_part_is_asked_once_a_second_and_told_once_when_it_changes(caplog):
    """Whoever asks all the time costs nothing, and fills no log."""
    asked, broken, clock = [], [], [0.0]

    def check():
        asked.append(clock[0])
        if broken:
            raise VaultError("the key is missing")

    ready = Readiness({"key": check}, lambda: clock[0])
    with caplog.at_level("INFO", "camera_registry.watching.ready"):
        for second in (0.0, 0.5, 1.0, 1.5):
            clock[0] = second
            assert ready() == {"key": True}
        broken.append(True)
        for second in (3.0, 5.0):
            clock[0] = second
            assert ready() == {"key": False}
        broken.clear()
        clock[0] = 7.0
        assert ready() == {"key": True}
    assert asked == [0.0, 1.0, 3.0, 5.0, 7.0]
    assert [record.getMessage() for record in caplog.records] == [
        "Not ready: key: the key is missing",
        "Ready again: key",
    ]


def test_a_worker_is_alive_for_as_long_as_it_says_so(tmp_path):
    """Its file is gone with it; one that was killed is known by its silence; one that cannot be read is none."""
    folder = folder_in(tmp_path)
    assert alive(folder, NOW) == []
    beat(folder, Pulse(NOW, looks=3, waiting=1))
    (folder / "7.json").write_text("{")
    assert alive(folder, NOW + timedelta(seconds=30)) == [Pulse(NOW, 3, 1)]
    assert alive(folder, NOW + timedelta(minutes=1)) == []
    end(folder)
    assert alive(folder, NOW) == []


def test_a_disk_that_takes_no_file_stops_no_worker(tmp_path):
    """The folder is a file: nothing is written, and nothing is raised."""
    (tmp_path / "workers").write_text("x")
    beat(folder_in(tmp_path), Pulse(NOW, 0, 0))
    end(folder_in(tmp_path))


def test_what_is_around_is_measured(engine, front_end, tmp_path):
    """The size of the database, the room, the workers, the newest backup."""
    backups = tmp_path / "backups"
    machine = _machine(engine, front_end, backups=backups)
    assert machine.around(NOW).backup_age is None
    backups.mkdir()
    (backups / file_name("camera-registry", NOW - timedelta(hours=2))).touch()
    (backups / ".camera-registry.lock").touch()
    beat(folder_in(front_end), Pulse(NOW, looks=2, waiting=5))
    around = machine.around(NOW)
    assert (around.workers, around.looks, around.waiting) == (1, 2, 5)
    assert around.database_bytes > 100_000
    assert around.disk_free_bytes > 0
    assert around.backup_age == timedelta(hours=2).total_seconds()
    assert Path(machine.disk).is_dir()
