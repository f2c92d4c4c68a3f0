"""Finding a device: by what is registered, by what it says itself, by its school; and by nothing of others."""

import pytest

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import UnitRecord
from camera_registry.services.device_search import found
from camera_registry.services.listed import ListingError
from camera_registry.store.rows import limit
from tests.camera_registry import fleet
from tests.standards.sheets import NOW


@pytest.fixture
def devices(engine):
    """Three devices of two schools; one has told its serial number to a probe alone."""
    with writing(engine) as session:
        first = fleet.school(session, "B-02", "Trường Tiểu học Đuốc Sống")
        second = fleet.school(session, "A-01", "Trường THPT Trần Phú", district="DOET")
        recorder = fleet.device(
            session, first, "DG-01", channels=(1, 2), kind="nvr", make="Dahua", model="NVR4216-4KS2"
        )
        fleet.verdict(session, recorder, "repair", 2)
        fleet.device(session, first, "CAM-07", host="10.0.0.7", serial="50%_OFF", mac="44:19:B6:00:1F:02")
        camera = fleet.device(session, second, "CAM-07", host="cam.truong.vn")
        session.add(UnitRecord(device_id=camera.id, since=NOW, seen_at=NOW, manufacturer="Kbvision", serial="XY-99"))
    return engine


def _codes(engine, q="", viewer=None, **page):
    with reading(engine) as session:
        if viewer is not None:
            limit(session, viewer)
        return [(row.school_code, row.code) for row in found(session, q, **page).rows]


SECOND, RECORDER, CAMERA = ("A-01", "CAM-07"), ("B-02", "DG-01"), ("B-02", "CAM-07")


@pytest.mark.parametrize(
    ("q", "rows"),
    [
        ("", [SECOND, CAMERA, RECORDER]),
        ("cam-07", [SECOND, CAMERA]),
        ("10.0.0.7", [CAMERA]),
        ("DAHUA nvr4216", [RECORDER]),
        ("44:19:b6:00", [CAMERA]),
        ("44-19-B6-00-1F-02", [CAMERA]),
        ("4419b6001f02", [CAMERA]),
        ("xy-99", [SECOND]),
        ("kbvision", [SECOND]),
        ("duoc song", [CAMERA, RECORDER]),
        ("đuốc DG", [RECORDER]),
        ("A-01", [SECOND]),
        ("50%_off", [CAMERA]),
        ("%", [CAMERA]),
        ("_", [CAMERA]),
        ("dahua cam", []),
    ],
)
def test_every_word_has_to_stand_in_the_device_or_its_school(devices, q, rows):
    """Whatever case, marks and separators; signs that a database would take for others are themselves."""
    assert _codes(devices, q) == rows


def test_a_row_says_what_people_look_for(devices):
    """What is registered, else what the device says itself; the worst verdict of its channels."""
    with reading(devices) as session:
        second, camera, recorder = found(session, "").rows
    assert (second.make, second.serial, second.verdict, second.district) == (
        "Kbvision",
        "XY-99",
        "unverified",
        "UBND phường DOET",
    )
    assert (camera.serial, camera.mac, camera.host) == ("50%_OFF", "44:19:B6:00:1F:02", "10.0.0.7")
    assert (recorder.verdict, recorder.channels, recorder.kind) == ("repair", 2, "nvr")


def test_pages_are_the_servers(devices):
    """No row twice, none left out; what is no page is said."""
    assert _codes(devices, page=1, size=2) + _codes(devices, page=2, size=2) == [SECOND, CAMERA, RECORDER]
    with reading(devices) as session:
        assert (found(session, "", 2, 2).total, found(session, "", 2, 2).pages) == (3, 2)
        for wrong in ({"page": 0}, {"size": 1000}, {"q": "x" * 101}, {"q": "a\0"}):
            with pytest.raises(ListingError):
                found(session, **{"q": "", **wrong})


def test_a_viewer_finds_devices_of_the_own_schools_alone(devices):
    """By the words of another school nothing is found, and nothing of it is counted."""
    viewer = Viewer(1, "a", "A", "school", school_ids=frozenset({1}))
    assert _codes(devices, "", viewer) == [CAMERA, RECORDER]
    assert _codes(devices, "xy-99", viewer) == _codes(devices, "tran phu", viewer) == []
    of_unit = Viewer(2, "b", "B", "district", district_id=2)
    assert _codes(devices, "cam", of_unit) == [SECOND]
