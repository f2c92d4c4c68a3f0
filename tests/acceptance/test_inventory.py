"""Proof: people find, change and look back at what is registered, with the keyboard and on a phone; nobody's change is
lost, and nothing of other schools is told.
"""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Batch
from camera_registry.services.as_cells import standing
from camera_registry.services.registering import Said, Terms, put
from tests.acceptance.pages import fill, served
from tests.camera_registry.web.served import client

SCHOOL, OTHER, DEVICE = "79760002", "79770001", "DG-01"
AT = f"/devices/{SCHOOL}/{DEVICE}"
PAGES = (
    "/schools",
    "/new-school",
    f"/schools/{SCHOOL}/edit",
    f"/schools/{SCHOOL}/devices/new",
    f"/schools/{SCHOOL}/channels",
    f"/devices/bulk?device={SCHOOL}/{DEVICE}",
    f"{AT}/edit",
    f"{AT}/channels/edit?columns=all",
    f"/history?school={SCHOOL}",
)
SHORTEST = {"/schools": 90, "/devices": 110}
"""How many pixels a row of a list may take on a phone."""

pytestmark = [pytest.mark.xdist_group("inventory"), pytest.mark.timeout(120)]


FORGIVEN = ("Failed to load resource: the server responded with a status of 4",)
"""Pages that are refused on purpose."""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The engine of a registry that is served, and its address."""
    folder = tmp_path_factory.mktemp("town")
    engine = fill(folder)
    with served(folder) as address:
        yield engine, address
    engine.dispose()


def _now(engine, *key):
    with reading(engine) as session:
        return standing(session, key).cells


def _newest_batch(engine):
    with reading(engine) as session:
        return max(batch.id for batch in session.exec(select(Batch)))


def _somebody(engine, key, **cells):
    """Another person changes this row."""
    file = {"device": "devices.csv", "channel": "channels.csv"}[key[0]]
    with writing(engine) as session:
        put(session, [Said(file, cells, key)], Terms(datetime.now(UTC), by="Lê Văn Thợ"))


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_fits_and_has_one_heading(window, width):
    """No page is wider than the window; every field has a name."""
    watched = window(width)
    for address in PAGES:
        page = watched.open(address)
        assert watched.overflow() <= 0, address
        assert page.locator("h1").count() == 1, address
        every = "[...document.querySelectorAll('input,select,textarea')].filter(e => e.type != 'hidden')"
        assert page.evaluate(f"{every}.every(e => e.labels.length > 0 || e.ariaLabel)"), address


@pytest.mark.parametrize(("address", "most"), SHORTEST.items())
def test_a_row_of_a_list_is_short_on_a_phone(window, address, most):
    """So that several stand on one screen of 360 pixels."""
    page = window(360).open(address)
    heights = page.locator("table.list tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) > 10
    assert max(heights) <= most


@pytest.mark.parametrize(
    ("address", "words", "found", "field"),
    [
        ("/schools", "nguyen binh khiem", "Trường Tiểu học Nguyễn Bỉnh Khiêm", "level"),
        ("/devices", "duoc song dg", "Trường Tiểu học Đuốc Sống", "kind"),
    ],
)
def test_the_list_is_narrowed_while_one_types_without_accents(window, address, words, found, field):
    """No key but letters is pressed; the focus stays, the words stand in the address; a filter narrows on."""
    page = window().open(address)
    before = page.locator("table.list tbody tr").count()
    page.locator("#q").press_sequentially(words)
    page.wait_for_function("() => document.querySelectorAll('table.list tbody tr').length == 1")
    assert found in page.locator("table.list tbody").inner_text()
    assert page.evaluate("document.activeElement.id") == "q"
    page.wait_for_url("**q=**")
    page.locator("#q").fill("")
    page.wait_for_function(f"() => document.querySelectorAll('table.list tbody tr').length == {before}")
    page.locator("main details summary").first.click()
    page.locator(f"#{field}").select_option(index=1)
    page.wait_for_function(f"() => document.querySelectorAll('table.list tbody tr').length < {before}")


def test_a_mistake_stands_at_its_field_and_what_was_typed_is_kept(window, town):
    """Then it is corrected; the history says what stood before and what stands now."""
    page = window(360).open(f"{AT}/edit")
    page.get_by_label("Bảo hành đến").fill("31/13/2027")
    page.get_by_label("Đơn vị bảo trì").fill("Công ty Mắt Thần")
    page.get_by_role("button", name="Lưu").click()
    wrong = page.locator("#warranty_until-wrong")
    assert "31/12/2026" in wrong.inner_text()
    assert page.locator("#warranty_until").get_attribute("aria-describedby") == "warranty_until-wrong"
    assert page.get_by_label("Đơn vị bảo trì").input_value() == "Công ty Mắt Thần"
    page.get_by_label("Bảo hành đến").fill("31/12/2027")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**done=registered")
    assert _now(town[0], "device", SCHOOL, DEVICE)["warranty_until"] == "31/12/2027"
    page.locator("#history summary").first.click()
    told = page.locator("#history li").first.inner_text()
    assert "Trần Thị Cán Bộ" in told
    assert "Đơn vị bảo trì: trống → Công ty Mắt Thần" in told
    assert "Bảo hành đến" in told


def test_who_comes_too_late_sees_both_and_loses_nothing(window, town):
    """What was typed stands in the field, what stands now beside it with who was first; what was not touched is new."""
    page = window().open(f"{AT}/edit")
    page.get_by_label("Nguồn kinh phí").fill("Xã hội hóa")
    _somebody(town[0], ("device", SCHOOL, DEVICE), funding="Ngân sách thành phố", serial="S-99")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_selector(".now")
    assert "đã có người khác sửa" in page.locator("main").inner_text()
    assert page.get_by_label("Nguồn kinh phí").input_value() == "Xã hội hóa"
    assert "Ngân sách thành phố" in page.locator(".now").nth(1).inner_text()
    assert page.get_by_label("Số sê-ri").input_value() == "S-99"
    assert _now(town[0], "device", SCHOOL, DEVICE)["funding"] == "Ngân sách thành phố"
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**done=registered")
    now = _now(town[0], "device", SCHOOL, DEVICE)
    assert (now["funding"], now["serial"]) == ("Xã hội hóa", "S-99")


def test_the_grid_is_filled_with_the_keyboard_and_filled_down(window, town):
    """Enter goes down, a button fills a column down, names count on; the row of one more channel is registered."""
    page = window().open(f"{AT}/channels/edit")
    page.locator("#tags-1").fill("khối nhà A")
    page.locator("#tags-1").press("Enter")
    assert page.evaluate("document.activeElement.id") == "tags-2"
    page.locator("#tags-2").press("Shift+Enter")
    assert page.evaluate("document.activeElement.id") == "tags-1"
    page.get_by_role("button", name="Nhãn").click()
    page.locator("#name-3").fill("Hành lang 07")
    page.get_by_role("button", name="Tên camera").click()
    page.locator("#name-new").fill("Nhà đa năng")
    page.locator("#area-new").select_option("yard")
    page.get_by_role("button", name="Lưu tất cả các dòng").click()
    page.wait_for_url("**done=registered")
    rows = [_now(town[0], "channel", SCHOOL, DEVICE, str(n)) for n in range(1, 8)]
    assert [row["tags"] for row in rows] == ["khối nhà A"] * 6 + [""]
    assert [row["name"] for row in rows[2:]] == [f"Hành lang {n:02}" for n in range(7, 11)] + ["Nhà đa năng"]


def test_a_row_of_the_grid_that_is_wrong_or_late_is_shown_and_no_row_is_kept(window, town):
    """A name twice stands at its row; then a channel that somebody else has renamed is shown with both names."""
    at = f"/devices/{SCHOOL}/{DEVICE}/channels/edit"
    page = window(360).open(at)
    first = page.locator("#name-1").input_value()
    page.locator("#name-2").fill(first)
    page.locator("#note-1").fill("Đã đo")
    page.get_by_role("button", name="Lưu tất cả các dòng").click()
    assert "tên camera" in page.locator("#name-2-wrong").inner_text().lower()
    assert page.locator("#note-1").input_value() == "Đã đo"
    assert _now(town[0], "channel", SCHOOL, DEVICE, "1")["note"] != "Đã đo"
    page.locator("#name-2").fill("Sân sau")
    _somebody(town[0], ("channel", SCHOOL, DEVICE, "2"), name="Sân bóng rổ")
    page.get_by_role("button", name="Lưu tất cả các dòng").click()
    page.wait_for_selector("tr.late")
    assert page.locator("#name-2").input_value() == "Sân sau"
    assert "Sân bóng rổ" in page.locator("tr.late").inner_text()
    page.get_by_role("button", name="Lưu tất cả các dòng").click()
    page.wait_for_url("**done=registered")
    assert _now(town[0], "channel", SCHOOL, DEVICE, "2")["name"] == "Sân sau"
    assert _now(town[0], "channel", SCHOOL, DEVICE, "1")["note"] == "Đã đo"


def test_many_devices_are_changed_at_once_after_a_preview(window, town):
    """What stands and what would, for each; then all in one go, which the history tells as one."""
    page = window().open(f"/devices?school={SCHOOL}")
    for box in page.locator("input[name=device]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Sửa mục đã chọn").click()
    page.get_by_label("Sở hữu").select_option("sponsor")
    page.get_by_label("Thêm nhãn").fill("đợt 2026")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.locator("#preview-title")).to_contain_text("Sẽ thay đổi 2 thiết bị")
    assert "Nhà trường → Nhà tài trợ" in page.locator("table.preview").inner_text()
    assert _now(town[0], "device", SCHOOL, "CAM-01")["owner"] != "sponsor"
    page.get_by_role("button", name="Sửa 2 thiết bị").click()
    page.wait_for_url("**done=bulk")
    assert "2 thay đổi trong một lần thực hiện" in page.locator("h1").inner_text()
    changed = [_now(town[0], "device", SCHOOL, code) for code in ("CAM-01", "CAM-02")]
    assert [(row["owner"], row["tags"]) for row in changed] == [("sponsor", "đợt 2026")] * 2
    page = window().open("/devices?tag=đợt 2026")
    assert page.locator("table.list tbody tr").count() == 2
    page = window().open(f"/history?batch={_newest_batch(town[0])}")
    page.get_by_role("button", name="Hoàn tác").click()
    page.wait_for_url("**done=undone")
    changed = [_now(town[0], "device", SCHOOL, code) for code in ("CAM-01", "CAM-02")]
    assert [(row["owner"], row["tags"]) for row in changed] == [("school", "")] * 2
    assert page.get_by_role("button", name="Hoàn tác").count() == 0


def test_nothing_is_changed_when_one_of_many_has_become_another(town):
    """What was previewed is written, or nothing; the preview comes again."""
    with client(town[0], now=lambda: datetime.now(UTC)) as city:
        form = {"row": [f"{SCHOOL}/CAM-01", f"{SCHOOL}/CAM-02"], "maintainer": "Công ty D", "step": "preview"}
        page = city.post("/devices/bulk", data=form).text
        form |= {"version": re.findall(r'name="version" value="([^"]+)"', page), "step": "write"}
        _somebody(town[0], ("device", SCHOOL, "CAM-02"), model="X-1")
        answer = city.post("/devices/bulk", data=form)
        assert answer.status_code == 409
        assert _now(town[0], "device", SCHOOL, "CAM-01")["maintainer"] != "Công ty D"
        form["version"] = re.findall(r'name="version" value="([^"]+)"', answer.text)
        assert city.post("/devices/bulk", data=form).status_code == 303
    assert _now(town[0], "device", SCHOOL, "CAM-01")["maintainer"] == "Công ty D"


def test_a_technician_changes_the_own_schools_alone(town):
    """Rows of another school are left out of what is changed at once, its history is not there; no school is made."""
    with client(town[0], "technician", "Lê Văn Thợ", schools=(SCHOOL,), now=lambda: datetime.now(UTC)) as own:
        form = {"row": [f"{OTHER}/CAM-01", f"{SCHOOL}/CAM-01"], "funding": "Ngân sách", "step": "preview"}
        page = own.post("/devices/bulk", data=form).text
        assert re.findall(r'name="version" value="([^@]+)@', page) == [f"{SCHOOL}/CAM-01"]
        for address in (f"/history?school={OTHER}", "/new-school", f"/schools/{OTHER}/edit", "/history?batch=99"):
            assert own.get(address).status_code == 404, address
        form = own.get(f"/schools/{SCHOOL}/edit").text
        version = form.split('name="version" value="')[1].split('"')[0]
        assert 'name="managed_by"' not in form
        sent = {"version": version, "name": "Trường khác", "address": "7 Đường Z", "opened": "{}"}
        assert own.post(f"/schools/{SCHOOL}/edit", data=sent).status_code == 303
    now = _now(town[0], "school", SCHOOL, "")
    assert (now["name"], now["address"]) == ("Trường Tiểu học Nguyễn Bỉnh Khiêm", "7 Đường Z")


def test_a_school_a_site_and_a_device_are_registered_and_never_over_another(town):
    """Each with its form; the same code again is refused, and what is there stays as it is."""
    with client(town[0], now=lambda: datetime.now(UTC)) as city:
        unit = _now(town[0], "school", SCHOOL, "")["managed_by"]
        school = {
            "school.code": "79769999",
            "name": "Trường TH Mới",
            "levels": "TH",
            "kind": "public",
            "managed_by": unit,
        }
        assert city.post("/new-school", data=school).status_code == 303
        assert city.post("/new-school", data={**school, "name": "Trường khác"}).status_code == 422
        assert _now(town[0], "school", "79769999", "")["name"] == "Trường TH Mới"
        site = {"site": "Cơ sở 2", "networks": "10.7.0.0/16"}
        assert city.post("/schools/79769999/sites/new", data=site).status_code == 303
        assert city.post("/schools/79769999/sites/new", data=site).status_code == 422
        device = {"device.code": "CAM-1", "kind": "ip_camera", "host": "10.7.0.9", "site": "Cơ sở 2"}
        made = city.post("/schools/79769999/devices/new", data=device)
        assert made.headers["location"] == "/devices/79769999/CAM-1/channels/edit?done=device-made"
        again = city.post("/schools/79769999/devices/new", data={**device, "host": "10.7.0.10"})
        assert again.status_code == 422
        assert "đã được đăng ký" in again.text
    assert _now(town[0], "device", "79769999", "CAM-1")["host"] == "10.7.0.9"


def test_what_was_registered_by_mistake_goes_and_what_was_seen_stays(window, town):
    """The page says what stands against it; a device that was never checked goes with its channels, and is told of."""
    page = window(360).open(f"{AT}/remove")
    assert "Không gỡ được" in page.locator("main").inner_text()
    assert "kết quả đánh giá và thay đổi" in page.locator("main ul").inner_text()
    with client(town[0], now=lambda: datetime.now(UTC)) as city:
        with reading(town[0]) as session:
            version = standing(session, ("device", SCHOOL, DEVICE)).version
        for seen in (version, 99):
            assert city.post(f"{AT}/remove", data={"version": str(seen)}).status_code == 409
        device = {"device.code": "NHAM-1", "kind": "cloud"}
        assert city.post(f"/schools/{SCHOOL}/devices/new", data=device).status_code == 303
        channel = {"index.new": "1", "name.new": "Nhầm", "area.new": "yard"}
        assert city.post(f"/devices/{SCHOOL}/NHAM-1/channels/edit", data=channel).status_code == 303
    page = window().open(f"/devices/{SCHOOL}/NHAM-1/remove")
    page.get_by_role("button", name="Gỡ").click()
    page.wait_for_url("**done=removed")
    assert "NHAM-1" not in page.locator("main").inner_text().partition("Lịch sử thay đổi")[0]
    told = window().open(f"/history?school={SCHOOL}").locator("ul.history").inner_text()
    assert "Thiết bị NHAM-1 · đã gỡ" in told
    assert _now(town[0], "device", SCHOOL, DEVICE)
