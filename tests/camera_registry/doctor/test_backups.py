"""Doctor sees how old the newest backup is, and that no key lies beside it."""

import os
from datetime import timedelta

import pytest

from camera_registry.doctor import backups
from camera_registry.doctor.backups import key_apart, newest
from tests.camera_registry.doctor.places import NOW, around, only


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where backups are, by the settings that name no other folder."""
    monkeypatch.chdir(tmp_path)
    made = backups.backup_folder(around(tmp_path))
    made.mkdir(parents=True)
    return made


def _backup(folder, age):
    file = folder / "camera-registry-2026.tar"
    file.touch()
    os.utime(file, ((NOW - age).timestamp(),) * 2)


def test_no_backup_is_bad(folder, tmp_path):
    """It says the command, and the timer; what an upgrade has copied is none."""
    (folder / "before-0021-20261124T020000Z.tar").touch()
    assert "camera-registry backup" in only(newest(around(tmp_path)), "bad").to_do["vi"]


@pytest.mark.parametrize(("hours", "state"), [(2, "well"), (30, "mind"), (24 * 9, "bad")])
def test_a_backup_grows_old(folder, tmp_path, hours, state):
    """A day is well, a week is to be minded, more is bad."""
    _backup(folder, timedelta(hours=hours))
    assert "camera-registry-2026.tar" in only(newest(around(tmp_path)), state).seen["en"]


def test_a_key_beside_the_backups_is_bad(folder, tmp_path):
    """Who takes the folder would have both."""
    only(key_apart(around(tmp_path)), "well")
    (folder / "registry.key").touch()
    assert "registry.key" in only(key_apart(around(tmp_path)), "bad").seen["en"]
