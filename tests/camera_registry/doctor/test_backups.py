"""Doctor sees how old the newest backup is, and that no key lies beside it."""

import os
from datetime import timedelta

import pytest

from camera_registry.backups.settings import BackupSettings
from camera_registry.doctor.backups import key_apart, newest
from tests.camera_registry.doctor.places import NOW, around, only


@pytest.fixture
def folder(tmp_path):
    """Where backups are."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def _near(folder):
    return around(folder.parent, backup=BackupSettings(folder=folder))


def _backup(folder, age):
    file = folder / "camera-registry-2026.tar"
    file.touch()
    os.utime(file, ((NOW - age).timestamp(),) * 2)


def test_no_backup_is_bad(folder):
    """It says the command, and the timer; what an upgrade has copied is none."""
    (folder / "before-0021-20261124T020000Z.tar").touch()
    assert "camera-registry backup" in only(newest(_near(folder)), "bad").to_do["vi"]


@pytest.mark.parametrize(("hours", "state"), [(2, "well"), (30, "mind"), (24 * 9, "bad")])
def test_a_backup_grows_old(folder, hours, state):
    """A day is well, a week is to be minded, more is bad."""
    _backup(folder, timedelta(hours=hours))
    assert "camera-registry-2026.tar" in only(newest(_near(folder)), state).seen["en"]


def test_a_key_beside_the_backups_is_bad(folder):
    """Who takes the folder would have both."""
    only(key_apart(_near(folder)), "well")
    (folder / "registry.key").touch()
    assert "registry.key" in only(key_apart(_near(folder)), "bad").seen["en"]
