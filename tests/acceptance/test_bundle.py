"""Proof: a school that the server cannot reach is looked at with a laptop; what it saw is carried in one signed file,
and stands with its devices, at its own time and with its origin.

Strategy: two simulated cameras, looked at once by the command, with pictures looked at in spawned children as on
Windows. The page is that of a technician; the registry has the devices at addresses of its own: a MAC address and a
code tell which is which.
"""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func
from sqlmodel import select

from camera_registry.bundles.document import read
from camera_registry.database import reading, writing
from camera_registry.models import Device, SweepItem, Table
from probes.simulator import presets, running
from tests.acceptance.command import PASSWORD, run
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.web.served import client

SCHOOL = "0790123"
SPAWNED = {"CAMERA_REGISTRY_PROBE__PICTURE_CHILD": "spawn"}
MAC = "00:40:8c:12:34:56"

pytestmark = [pytest.mark.xdist_group("bundle"), pytest.mark.timeout(200)]


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    """The folder of the laptop with the bundle of both cameras, what the command said, and the cameras."""
    folder = tmp_path_factory.mktemp("laptop")
    good = replace(presets.good_h264(), password=PASSWORD, mac=MAC)
    small = replace(presets.hd720_cannot(), password=PASSWORD, mac="00:40:8c:65:43:21")
    with running(good, small) as cameras:
        lines = [f"{each.host}:{each.onvif_port}" for each in cameras]
        (folder / "list.txt").write_text(f"{lines[0]}\n{lines[1]} CAM-02  # cổng sau\n", encoding="utf-8")
        (folder / "secret.txt").write_text(PASSWORD, encoding="utf-8")
        login = ("--username", "admin", "--password-file", "secret.txt")
        into = ("--school", SCHOOL, "--bundle", "truong.bundle")
        said = run(folder, "inspect", "--targets", "list.txt", *into, *login, environment=SPAWNED)
    assert said.status == 1, said.err
    return folder, said, cameras


@pytest.fixture
def registry(carried, tmp_path):
    """A registry with the school: CAM-01 has the MAC of the first camera, CAM-02 that of none; and a technician."""
    (tmp_path / "var").mkdir()
    engine = new_registry(tmp_path / "var" / "registry.db")
    with writing(engine) as session:
        school = fleet.school(session, SCHOOL)
        fleet.device(session, school, "CAM-01", host="192.168.9.9", mac=MAC)
        fleet.device(session, school, "CAM-02", host="192.168.9.10")
    with client(engine, "technician", "Lê An", schools=(SCHOOL,), now=lambda: datetime.now(UTC)) as browser:
        yield tmp_path, engine, browser
    engine.dispose()


def _shown(browser, content):
    return browser.post("/bundles", files={"bundle": ("truong.bundle", content)})


def _take(browser, page, fingerprint):
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return browser.post("/bundles/take", data={**fields, "fingerprint": fingerprint[-9:]})


def _rows(engine):
    with reading(engine) as session:
        tables = Table.metadata.sorted_tables
        return {t.name: session.connection().execute(select(func.count()).select_from(t)).scalar() for t in tables}


def test_what_the_laptop_says_is_enough_to_compare_it(carried):
    """The fingerprint stands in the file, after each look, and is told again; the password stands nowhere."""
    folder, said, _ = carried
    content = (folder / "truong.bundle").read_bytes()
    assert said.err.count(read(content).fingerprint) == 2
    assert run(folder, "bundle", "key").out.strip() == read(content).fingerprint
    assert "CAM-02" in run(folder, "bundle", "show", "truong.bundle").out
    for file in (folder / "truong.bundle", folder / "state" / "logins.json"):
        assert PASSWORD not in file.read_text(encoding="utf-8")


def test_facts_stand_with_their_devices_at_their_own_time_and_with_their_origin(carried, registry):
    """One was known by its MAC, the other by the code that was given; verdicts and ledger are there, pictures too."""
    folder, _, _ = carried
    _, engine, browser = registry
    content = (folder / "truong.bundle").read_bytes()
    page = _shown(browser, content)
    assert page.status_code == 200
    for text in ("theo địa chỉ MAC", "theo mã đã ghi trên máy xách tay", "Đáp ứng", "Đề xuất thay thế"):
        assert text in page.text
    taken = _take(browser, page, read(content).fingerprint)
    assert taken.headers["location"] == "/bundles?done=bundle"
    looks = {look.device or "CAM-01": look.observation for look in read(content).looks}
    for code, verdict in (("CAM-01", "Đáp ứng"), ("CAM-02", "Đề xuất thay thế")):
        device = html.unescape(browser.get(f"/devices/{SCHOOL}/{code}").text)
        titles = re.findall(r'title="(\d\d:\d\d \d\d/\d\d/\d{4}) – ([^"]+)"', device)
        assert any(how == "xem một khung hình, gói kết quả từ máy xách tay" for _, how in titles), titles
        assert all(how.endswith("gói kết quả từ máy xách tay") for _, how in titles)
        assert verdict in device
        assert "gói kết quả từ máy xách tay (Lê An)" in device
        with reading(engine) as session:
            row = session.exec(select(Device).where(Device.code == code)).one()
            assert row.last_answered_at.replace(microsecond=0) == looks[code].observed_at.replace(microsecond=0)


def test_a_bundle_that_was_changed_or_signed_by_another_is_refused(carried, registry):
    """Nothing is written, and the answer says what to do."""
    folder, _, _ = carried
    _, engine, browser = registry
    content, before = (folder / "truong.bundle").read_bytes(), _rows(engine)
    for changed in (content.replace(b'"width":1280', b'"width":1920'), content.replace(SCHOOL.encode(), b"0790124")):
        assert changed != content
        page = _shown(browser, changed)
        assert (page.status_code, "đã bị thay đổi sau khi ký" in page.text) == (422, True)
    wrong = _take(browser, _shown(browser, content), "0000-0000")
    assert (wrong.status_code, "Mã đối chiếu không khớp" in wrong.text) == (422, True)
    assert _rows(engine) == before


def test_the_same_bundle_twice_changes_nothing_by_whatever_way(carried, registry):
    """By the page, and by the command at the server, which wants the fingerprint as well."""
    folder, _, _ = carried
    place, engine, browser = registry
    content = (folder / "truong.bundle").read_bytes()
    mark = read(content).fingerprint
    _take(browser, _shown(browser, content), mark)
    before = _rows(engine)
    assert _take(browser, _shown(browser, content), mark).headers["location"] == "/bundles?done=bundle-same"
    assert _rows(engine) == before
    assert before["sweepitem"] == 2
    words = ("bundle", "take", str(folder / "truong.bundle"))
    assert run(place, *words).status == 2
    assert _rows(engine) == before
    assert "0 looks taken, 2 taken before" in run(place, *words, "--fingerprint", mark, "--lang", "en").out
    with reading(engine) as session:
        assert len(session.exec(select(SweepItem)).all()) == 2
