"""The history in words: fields as people know them, and nothing of others."""

import pytest

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import Account, Batch, District, School
from camera_registry.services.by_hand import change
from camera_registry.services.register_history import of_batch, of_device, of_school
from camera_registry.services.registering import Said
from camera_registry.store import devices, edits, removing, schools
from camera_registry.store.rows import limit
from tests.camera_registry.services.hands import CITY, HAND, NOW, fill

DEVICE, CHANNEL = ("device", "0790123", "CAM-1"), ("channel", "0790123", "CAM-1", "1")


@pytest.fixture
def filled(engine):
    """A registry of two schools, one of which has changed hands and is changed by a file of somebody else."""
    with writing(engine) as session:
        for login in ("lan", "mai"):
            session.add(Account(login=login, name=login, seen_name=login, role="city", password="", made_at=NOW))
        fill(session)
    with writing(engine) as session:
        said = {"owner": "rented", "warranty_until": "31/12/2026", "price": "1.200.000", "site": "Cơ sở 2", "host": ""}
        change(session, [Said("devices.csv", {**said, "kind": "cloud"}, DEVICE)], HAND)
        change(session, [Said("channels.csv", {"outdoor": "indoor", "recorded_as": ""}, CHANNEL)], HAND)
    with writing(engine) as session:
        other = District(code="27000", name="UBND phường B")
        session.add(other)
        session.flush()
        edits.begin_batch(session, Batch(kind="import", account_id=2, by="Mai", at=NOW, name="truong-khac.xlsx"))
        for code in ("0790123", "0790124"):
            change(session, [Said("schools.csv", {"address": f"Đường {code}"}, ("school", code, ""))], HAND)
        school = schools.by_code(session, "0790124")
        school.managed_by = other.id
        session.add(school)
    return engine


def _told(page, kind, what):
    change_ = next(c for c in page.changes if (c.kind, c.what) == (kind, what))
    return {part.name["vi"]: (part.before["vi"], part.after["vi"]) for part in change_.parts}


def test_values_are_told_as_people_write_them(filled):
    """Words of lists, days, amounts, names of sites, channels as device and index."""
    with reading(filled) as session:
        page = of_device(session, *DEVICE[1:], CITY)
    told = _told(page, "device", "changed")
    assert told["Sở hữu"] == ("", "Thuê dịch vụ")
    assert told["Bảo hành đến"] == ("", "31/12/2026")
    assert told["Nguyên giá"] == ("", "1200000")
    assert told["Điểm trường"] == ("", "Cơ sở 2")
    told = _told(page, "channel", "changed")
    assert told["Ghi qua đầu ghi/kênh"] == ("DG-01/5", "")
    assert told["Trong nhà/Ngoài trời"] == ("", "Trong nhà")
    assert [(c.device, c.index) for c in page.changes if c.kind == "channel"] == [("CAM-1", 1)] * 2


def test_pages_go_back_to_the_beginning(filled):
    """Each change once, the newest first."""
    with reading(filled) as session:
        first = of_school(session, "0790123", CITY, 4)
        rest = of_school(session, "0790123", CITY, 50, first.older)
    numbers = [change_.number for change_ in (*first.changes, *rest.changes)]
    assert (numbers, rest.older) == (sorted(numbers, reverse=True), None)
    assert len(set(numbers)) == len(numbers) > 9


def test_nothing_of_other_schools_is_told(filled):
    """Neither the unit that a school went to, nor the name of a file that was of others too, nor their rows."""
    with reading(filled) as session:
        own = schools.by_code(session, "0790123")
        viewer = Viewer(1, "a", "A", "district", district_id=own.managed_by)
        other = Viewer(1, "b", "B", "technician", school_ids=frozenset({schools.by_code(session, "0790124").id}))
    with reading(filled) as session:
        limit(session, viewer)
        newest = of_school(session, "0790123", viewer).changes[0]
        assert (newest.batch.kind, newest.batch.name) == ("import", "")
        assert {c.school for c in of_batch(session, newest.batch.number, viewer).changes} == {"0790123"}
        assert of_school(session, "0790124", viewer).changes == ()
    with reading(filled) as session:
        limit(session, other)
        assert _told(of_school(session, "0790124", other), "school", "changed")["Đơn vị quản lý"] == (
            "đơn vị khác",
            "UBND phường B",
        )
    with reading(filled) as session:
        assert of_school(session, "0790124", CITY).changes[0].batch.name == "truong-khac.xlsx"


def test_what_is_gone_is_still_told_by_its_code(filled):
    """The device and its channels, after they were taken out."""
    with writing(filled) as session:
        removing.remove_device(session, devices.by_code(session, *DEVICE[1:]))
    with reading(filled) as session:
        gone = [c for c in of_school(session, "0790123", CITY).changes if c.what == "gone"]
        assert session.get(School, 1) is not None
    assert {(c.kind, c.device, c.index) for c in gone} == {("device", "CAM-1", None), ("channel", "CAM-1", 1)}
