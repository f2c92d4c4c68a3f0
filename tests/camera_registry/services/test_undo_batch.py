"""Undo of an import: what stood before stands again, and nothing that somebody did since is lost."""

import json
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.access.viewer import Viewer
from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import reading, writing
from camera_registry.models import Batch, Channel, Device, Edit, School, Site
from camera_registry.services.as_cells import of_schools
from camera_registry.services.audit import recorded
from camera_registry.services.import_csv import import_files
from camera_registry.services.undo_batch import UndoError, undo, undoing
from camera_registry.store import credentials, edits
from camera_registry.store.rows import limit
from camera_registry.vault import Vault
from tests.camera_registry.csv_files import FILES
from tests.camera_registry.people import account_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LAN = Doing(Actor("lan.nt", "Lan"), "import")
CHANGED = {
    **FILES,
    "schools.csv": FILES["schools.csv"].replace("Số 2", "Số 3"),
    "devices.csv": FILES["devices.csv"].replace("31/12/2026", "31/12/2027").replace("NVR4216", "NVR5216"),
    "channels.csv": FILES["channels.csv"].replace("Cổng chính,Cổng,Có", "Cổng lớn,Cổng,Không")
    + "0790123,DG-01,7,Sân sau,Sân,,,,,,,\n",
}


def _import(engine, files):
    """The number of the batch."""
    with recorded(engine, LAN, NOW) as session:
        batch = edits.begin_batch(session, Batch(kind="import", at=NOW))
        import_files(session, {name: text.encode() for name, text in files.items()}, NOW)
        return batch.id


def _undo(engine, batch):
    with recorded(engine, LAN, NOW) as session:
        found = undo(session, batch, NOW, "Lan")
        return sorted(found.fates.values()), [(e.kind, fate) for e, fate in found.left]


def _all(engine):
    with reading(engine) as session:
        return of_schools(session, session.exec(select(School.code)).all())


def test_an_import_that_changed_and_added_is_undone_to_the_last_cell(engine):
    """Texts, dates, decisions, and a new channel; the second time it says that it was done."""
    _import(engine, FILES)
    before = _all(engine)
    batch = _import(engine, CHANGED)
    assert _all(engine) != before
    assert _undo(engine, batch) == (["remove", *["restore"] * 3], [])
    assert _all(engine) == before
    with pytest.raises(UndoError, match="undone"):
        _undo(engine, batch)
    with reading(engine) as session:
        gate = session.exec(select(Channel).where(Channel.index == 1, Channel.name == "Cổng chính")).one()
        assert (gate.scope, gate.scope_by) == ("offered", "Lan")
        assert session.get_one(Batch, batch).undone_by == "Lan"


def test_an_import_of_new_schools_is_undone_as_if_it_had_never_been(engine):
    """Nothing is left of them, and no history; the unit stays."""
    batch = _import(engine, FILES)
    _, left = _undo(engine, batch)
    assert left == []
    with reading(engine) as session:
        for table in (School, Site, Device, Channel, Edit):
            assert session.exec(select(table)).all() == []
    assert _import(engine, FILES) > batch


def test_what_was_changed_since_is_named_and_left(engine):
    """A row whose value is another one now, and a new one that was edited; all else is undone."""
    _import(engine, FILES)
    batch = _import(engine, CHANGED)
    with recorded(engine, LAN, NOW) as session:
        session.exec(select(Device).where(Device.code == "DG-01")).one().model = "NVR9999"
        session.exec(select(Channel).where(Channel.index == 7)).one().note = "xem lại"
    with reading(engine) as session:
        assert undoing(session, batch).count("restore") == 2
    _, left = _undo(engine, batch)
    assert left == [("device", "changed_since"), ("channel", "changed_since")]
    with reading(engine) as session:
        device = session.exec(select(Device).where(Device.code == "DG-01")).one()
        assert (device.model, str(device.warranty_until)) == ("NVR9999", "2027-12-31")
        assert session.exec(select(Channel).where(Channel.index == 7)).one().note == "xem lại"


def test_a_change_of_another_cell_does_not_hinder_it(engine):
    """What somebody wrote beside it stays."""
    _import(engine, FILES)
    batch = _import(engine, CHANGED)
    with recorded(engine, LAN, NOW) as session:
        session.exec(select(Device).where(Device.code == "DG-01")).one().funding = "Xã hội hóa"
    assert _undo(engine, batch)[1] == []
    with reading(engine) as session:
        device = session.exec(select(Device).where(Device.code == "DG-01")).one()
        assert (device.model, device.funding) == ("NVR4216", "Xã hội hóa")


def test_a_new_device_with_a_login_stays_with_its_school(engine):
    """What hangs on a row keeps it, and what that stands in; the other school goes."""
    batch = _import(engine, FILES)
    with writing(engine) as session:
        device = session.exec(select(Device).where(Device.code == "DG-01")).one()
        credentials.put(session, Vault(b"k" * 32), device.id, "quansat", "hush", NOW)
    _, left = _undo(engine, batch)
    assert left == [("school", "in_use"), ("site", "in_use"), ("device", "in_use")]
    with reading(engine) as session:
        assert session.exec(select(School.code)).all() == ["0790123"]
        assert session.exec(select(Device.code)).all() == ["DG-01"]
        gone = session.exec(select(Edit).where(Edit.what == "gone", Edit.kind == "device")).all()
        assert [json.loads(e.before)["code"] for e in gone] == ["CAM-1"]


def test_a_batch_that_is_not_there_is_said(engine):
    """By its kind."""
    with pytest.raises(UndoError, match="no_such"):
        _undo(engine, 77)


def test_who_does_not_see_every_school_of_it_cannot_undo_it(engine):
    """Nothing is done to the part that is seen either."""
    batch = _import(engine, FILES)
    with writing(engine) as session:
        school = session.exec(select(School).where(School.code == "0790123")).one()
        account = account_of(session, "technician", "Thợ", schools=("0790123",), now=NOW)
        session.get_one(Batch, batch).account_id = account.id
        viewer = Viewer(account.id, "tho", "Thợ", "technician", school_ids=frozenset({school.id}))
    with writing(engine) as session:
        limit(session, viewer)
        with pytest.raises(UndoError, match="not_all"):
            undo(session, batch, NOW, "Thợ")
    with reading(engine) as session:
        assert len(session.exec(select(School)).all()) == 2


def _channel(session, code, index):
    return session.exec(select(Channel).join(Device).where(Device.code == code, Channel.index == index)).one()


def _recorded_elsewhere(engine):
    """The number of an import by which the camera is recorded by another channel."""
    _import(engine, FILES)
    return _import(engine, {**FILES, "channels.csv": FILES["channels.csv"].replace("DG-01/5", "DG-01/1")})


@pytest.mark.parametrize("again", [False, True])
def test_what_pointed_at_a_row_that_is_gone_is_named_and_left(engine, again):
    """The channel by which it was recorded was taken out; also where another channel has its id now."""
    batch = _recorded_elsewhere(engine)
    with recorded(engine, LAN, NOW) as session:
        fifth = _channel(session, "DG-01", 5)
        device_id, old = fifth.device_id, fifth.id
        session.delete(fifth)
        session.flush()
        if again:
            session.expunge_all()
    if again:
        with recorded(engine, LAN, NOW) as session:
            session.add(Channel(id=old, device_id=device_id, index=9, name="Kho"))
    _, left = _undo(engine, batch)
    assert left == [("channel", "target_gone")]
    with reading(engine) as session:
        camera = session.exec(select(Channel).where(Channel.name == "Cổng phụ")).one()
        assert camera.recorded_as == _channel(session, "DG-01", 1).id


def test_a_device_whose_old_site_is_gone_is_named_and_left(engine):
    """A site that nothing stands at any more."""
    _import(engine, FILES)
    moved = FILES["devices.csv"].replace("0790123,,CAM-1,Camera IP", "0790123,Cơ sở 2,CAM-1,Camera IP")
    _import(engine, {"schools.csv": FILES["schools.csv"], "devices.csv": moved})
    with recorded(engine, LAN, NOW) as session:
        batch = edits.begin_batch(session, Batch(kind="import", at=NOW)).id
        device = session.exec(select(Device).where(Device.kind == "ip_camera")).one()
        device.site_id = session.exec(select(Site.id).where(Site.school_id == device.school_id, Site.name == "")).one()
    with recorded(engine, LAN, NOW) as session:
        session.delete(session.exec(select(Site).where(Site.name == "Cơ sở 2")).one())
    assert _undo(engine, batch)[1] == [("device", "target_gone")]


@pytest.mark.only("sqlite")  # PostgreSQL gives no id twice
def test_a_row_that_has_the_id_of_one_that_is_gone_is_not_touched(engine):
    """SQLite gives the id of the newest row again: what a batch said of the old one is not said of the new one."""
    _import(engine, FILES)
    batch = _import(engine, {"channels.csv": FILES["channels.csv"].replace("Sân,Sân,Không", "Sân sau,Sân,Không")})
    with recorded(engine, LAN, NOW) as session:
        yard = session.exec(select(Channel).where(Channel.name == "Sân sau")).one()
        old, device_id = yard.id, yard.device_id
        session.delete(yard)
    with recorded(engine, LAN, NOW) as session:
        session.add(new := Channel(device_id=device_id, index=1, name="Sân sau"))
        session.flush()
        assert new.id == old
    assert _undo(engine, batch) == (["gone"], [])
    with reading(engine) as session:
        assert session.get_one(Channel, old).name == "Sân sau"
