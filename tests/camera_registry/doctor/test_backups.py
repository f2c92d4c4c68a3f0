"""Doctor sees how old the newest backup is, and that no key lies beside it."""

from datetime import timedelta

import pytest

from camera_registry.backups.folder import file_name
from camera_registry.doctor import backups
from camera_registry.doctor.backups import key_apart, newest
from tests.camera_registry.doctor.places import NOW, around, only
from tests.camera_registry.unprivileged import nobody


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where backups are, by the settings that name no other folder."""
    monkeypatch.chdir(tmp_path)
    made = backups.backup_folder(around(tmp_path))
    made.mkdir(parents=True)
    return made


def _backup(folder, age):
    for name, at in (("camera-registry", NOW - age), ("camera-registry", NOW - 2 * age), ("before", NOW)):
        (folder / file_name(name, at)).touch()


def test_no_backup_is_bad(folder, tmp_path):
    """It says the command, and the timer."""
    assert "camera-registry backup" in only(newest(around(tmp_path)), "bad").to_do["vi"]


@pytest.mark.parametrize(("hours", "state"), [(2, "well"), (30, "mind"), (24 * 9, "bad")])
def test_a_backup_grows_old(folder, tmp_path, hours, state):
    """A day is well, a week is to be minded, more is bad. A copy of before an upgrade is no backup of the night."""
    _backup(folder, timedelta(hours=hours))
    assert (
        file_name("camera-registry", NOW - timedelta(hours=hours)) in only(newest(around(tmp_path)), state).seen["en"]
    )


def test_a_key_beside_the_backups_is_bad(folder, tmp_path):
    """Who takes the folder would have both."""
    only(key_apart(around(tmp_path)), "well")
    (folder / "registry.key").touch()
    assert "registry.key" in only(key_apart(around(tmp_path)), "bad").seen["en"]


def test_a_folder_that_may_not_be_read_is_not_told_as_empty(folder, tmp_path):
    """Root has made it, say: the backups of the nights fail, and those in it are not seen."""
    _backup(folder, timedelta(hours=2))
    folder.chmod(0)
    with nobody():
        found = only(newest(around(tmp_path)), "bad")
        only(key_apart(around(tmp_path)), "well")
    assert "cannot be read or written to" in found.seen["en"]
    assert "chown" in found.to_do["vi"]
    folder.chmod(0o700)
