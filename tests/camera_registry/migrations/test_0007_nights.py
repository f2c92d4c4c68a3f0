"""A registry of the version before that is full of nights: what stands in it is there after the upgrade."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlmodel import select

import camera_registry
from camera_registry.database import open_database, reading, upgrade
from camera_registry.models import Device, Measurement
from camera_registry.store import history, numbers
from camera_registry.store.numbers import Numbers

NOW = datetime(2026, 11, 23, 3, 0, 0, 123456, tzinfo=UTC)
FAILED = json.dumps([{"kind": "no_media", "step": "rtsp.sample", "detail": "không có gói tin"}])
NIGHTS = 1100


@pytest.fixture
def upgraded(tmp_path):
    """A camera with two streams and a look from each of 1,100 nights, filled in at 0006 and brought forward."""
    engine = open_database(f"sqlite:///{tmp_path}/registry.db")
    config = Config()
    config.set_main_option("script_location", str(Path(camera_registry.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006_audit")
    with sqlite3.connect(tmp_path / "registry.db") as plain:
        _fill(plain)
    upgrade(engine)
    yield engine
    engine.dispose()


def _fill(plain):
    plain.execute("INSERT INTO district (id, code, name) VALUES (1, 'a', 'A')")
    _add(plain, "school", id=1, code="1", name="x", managed_by=1, levels="", kind="", private=0, located_in="",
         former_district="", contact_name="", contact_phone="", contact_email="")  # fmt: skip
    _add(plain, "site", id=1, school_id=1, name="", address="", networks="", day_window=0)
    texts = dict.fromkeys(("make", "model", "serial", "mac", "host", "stream_path", "username", "owner", "maintainer",
                           "funding"), "")  # fmt: skip
    _add(plain, "device", id=5, school_id=1, site_id=1, code="c", kind="ip_camera", onvif_port=80, onvif_account="same",
         basic_in_clear=0, remembered="{}", silent_nights=0, last_answered_at=_text(NOW), **texts)  # fmt: skip
    _add(plain, "channel", id=7, device_id=5, index=1, name="", area="", scope="offered", scope_by="", scope_why="",
         signal="", note="")  # fmt: skip
    for id_, role in ((11, "main"), (12, "sub")):
        _add(plain, "stream", id=id_, channel_id=7, key=role, role=role, uri="")
    for night in range(NIGHTS):
        at = _text(NOW - timedelta(days=night))
        _add(plain, "sweep", id=night + 1, night=str(night), kind="night", state="done", asked_by="", planned_at=at)
        _add(plain, "sweepitem", sweep_id=night + 1, site_id=1, device_id=5, state="done", reason="", attempts=1,
             started_at=at, ended_at=at, connections=4, logins=3, tries=0, refusals=1, session_s=7.25, bytes_in=9,
             bytes_out=8, failures=FAILED if night == 0 else "[]")  # fmt: skip
        _add(plain, "measurement", stream_id=11, at=at, codec="other:vc1", width=1920, height=1080, fps=24.994,
             bitrate_kbps=3900.04, keyframe_interval_s=2.0, seconds=6.2, packets=2600, packets_lost=night,
             longest_gap_s=0.06, light="night")  # fmt: skip
        _add(plain, "measurement", stream_id=12, at=at, codec="h264")


def _text(at):
    return at.replace(tzinfo=None).isoformat(" ")


def _add(plain, table, **values):
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    plain.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


def test_every_number_of_every_night_is_there(upgraded):
    """One row a look, with both streams, at the time it had to the millisecond; what was unknown is."""
    at = NOW.replace(microsecond=123000)
    with reading(upgraded) as session:
        newest = numbers.of_main_streams(session, 5, NIGHTS)[7]
        row = session.get(Measurement, (5, at))
        both = list(numbers.unpacked(row.streams, row.words, row.at))
    assert [each.packets_lost for each in newest] == list(range(NIGHTS))
    assert both == [
        Numbers(11, at, "other:vc1", 1920, 1080, 24.99, 3900.0, 2.0, 6.2, 2600, 0, 0.06, "night"),
        Numbers(12, at, "h264"),
    ]


def test_every_item_is_there_with_what_it_cost_and_what_failed(upgraded):
    """Sums, times and failures are what they were."""
    with reading(upgraded) as session:
        looks = history.looks(session, 5, NIGHTS)
        cost = history.cost(session, 5)
    assert cost == (NIGHTS, NIGHTS * 4, NIGHTS * 3, 0, NIGHTS, NIGHTS * 7.25, NIGHTS * 9, NIGHTS * 8)
    assert [(item.id, item.failures) for item, _ in looks[:2]] == [(1, FAILED), (2, "[]")]
    assert [item.ended_at for item, _ in looks[:2]] == [
        NOW.replace(microsecond=123000) - timedelta(days=n) for n in (0, 1)
    ]


def test_nothing_of_the_old_form_is_left(upgraded):
    """No table stands beside the new ones, and no index that none of our questions uses."""
    with reading(upgraded) as session:
        names = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE tbl_name LIKE 'sweep%item%'")
        assert {name for (name,) in names} == {
            "sweepitem", "sqlite_autoindex_sweepitem_1", "item_of_device", "item_to_do",
        }  # fmt: skip


def test_when_the_device_last_answered_is_kept(upgraded):
    """To the millisecond, as the ends of looks are, with which it is compared."""
    with reading(upgraded) as session:
        (device,) = session.exec(select(Device)).all()
    assert device.last_answered_at == NOW.replace(microsecond=123000)
