"""The folder of backups."""

from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock

from camera_registry.backups import folder
from camera_registry.backups.errors import BackupError

AT = datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC)


def _fill(path, *names):
    for name in names:
        (path / name).touch()


def test_names_sort_by_time(tmp_path):
    """Of every name, and whatever version stands in it."""
    names = [folder.file_name("camera-registry", AT), folder.file_name("before", AT + timedelta(seconds=2), "0022_x")]
    _fill(tmp_path, *reversed(names))
    assert names == ["camera-registry-20261130T235958Z.tar", "before-0022_x-20261201T000000Z.tar"]
    assert [path.name for path in folder.listed(tmp_path)] == names


def test_only_the_oldest_of_this_name_are_deleted(tmp_path):
    """Other names, other files and what is not finished stay."""
    mine = [folder.file_name("camera-registry", AT + timedelta(days=n)) for n in range(5)]
    others = [folder.file_name("before", AT), "camera-registry-old.tar", "notes.txt", f"{mine[0]}.part"]
    _fill(tmp_path, *mine, *others)
    assert folder.forget(tmp_path, "camera-registry", 2) == mine[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*mine[3:], *others}


def test_none_is_deleted_where_all_are_kept(tmp_path):
    """0 keeps all; more than there are keeps all, too."""
    _fill(tmp_path, *[folder.file_name("camera-registry", AT + timedelta(days=n)) for n in range(3)])
    assert folder.forget(tmp_path, "camera-registry", 0) == folder.forget(tmp_path, "camera-registry", 9) == []


def test_what_is_not_finished_is_gone_at_the_end_and_what_was_left_too(tmp_path):
    """A backup that was killed leaves a folder, which the next one takes away."""
    left = tmp_path / ".camera-registry-unfinished-abc"
    left.mkdir()
    _fill(left, "database")
    with folder.room(tmp_path) as room:
        _fill(room, "database")
        assert (left.exists(), room.stat().st_mode & 0o777) == (False, 0o700)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_the_newest_is_none_where_there_is_none(tmp_path):
    """Neither without a folder, nor with a file that says nothing."""
    assert folder.newest(tmp_path / "none") is None
    _fill(tmp_path, folder.file_name("camera-registry", AT))
    assert folder.newest(tmp_path) is None


def test_two_backups_do_not_meet(tmp_path):
    """The second waits, and then says so."""
    told = pytest.raises(BackupError, match="another backup is being made")
    with FileLock(tmp_path / ".camera-registry.lock"), told, folder.room(tmp_path):
        pass
