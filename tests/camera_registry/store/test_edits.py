"""The history of the register: every change of what people fill in is kept with what stood before, and no other."""

import json
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import reading, rehearsing, writing
from camera_registry.models import Batch, Channel, Device, Edit, School
from camera_registry.services.audit import recorded
from camera_registry.store import edits
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LAN = Doing(Actor("lan.nt", "Nguyễn Thị Lan"), "device_change")


@pytest.fixture
def one(engine):
    """A registered recorder with two channels, which the command line made."""
    with writing(engine) as session:
        made = device(session, channels=(1, 2))
        return made.id


def _lines(engine):
    with reading(engine) as session:
        found = session.exec(select(Edit).order_by(Edit.id)).all()
    return [(e.kind, e.what, json.loads(e.before), json.loads(e.after), e.by) for e in found]


def test_what_is_made_is_kept_with_what_it_says(engine, one):
    """A row for the school, its site, the device and each channel, without what says nothing."""
    lines = _lines(engine)
    assert [line[:2] for line in lines] == [
        (kind, "new") for kind in ("school", "site", "device", "channel", "channel")
    ]
    assert lines[2][3] == {"site_id": 1, "code": "DG-01", "kind": "ip_camera", "host": "192.168.1.64"}
    assert lines[4][3] == {"index": 2, "name": "Camera 2"}


def test_a_change_is_kept_with_who_made_it_and_counts_the_version(engine, one):
    """What stood, what stands, by whom, when; the version goes up, that of the others does not."""
    with recorded(engine, LAN, NOW) as session:
        row = session.get_one(Device, one)
        row.host, row.make = "192.168.1.70", "Dahua"
        session.flush()
        row.make = "Hikvision"  # a second change of one session is one line
    with reading(engine) as session:
        newest = edits.of_device(session, one, 1)[0]
        versions = session.get_one(Device, one).version, session.exec(select(Channel.version)).all()
    assert (newest.by, newest.at, newest.what) == ("Nguyễn Thị Lan", NOW, "changed")
    assert json.loads(newest.before) == {"host": "192.168.1.64", "make": ""}
    assert json.loads(newest.after) == {"host": "192.168.1.70", "make": "Hikvision"}
    assert versions == (3, [1, 1])


def test_what_a_probe_learns_is_no_change_of_the_register(engine, one):
    """What is remembered of logins, the token of a channel, that it answered: no line, and the version stays."""
    before = _lines(engine)
    with writing(engine) as session:
        row = session.get_one(Device, one)
        row.remembered, row.silent_nights, row.last_answered_at = '{"a": 1}', 3, NOW
        session.exec(select(Channel)).first().token = "Profile_1"
    with reading(engine) as session:
        assert session.get_one(Device, one).version == 1
    assert _lines(engine) == before


def test_what_changes_nothing_in_the_end_leaves_no_line(engine, one):
    """There and back within a session; made and deleted within a session."""
    before = _lines(engine)
    with recorded(engine, LAN, NOW) as session:
        row = session.get_one(Device, one)
        for name in ("A", ""):
            row.make = name
            session.flush()
        extra = Channel(device_id=one, index=9)
        session.add(extra)
        session.flush()
        session.delete(extra)
    assert _lines(engine) == before


def test_what_is_deleted_is_kept_as_it_stood(engine, one):
    """The line of a channel that is gone names its school still."""
    with recorded(engine, LAN, NOW) as session:
        session.delete(session.exec(select(Channel).where(Channel.index == 2)).one())
    assert _lines(engine)[-1] == ("channel", "gone", {"index": 2, "name": "Camera 2"}, {}, "Nguyễn Thị Lan")


def test_changes_of_one_go_belong_to_their_batch(engine, one):
    """A batch finds its changes, of whatever row."""
    with recorded(engine, LAN, NOW) as session:
        batch = edits.begin_batch(session, Batch(kind="bulk", at=NOW))
        session.get_one(Device, one).tags = "đợt 1"
        session.exec(select(School)).one().tags = "ưu tiên"
    with reading(engine) as session:
        assert {e.kind for e in edits.of_batch(session, batch.id)} == {"device", "school"}


def test_a_rehearsal_says_what_would_change(engine, one):
    """What is pending can be asked for; nothing of it stays."""
    before = _lines(engine)
    with rehearsing(engine) as session:
        session.get_one(Device, one).make = "Axis"
        session.flush()
        (change,) = edits.pending(session)
    assert (change.kind, change.before, change.after) == ("device", {"make": ""}, {"make": "Axis"})
    assert _lines(engine) == before


@pytest.mark.only("sqlite")  # PostgreSQL gives no id twice
def test_a_device_has_no_history_of_one_that_had_its_id_before(engine, one):
    """SQLite gives the id of the newest row again: the history begins where the device was made."""
    with recorded(engine, LAN, NOW) as session:
        for channel in session.exec(select(Channel)).all():
            session.delete(channel)
        session.flush()
        row = session.get_one(Device, one)
        places = {"school_id": row.school_id, "site_id": row.site_id}
        session.delete(row)
    with recorded(engine, LAN, NOW) as session:
        session.add(made := Device(code="DG-02", kind="nvr", **places))
        session.flush()
        assert made.id == one
        session.add(Channel(device_id=one, index=1, name="Kho"))
    with reading(engine) as session:
        assert [(e.kind, e.what) for e in edits.of_device(session, one, 9)] == [("channel", "new"), ("device", "new")]
        assert [e.what for e in edits.of_row(session, "device", one, 9)] == ["new"]
        assert len(edits.of_device(session, one, 9, before=1)) == 0
