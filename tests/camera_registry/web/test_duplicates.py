"""What may be registered twice, over all schools: pairs that may be one camera, and devices that say the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import NotSame, ProposedPair, School
from camera_registry.services.duplicates import note, twins
from camera_registry.services.record import record
from camera_registry.store.rows import limit
from probes.facts import Identity
from tests.camera_registry import fleet
from tests.camera_registry.web.served import client
from tests.standards.sheets import EDITIONS, NOW, observed

ONE, OTHER = "0790001", "0790002"
MAC, SERIAL = "a4:14:37:0b:22:c1", "DS1234567"


@pytest.fixture
def schools(engine):
    """Two schools of two units, each with a camera and a recorder that names its address; noted as after a sweep."""
    with writing(engine) as session:
        for code, unit in ((ONE, "26740"), (OTHER, "26741")):
            made = fleet.school(session, code, name=f"Trường {code}", district=unit)
            fleet.device(session, made, "CAM-1", host="192.168.1.65")
            box = fleet.device(session, made, "DG-1", kind="nvr", host="192.168.1.64")
            seen = observed({"channel.via": "recorder"}, NOW)
            channels = (replace(seen.channels[0], name="IPC 192.168.1.65"),)
            record(session, box.id, replace(seen, channels=channels), EDITIONS, NOW, daylight.always)
            note(session, made.id, NOW)


def _typed(engine, school, code, **values):
    """A device of this school with these values as people typed them; made when it is not there."""
    with writing(engine) as session:
        of = session.exec(select(School).where(School.code == school)).one()
        return fleet.device(session, of, code, **values).id


def _says(engine, device_id, **said):
    at = NOW + timedelta(minutes=device_id)
    identity = Identity(at=at, how="GetDeviceInformation", **said)
    seen = observed({}, at)
    with writing(engine) as session:
        told = replace(seen, device=replace(seen.device, identity=identity))
        record(session, device_id, told, EDITIONS, at, daylight.always)


def _twins(engine, viewer=None, **wanted):
    with reading(engine) as session:
        if viewer is not None:
            limit(session, viewer)
        page = twins(session, **wanted)
    return [(one.first.code, one.second.code, one.alike) for one in page.rows]


def test_pairs_of_all_schools_are_listed_and_confirmed(engine, browser, schools):
    """Each with its school and the reason; a confirmed one counts once and is gone from the list."""
    page = browser.get("/duplicates").text
    assert page.count("Đầu ghi nêu địa chỉ của camera: IPC 192.168.1.65") == 2
    assert "Camera và kênh đầu ghi (2)" in page
    form = {"camera": "CAM-1/1", "recorded": "DG-1/1", "back": "duplicates"}
    assert browser.post(f"/schools/{ONE}/same-camera", data=form).headers["location"] == "/duplicates?done=same-camera"
    page = browser.get("/duplicates").text
    assert (f"/schools/{ONE}" in page, f"/schools/{OTHER}" in page) == (False, True)


def test_what_is_not_the_same_is_not_proposed_again(engine, browser, schools):
    """Not on the list, not on the page of the school, not after the next sweep."""
    form = {"first": f"{ONE}/CAM-1/1", "second": f"{ONE}/DG-1/1"}
    assert browser.post(f"/schools/{ONE}/not-same", data=form).headers["location"] == f"/schools/{ONE}?done=apart"
    for _ in range(2):
        assert "Có thể là cùng một camera" not in browser.get(f"/schools/{ONE}").text
        assert "Camera và kênh đầu ghi (1)" in browser.get("/duplicates").text
        with writing(engine) as session:
            note(session, 1, NOW + timedelta(days=1))
    browser.post(f"/schools/{ONE}/not-same", data={**form, "first": form["second"], "second": form["first"]})
    with reading(engine) as session:
        (said,) = session.exec(select(NotSame)).all()
    assert (said.by, said.at) == ("Trần Thị Cán Bộ", NOW)


def test_a_school_is_found_by_its_words(browser, schools):
    """Its pairs alone, by code or name."""
    page = browser.get(f"/duplicates?q={OTHER}").text
    assert (f'"/schools/{ONE}"' in page, f'"/schools/{OTHER}"' in page) == (False, True)


def test_each_person_sees_the_pairs_of_their_schools(engine, schools):
    """An officer of a unit, and a school, which may confirm its own."""
    with client(engine, "district", "Cán bộ", district="26740") as officer:
        page = officer.get("/duplicates").text
        assert (ONE in page, OTHER in page) == (True, False)
        form = {"first": f"{ONE}/CAM-1/1", "second": f"{OTHER}/DG-1/1"}
        assert officer.post(f"/schools/{OTHER}/not-same", data=form).status_code == 404
        answer = officer.post(f"/schools/{ONE}/not-same", data=form)
        assert answer.headers["location"] == f"/schools/{ONE}?done=not-apart"
    with reading(engine) as session:
        assert session.exec(select(NotSame)).all() == []
        assert len(session.exec(select(ProposedPair)).all()) == 2


def test_the_same_mac_serial_number_or_address_is_a_device_registered_twice(engine, schools):
    """Typed or said by the device; each pair once, with all that is the same."""
    one = _typed(engine, ONE, "A", host="192.168.1.70", mac=MAC, serial=SERIAL)
    two = _typed(engine, ONE, "B", host="192.168.1.71", serial=SERIAL.lower())
    _says(engine, two, mac=MAC, manufacturer="Hikvision", model="X", serial="")
    _typed(engine, ONE, "C", host="192.168.1.70", rtsp_port=8554)
    assert one
    assert _twins(engine) == [("A", "B", ("mac", "serial")), ("A", "C", ("address",))]


def test_what_a_factory_left_empty_and_what_a_series_shares_tells_nothing(engine, schools):
    """Placeholders, a number that five say, serial numbers of two makers, other ports behind one address."""
    for n, code in enumerate("AB"):
        _typed(engine, ONE, code, host=f"192.168.2.{n}", mac="00:11:22:33:44:55", serial="0123456789")
    for n in range(5):
        _typed(engine, ONE, f"S{n}", host=f"192.168.3.{n}", serial="SERIES-7731", mac="a4:14:37:99:99:99")
    _typed(engine, ONE, "H", host="192.168.4.1", make="Hikvision", serial="ZX81-4711")
    _typed(engine, ONE, "D", host="192.168.4.2", make="Dahua", serial="ZX81-4711")
    for n in (1, 2):
        _typed(engine, ONE, f"N{n}", host="192.168.5.1", onvif_port=8000 + n, rtsp_port=9000 + n)
        _typed(engine, ONE, f"P{n}", host="192.168.5.2", stream_path=f"/ch{n}")
    assert _twins(engine) == []


def test_two_that_are_not_the_same_are_not_listed_again(engine, browser, schools):
    """One press; and a pair of which a viewer sees only one stands in no list of theirs."""
    _typed(engine, ONE, "A", host="192.168.1.70", mac=MAC)
    _typed(engine, OTHER, "B", host="192.168.1.70", mac=MAC)
    assert _twins(engine, q=OTHER) == [("A", "B", ("mac",))]
    for viewer in (Viewer(9, "x", "X", "district", district_id=1), Viewer(8, "y", "Y", "school", school_ids={1})):
        assert _twins(engine, viewer) == []
    page = browser.get("/duplicates?what=devices").text
    assert ("trùng MAC" in page, "Hai thiết bị (1)" in page) == (True, True)
    form = {"first": f"{ONE}/A", "second": f"{OTHER}/B", "back": "devices"}
    sent = browser.post(f"/schools/{ONE}/not-same", data=form)
    assert sent.headers["location"] == "/duplicates?what=devices&done=apart"
    assert _twins(engine) == []
