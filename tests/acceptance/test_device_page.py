"""Proof: on the page of a device a person sees at a glance what it says, could do and does, and how that became;
follows a look step by step to its cause and the next thing to do; answers what is asked; and finds each channel at an
address of its own.

Strategy: one town is served with its worker. Two of its cameras are simulated ones behind real sockets, one of them
with another password than was typed; a third is recorded night by night, and a recorder has sixteen channels.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Channel, Site, Sweep
from camera_registry.services.record import record
from camera_registry.store import credentials, devices, history
from camera_registry.vault import open_vault
from probes.simulator import presets, running
from tests.acceptance.fleet import until
from tests.acceptance.pages import fill, served, sign_in
from tests.camera_registry import town as towns
from tests.camera_registry.people import signed_in
from tests.standards.sheets import EDITIONS, observed

pytestmark = [pytest.mark.xdist_group("device page"), pytest.mark.timeout(200)]
SETTINGS = {
    "CAMERA_REGISTRY_OUTGOING__LOOPBACK": "true",
    "CAMERA_REGISTRY_PROBE__PICTURE": "false",
    "CAMERA_REGISTRY_PROBE__SAMPLE_S": "1",
}
PASSWORD = "mật-khẩu-đúng-7"  # of a simulated camera
ANSWERS, REFUSES = "/devices/79760001/CAM-01", "/devices/79760001/CAM-02"
WATCHED, RECORDER = "/devices/79760002/CAM-01", "/devices/79760002/DG-01"
SLOW_NIGHTS = (0, 3)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The engine, and where the town is served."""
    folder = tmp_path_factory.mktemp("device-page")
    engine = fill(folder)
    vault = open_vault(folder / "var" / "registry.key", {}, sealed_exist=True)
    good = presets.good_h264(password=PASSWORD, answer_after_s=0.15)
    with running(good, good) as cameras:
        with writing(engine) as session:
            for code, typed, camera in zip(("CAM-01", "CAM-02"), (PASSWORD, "khác"), cameras, strict=True):
                device = devices.by_code(session, "79760001", code)
                device.host, device.onvif_port, device.rtsp_port = camera.host, camera.onvif_port, camera.rtsp_port
                session.get_one(Site, device.site_id).networks = "127.0.0.0/8"
                credentials.put(session, vault, device.id, "admin", typed, datetime.now(UTC))
            _nights(session)
            _sixteen(session)
        with served(folder, SETTINGS, work=True) as address:
            token = signed_in(engine, "city", "Trần Thị Cán Bộ", now=datetime.now(UTC))
            httpx2.get(address + WATCHED, cookies={"session": token}, timeout=120)  # the first page reads its templates
            yield engine, address
    engine.dispose()


def _nights(session):
    """A camera that sends 8 of its 25 frames a second in some nights, the last one among them."""
    device, now = devices.by_code(session, "79760002", "CAM-01"), datetime.now(UTC)
    for ago in range(6, -1, -1):
        at = now - timedelta(days=ago, minutes=1)
        seen = observed({"declared.fps": 25.0, "measured.fps": 8.0 if ago in SLOW_NIGHTS else 24.6}, at)
        record(session, device.id, seen, EDITIONS, at, daylight.always)


def _sixteen(session):
    """The recorder has sixteen channels, the twelfth of which has a small picture."""
    device, at = devices.by_code(session, "79760002", "DG-01"), datetime.now(UTC) - timedelta(minutes=1)
    session.add_all(Channel(device_id=device.id, index=n, name=f"Hành lang {n}") for n in range(7, 17))
    session.flush()
    each = [observed({**towns.RECORDER, **(towns.LOW if n == 12 else {})}, at) for n in range(1, 17)]
    seen = tuple(replace(o.channels[0], index=n, token=f"v{n}") for n, o in enumerate(each, 1))
    record(session, device.id, replace(each[0], channels=seen, failures=()), EDITIONS, at, daylight.always)


def _check(page):
    page.get_by_role("button", name="Kiểm tra ngay").click()
    page.locator("#look .look-going, #look [role=status]").first.wait_for()


READ = """e => [e.querySelector('[role=status]').innerText,
  [...e.querySelectorAll('.look-log li')].map(l => l.innerText)]"""


def _ended(page, engine):
    """What the log says when it has ended. That it has ended comes by itself; then, when the check as a whole is
    over, it is read in a window that is not loaded again.
    """
    page.locator("#look [role=status]").wait_for(timeout=60_000)
    until(lambda: _all_over(engine), 30)
    still = page.context.new_page()
    still.goto(page.url.partition("?")[0], timeout=60_000)
    return still.locator("#look").evaluate(READ)


def _all_over(engine):
    with reading(engine) as session:
        return session.exec(select(Sweep).where(col(Sweep.state).in_(("planned", "running")))).first() is None


def test_a_look_is_told_step_by_step_while_it_goes_on(window, town):
    """Each part comes as it happens, with its second; at the end a sentence says how it went, and a button is there."""
    page = window().open(ANSWERS)
    _check(page)
    expect(page.locator("#look")).to_contain_text("Nhận luồng hình thứ 1", timeout=60_000)
    said, lines = _ended(page, town[0])
    assert "Kiểm tra lại ngay" in said
    assert "→" in said
    told = "\n".join(lines)
    parts = ["Bắt đầu kết nối tới 127.", "Hỏi thiết bị qua ONVIF", "Nhận luồng hình thứ 1", "Kiểm tra xong"]
    assert [part for part in parts if part not in told] == [], told
    places = [told.index(part) for part in parts]
    assert places == sorted(places)
    seconds = [float(line.split(" s")[0].replace(",", ".")) for line in lines]
    assert seconds == sorted(seconds)
    assert seconds[-1] > 1
    with reading(town[0]) as session:
        item, _ = history.newest(session, devices.by_code(session, "79760001", "CAM-01").id)
    assert [part.partition("@")[0] for part in item.step.split()] == ["onvif", "stream/1"]


def test_a_look_that_fails_ends_with_its_cause_and_the_next_thing_to_do(window, town):
    """The refused login in a sentence, what to do about it, and the button to look again; the same on a phone."""
    page = window().open(REFUSES)
    _check(page)
    said, lines = _ended(page, town[0])
    assert "Thiết bị từ chối tài khoản" in said
    assert "Nhập lại tài khoản đúng" in said
    assert any("không thành công" in line and "Đăng nhập" in line for line in lines)
    small = window(360)
    assert "Nhập lại tài khoản đúng" in small.open(REFUSES).locator("#look").inner_text()
    assert small.overflow() <= 0


def test_a_look_is_followed_without_scripts(browser, town):
    """The page has the log of the newest look as it stands, and a link to load it again while one waits."""
    engine, address = town
    token = signed_in(engine, "city", "Trần Thị Cán Bộ", now=datetime.now(UTC))
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, address, token)
    page = context.new_page()
    page.goto(address + REFUSES)
    assert "Nhập lại tài khoản đúng" in page.locator("#look").inner_text()
    page.get_by_role("button", name="Kiểm tra ngay").click()
    assert page.locator("#look .look-log li").count() >= 1
    assert page.locator("#look noscript a, #look [role=status]").count() >= 1
    context.close()


def test_what_is_declared_capable_and_measured_differs_in_words(window):
    """Beside the value that arrived: less than declared, and that the device can do more; with how and when of each."""
    page = window().open(WATCHED)
    row = page.locator("table.side-by-side tr", has_text="Tốc độ khung hình").first
    assert "≠ thấp hơn khai báo" in row.inner_text()
    assert "thiết bị hỗ trợ cao hơn" in row.inner_text()
    heads = page.locator("table.side-by-side thead th").all_inner_texts()
    assert [str(datetime.now(UTC).year) in head for head in heads[:4]] == [False, True, True, True]


def test_a_finding_has_its_reasoning_folded_beside_it(window):
    """Closed at first; opened it says what was measured and required, by which text and edition, and who acts."""
    page = window().open(WATCHED)
    finding = page.locator("li.finding", has_text="15 hình/giây").first
    reasons = finding.locator("details", has_text="Vì sao, theo văn bản nào, ai xử lý").locator("dl")
    assert not reasons.is_visible()
    finding.get_by_text("Vì sao, theo văn bản nào, ai xử lý").click()
    text = reasons.inner_text()
    for words in (
        "8 hình/giây",
        "tối thiểu 15",
        "3288/UBND-KT",
        "Giá trị tham khảo tạm thời",
        "hcmc-3288@",
        "Nhà trường",
    ):
        assert words in text, words


def test_rate_and_bit_rate_are_drawn_and_events_stand_the_newest_first(window):
    """Two charts with their figures; the minimum is a line; days go down, and what changed is told under its day."""
    page = window().open(WATCHED)
    charts = page.locator("svg.chart[role=img]")
    assert [charts.nth(n).get_attribute("aria-label").split(".")[0] for n in range(charts.count())] == [
        "Tốc độ khung hình đo được",
        "Tốc độ bit đo được",
    ]
    assert page.locator("svg.chart line.level").count() == 1
    assert page.locator(".chart-figures").first.locator("tbody tr").count() >= 7
    days = page.locator(".timeline-events > li > strong").all_inner_texts()
    moments = [datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=UTC) for day in days]
    assert moments == sorted(moments, reverse=True)
    assert "Luồng chính có ít nhất 15 hình/giây: Chưa đạt" in page.locator(".timeline-events").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_recorder_has_a_short_table_and_each_channel_its_page(window, width):
    """Sixteen rows with anchors; a channel stands alone with everything, and leads to its row and on to the next."""
    watched = window(width)
    page = watched.open(RECORDER + "#channel-12")
    assert page.locator("tr[id^=channel-]").count() == 16
    row = page.locator("#channel-12")
    assert "độ phân giải từ Full HD" in row.inner_text()
    assert watched.overflow() <= 0
    row.get_by_role("link").click()
    page.wait_for_url("**/channels/12")
    assert "Kênh 12: Hành lang 12" in page.locator("h1").inner_text()
    assert page.locator("table.side-by-side").count() >= 1
    assert page.locator("#channel-12, .timeline-events").count() >= 2
    assert watched.overflow() <= 0
    page.get_by_role("link", name="Kênh 13 ›").click()
    page.wait_for_url("**/channels/13")
    page.get_by_role("link", name="DG-01", exact=True).click()
    page.wait_for_url("**/DG-01#channel-13")


def test_what_the_school_states_is_answered_where_the_device_stands(window):
    """The answer leads back to this page, and stands there with who gave it."""
    page = window().open(WATCHED)
    asked = page.locator("#asked")
    asked.get_by_text("Trả lời nội dung này").first.click()
    asked.get_by_label("Trả lời", exact=True).first.select_option("yes")
    asked.get_by_role("button", name="Lưu").first.click()
    page.wait_for_url("**/devices/79760002/CAM-01?done=answered")
    assert "đã trả lời" in page.locator("#asked").inner_text()
    assert "Trần Thị Cán Bộ" in page.locator("#asked").inner_text()


def test_a_waiver_is_asked_for_at_its_finding_and_listed_with_its_state(window):
    """Of this device: the criterion, that it waits, and until when."""
    page = window().open(WATCHED)
    finding = page.locator("li.finding", has_text="15 hình/giây").first
    finding.get_by_text("Đề nghị ngoại lệ").click()
    finding.get_by_label("Đến hết ngày").fill(f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}")
    finding.get_by_label("Lý do").fill("Chờ thay thiết bị")
    finding.get_by_role("button", name="Gửi").click()
    page.wait_for_url("**done=waiver")
    listed = page.locator("#waivers").inner_text()
    assert "Ngoại lệ: Chờ nhà trường duyệt" in listed
    assert "Chờ thay thiết bị" in listed
