"""Proof: what people typed is never overwritten by a probe; the difference is shown, and a person takes it over."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import AuditValues, Batch, Channel, Device, Edit
from camera_registry.services.record import record
from camera_registry.store import devices
from probes.facts import Identity
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.web.served import client
from tests.standards.sheets import EDITIONS, NOW, observed

SCHOOL = "0790001"
PAGE, BOX = f"/schools/{SCHOOL}/differences", f"/devices/{SCHOOL}/CAM-1"
API, TAKE = f"/api/v1{PAGE}", f"/schools/{SCHOOL}/take-over"
SAID = {"manufacturer": "Hikvision", "model": "DS-2CD2043", "serial": "DS1234567", "mac": "a4:14:37:0b:22:c1"}
FIRST = 2  # the version of the camera: it was registered, and its values were typed
TYPED = {"make": "Dahua", "model": "ds 2cd 2043", "serial": "", "mac": "a4:14:37:0b:22:c2"}


@pytest.fixture
def registry(tmp_path):
    """A school with a camera of which make and MAC are typed otherwise than it says them, the model only in other
    letters, and the serial number not at all; its channel has another name than the one it was given in the camera.
    """
    engine = new_registry(tmp_path / "registry.db")
    with writing(engine) as session:
        school = fleet.school(session, SCHOOL)
        for number, host in ((1, "192.168.1.65"), (2, "192.168.1.66")):
            fleet.device(session, school, f"CAM-{number}", host=host)
        box = devices.by_code(session, SCHOOL, "CAM-1")
        for name, value in TYPED.items():
            setattr(box, name, value)
        channel = session.exec(select(Channel).where(Channel.device_id == box.id)).one()
        channel.name, channel.area = "Cổng chính", "gate"
    _look(engine)
    yield engine
    engine.dispose()


def _look(engine, code="CAM-1", *, name="Sân sau", at=NOW, **said):
    """A probe has seen the camera, which says SAID and what is `said` of itself."""
    seen = observed({}, at)
    identity = Identity(at=at, how="GetDeviceInformation", **{**SAID, **said})
    channels = (replace(seen.channels[0], name=name),)
    with writing(engine) as session:
        box = devices.by_code(session, SCHOOL, code)
        told = replace(seen, target=code, device=replace(seen.device, identity=identity), channels=channels)
        record(session, box.id, told, EDITIONS, at, daylight.always)


def _box(engine, code="CAM-1"):
    with reading(engine) as session:
        box = devices.by_code(session, SCHOOL, code)
        return {name: getattr(box, name) for name in (*TYPED, "version")}


def _names(browser, *fields):
    """What the page sends for these fields of CAM-1."""
    rows = browser.get(API).json()["rows"]
    page = browser.get(PAGE).text
    values = [part.split('"')[0] for part in page.split('name="take" value="')[1:]]
    known = dict(zip([(r["device"], r["field"]) for r in rows if r["usable"]], values, strict=True))
    return [known["CAM-1", field] for field in fields]


def test_a_probe_changes_nothing_that_people_typed_and_the_difference_is_shown(registry):
    """After two looks every typed value stands as it was; what differs has a button, what agrees has none."""
    before = _box(registry)
    _look(registry, at=NOW + timedelta(hours=1))
    assert _box(registry) == before
    assert {name: before[name] for name in TYPED} == TYPED
    with client(registry) as browser:
        rows = {(r["field"], r["registered"], r["seen"]) for r in browser.get(API).json()["rows"]}
        page = browser.get(BOX).text
    assert rows == {
        ("make", "Dahua", "Hikvision"),
        ("serial", "", "DS1234567"),
        ("mac", "a4:14:37:0b:22:c2", "a4:14:37:0b:22:c1"),
        ("name", "Cổng chính", "Sân sau"),
    }
    assert page.count(f'action="{TAKE}"') == 4
    assert page.count("Cập nhật theo thiết bị</button>") == 3
    assert page.count("Điền theo thiết bị</button>") == 1


def test_one_value_is_taken_over_from_the_page_of_the_device(registry):
    """The value that was seen stands in the register, nothing else has changed; history and log say who did it."""
    with client(registry) as browser:
        (name,) = _names(browser, "make")
        sent = browser.post(TAKE, data={"take": name, "device": "CAM-1"})
        assert sent.headers["location"] == f"{BOX}?done=taken-over"
    assert _box(registry) == {**TYPED, "make": "Hikvision", "version": FIRST + 1}
    with reading(registry) as session:
        (edit,) = session.exec(select(Edit).where(Edit.what == "changed")).all()
        entry = json.loads(session.exec(select(AuditValues.body)).all()[-1])
    assert (json.loads(edit.before), json.loads(edit.after)) == ({"make": "Dahua"}, {"make": "Hikvision"})
    assert (edit.by, edit.batch_id) == ("Trần Thị Cán Bộ", None)
    assert "make" in json.dumps(entry)


def test_several_are_taken_over_at_once_and_belong_together(registry):
    """One batch of the kind bulk; of a camera and of its channel."""
    with client(registry) as browser:
        sent = browser.post(TAKE, data={"take": _names(browser, "serial", "mac", "name")})
        assert sent.headers["location"] == f"{PAGE}?done=taken-over"
        assert [r["field"] for r in browser.get(API).json()["rows"]] == ["make"]
    with reading(registry) as session:
        batch = session.exec(select(Batch)).one()
        edits = session.exec(select(Edit).where(Edit.batch_id == batch.id)).all()
    assert (batch.kind, batch.by, json.loads(batch.counts)["device"]["changed"]) == ("bulk", "Trần Thị Cán Bộ", 1)
    assert {edit.kind for edit in edits} == {"device", "channel"}
    assert _box(registry) == {**TYPED, "serial": "DS1234567", "mac": "a4:14:37:0b:22:c1", "version": FIRST + 1}


def test_what_somebody_changed_meanwhile_is_not_overwritten(registry):
    """The version that was shown is not the one that stands: nothing is changed, and the page says so."""
    with client(registry) as browser:
        names = _names(browser, "make", "serial")
        with writing(registry) as session:
            devices.by_code(session, SCHOOL, "CAM-1").owner = "school"
        sent = browser.post(TAKE, data={"take": names})
    assert sent.status_code == 409
    assert "Chưa thay đổi gì" in sent.text
    assert _box(registry) == {**TYPED, "version": FIRST + 1}


def test_what_the_device_says_otherwise_meanwhile_is_not_taken_over(registry):
    """A person agreed to a value that they saw; a newer one they see first."""
    with client(registry) as browser:
        names = _names(browser, "serial")
        _look(registry, serial="DS7654321", mac="a4:14:37:0b:22:c9", at=NOW + timedelta(hours=1))
        sent = browser.post(TAKE, data={"take": names})
    assert sent.status_code == 409
    assert _box(registry)["serial"] == ""


def test_a_number_that_does_not_identify_the_device_is_shown_and_not_offered(registry):
    """Two cameras say one serial number (clones): neither can take it over, by the page or by the API."""
    _look(registry, "CAM-2", mac="a4:14:37:0b:22:d7")
    with client(registry) as browser:
        rows = [r for r in browser.get(API).json()["rows"] if r["field"] == "serial"]
        assert [(r["device"], r["usable"]) for r in rows] == [("CAM-1", False), ("CAM-2", False)]
        body = {"rows": [{"device": "CAM-1", "version": FIRST, "fields": {"serial": SAID["serial"]}}]}
        assert browser.post(f"/api/v1{TAKE}", json=body).status_code == 409
    assert _box(registry)["serial"] == ""


def test_names_that_recorders_give_every_channel_are_no_difference(registry):
    """A person gave no "Camera 01"; nor is the registered one without its marks another."""
    for name in ("Camera 01", "CONG CHINH", ""):
        _look(registry, name=name, at=NOW + timedelta(hours=1))
        with client(registry) as browser:
            assert "name" not in [r["field"] for r in browser.get(API).json()["rows"]], name


def test_the_api_takes_only_the_fields_that_are_named(registry):
    """With the version of the row; what still differs is told."""
    with client(registry) as browser:
        row = {"device": "CAM-1", "version": FIRST, "fields": {"make": "Hikvision"}}
        sent = browser.post(f"/api/v1{TAKE}", json={"rows": [row]})
        assert (sent.status_code, [r["field"] for r in sent.json()["rows"]]) == (200, ["serial", "mac", "name"])
        again = browser.post(f"/api/v1{TAKE}", json={"rows": [{**row, "fields": {"serial": SAID["serial"]}}]})
        assert (again.status_code, f"version {FIRST + 1} stands now" in again.text) == (409, True)
    assert _box(registry) == {**TYPED, "make": "Hikvision", "version": FIRST + 1}


def test_a_row_that_is_wrong_in_the_register_is_told_and_nothing_is_changed(registry):
    """The channel has no area, which is required: the page names it, and the device is not changed either."""
    with writing(registry) as session:
        for channel in session.exec(select(Channel)).all():
            channel.area = ""
    with client(registry) as browser:
        sent = browser.post(TAKE, data={"take": _names(browser, "make", "name")})
        assert (sent.status_code, "ô bắt buộc đang trống" in sent.text) == (409, True)
        assert sent.text.count(" checked") >= 2
    assert _box(registry)["make"] == "Dahua"


def test_who_only_reads_sees_the_difference_and_no_button(registry):
    """The school; and a technician of another school sees nothing at all."""
    with writing(registry) as session:
        fleet.school(session, "0790002")
    with client(registry, "school", "Hiệu trưởng", schools=(SCHOOL,)) as browser:
        page = browser.get(PAGE).text
        assert ("Sân sau" in page, 'name="take"' in page) == (True, False)
        assert browser.post(TAKE, data={"take": "x"}).status_code == 404
    with client(registry, "technician", "Thợ", schools=("0790002",)) as browser:
        assert [browser.get(address).status_code for address in (PAGE, API)] == [404, 404]
        assert browser.post(TAKE, data={"take": "x"}).status_code == 404


def test_the_device_in_the_register_is_the_only_thing_that_has_changed(registry):
    """No other device, and no login, is touched by a bulk change."""
    with client(registry) as browser:
        before = _box(registry, "CAM-2")
        browser.post(TAKE, data={"take": _names(browser, "make", "serial", "mac", "name")})
    with reading(registry) as session:
        assert {d.code: d.make for d in session.exec(select(Device)).all()}["CAM-1"] == "Hikvision"
    assert _box(registry, "CAM-2") == before
