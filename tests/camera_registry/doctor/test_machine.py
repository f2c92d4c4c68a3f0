"""Doctor looks at the disk, the clock, and the names of other servers."""

from datetime import UTC, datetime

from camera_registry.config import MailSettings
from camera_registry.doctor.machine import clock, names, room
from tests.camera_registry.doctor.places import around, only
from tests.small_disk import small_disk


def test_a_disk_that_is_nearly_full_is_bad(tmp_path):
    """It says how much is free, and how much is needed."""
    with small_disk(tmp_path / "disk", 20_000) as folder:
        found = only(room(around(folder)), "bad")
    assert "19 MB free" in found.seen["en"]
    assert "at least 500 MB" in found.to_do["en"]


def test_a_disk_without_room_for_a_second_copy_is_bad(tmp_path):
    """A backup and `erase --scrub` write the whole database once more."""
    with small_disk(tmp_path / "disk", 3_000_000) as folder, (folder / "registry.db").open("wb") as file:
        only(room(around(folder)), "well")
        file.truncate(5_000_000_000)
        assert "at least 4768 MB" in only(room(around(folder)), "bad").to_do["en"]


def test_a_clock_before_the_program_was_written_is_bad(tmp_path):
    """A machine without a battery begins in 1970: codes of phones and nights are wrong there."""
    found = only(clock(around(tmp_path, now=datetime(1970, 1, 1, tzinfo=UTC))), "bad")
    assert "set-ntp true" in found.to_do["vi"]


def test_the_time_is_said_in_the_zone_of_the_settings(tmp_path):
    """Who reads it sees whether it is that of the clock on the wall."""
    assert only(clock(around(tmp_path)), "well").seen["vi"] == "2026-11-24 10:00 +0700 (Asia/Ho_Chi_Minh)"


def test_a_name_that_nobody_knows_is_bad(tmp_path):
    """Each name of the settings that cannot be looked up is said; `.invalid` is known nowhere (RFC 6761)."""
    mail = MailSettings(host="mail.invalid", sender="a@hcm.edu.vn", links="https://localhost")
    found = only(names(around(tmp_path, mail=mail)), "bad")
    assert found.seen["en"] == "the name mail.invalid is not known"
    known = MailSettings(host="localhost", sender="a@hcm.edu.vn", links="https://localhost")
    only(names(around(tmp_path, mail=known)), "well")


def test_settings_without_names_need_no_name_server(tmp_path):
    """Nothing is looked up."""
    only(names(around(tmp_path)), "left_out")
