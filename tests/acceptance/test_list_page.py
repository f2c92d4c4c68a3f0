"""Proof: an officer works the list of what is not compliant down: columns of one's choice, groups to hand out, work for
many rows at once, files, and the message for Zalo; on a wide screen and on a phone.
"""

import csv
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import Device, School, Sweep, SweepItem, WaiverRecord
from camera_registry.services.listing import Filter, every_non_compliant
from tests.acceptance.pages import asked_once, fill, served
from tests.standards.sheets import HCMC

pytestmark = [pytest.mark.xdist_group("list page"), pytest.mark.timeout(180)]
FORGIVEN = ("Failed to load resource: the server responded with a status of 422",)
"""What the browser says of a form that comes back with what is wrong."""
PRICES = "docs/examples/prices-example.toml"


@pytest.fixture(scope="module")
def town(tmp_path_factory, request):
    """The engine of a town with a price book that is served, and its address."""
    folder = tmp_path_factory.mktemp("list")
    engine = fill(folder)
    prices = {"CAMERA_REGISTRY_PLAN__PRICES": str(request.config.rootpath / PRICES)}
    with served(folder, prices) as address:
        asked_once(engine, address, "/non-compliant")
        yield engine, address
    engine.dispose()


def _rows(engine, **wanted):
    with reading(engine) as session:
        return list(every_non_compliant(session, Filter(**wanted), HCMC))


def _headings(page):
    return page.locator("table.list thead th").all_inner_texts()[1:]


@pytest.mark.parametrize("width", [1280, 360])
def test_columns_are_chosen_in_a_form_stand_in_the_address_and_are_remembered(window, width):
    """Each has its own column; the next visit without them in the address has them still; the usual ones come back."""
    watched = window(width)
    page = watched.open("/non-compliant?fix=repair")
    usual = _headings(page)
    page.get_by_text("Cột hiển thị").click()
    for name in ("Hãng, model", "Số đêm ghi nhận", "Tình trạng căn cứ"):
        page.get_by_label(name, exact=True).check()
    page.get_by_label("Việc cần làm", exact=True).uncheck()
    page.get_by_role("button", name="Hiển thị các cột này").click()
    page.wait_for_url("**columns=model**")
    assert "fix=repair" in page.url
    assert page.locator("td.column-model").first.is_visible()
    assert page.locator("td.column-fix").count() == 0
    assert page.locator("td.column-nights").first.inner_text().strip().isdigit()
    assert "Hikvision" in page.locator("td.column-model").all_inner_texts()[0]
    own = watched.open("/non-compliant").locator("td.column-state").count()
    assert own
    assert watched.overflow() == 0
    page.get_by_text("Cột hiển thị").click()
    page.get_by_role("link", name="Cột mặc định").click()
    expect(page.locator("td.column-fix").first).to_be_visible()
    assert _headings(page) == usual
    assert watched.open("/non-compliant").locator("td.column-state").count() == 0


@pytest.mark.parametrize("by", ["actor", "school", "rule", "fix", "model"])
def test_groups_count_their_rows_and_open_them(window, town, by):
    """The sum of all groups is the list; a group leads to its rows; its file holds them alone."""
    engine, address, *_ = town
    watched = window()
    page = watched.open(f"/non-compliant?group={by}")
    counted = [int(text) for text in page.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert sum(counted) == len(_rows(engine))
    assert counted == sorted(counted, reverse=True)
    file = watched.context.request.get(
        address + page.get_by_role("link", name=re.compile("^CSV: ")).first.get_attribute("href")
    )
    *_, last = list(csv.reader(file.text().removeprefix("\ufeff").splitlines(), delimiter=";"))[2:]
    assert last
    assert len(file.text().splitlines()) == counted[0] + 2
    page.locator("tbody td:first-child a").first.click()
    page.get_by_role("status").first.wait_for()
    assert page.get_by_role("status").first.inner_text().startswith(f"{counted[0]} tiêu chí chưa đạt")


def test_a_group_says_what_it_costs_and_a_row_says_what_it_costs(window, town):
    """Sums of shared parts once; a row alone: an amount, nothing, or that there is no price."""
    page = window().open("/non-compliant?group=actor&actor=manager")
    assert re.search(r"\d{1,3}(\.\d{3})+ đ", page.locator("tbody td:nth-child(4)").inner_text())
    page = window().open("/non-compliant?actor=supplier")
    assert all(text.startswith("0 đồng, nhà cung cấp") for text in page.locator("td.column-cost").all_inner_texts())


def test_ticked_rows_are_checked_again_in_one_sweep_over_their_devices(window, town):
    """The page asks first and says how many devices; then one sweep has just these."""
    engine, *_ = town
    watched = window()
    page = watched.open("/non-compliant?sort=device")
    boxes = page.locator("input[name=row]")
    ticked = [boxes.nth(n).get_attribute("value") for n in (0, 1, 2)]
    for n in (0, 1, 2):
        boxes.nth(n).check()
    page.get_by_role("button", name="Xử lý các dòng đã đánh dấu").click()
    expect(page.locator("tbody tr")).to_have_count(len(ticked))
    devices = {tuple(key.split("/")[:2]) for key in ticked}
    page.get_by_role("button", name=f"Kiểm tra ngay {len(devices)} thiết bị").click()
    page.get_by_text(f"{len(devices)} thiết bị đã chọn").wait_for()
    with reading(engine) as session:
        sweep = session.exec(select(Sweep).where(Sweep.kind == "asked").order_by(Sweep.id.desc())).first()
        assert sweep.scope.startswith(f"chosen:{len(devices)}/")
        found = select(School.code, Device.code).join(Device).join(SweepItem, SweepItem.device_id == Device.id)
        assert set(session.exec(found.where(SweepItem.sweep_id == sweep.id)).all()) == devices


def test_one_reason_asks_a_waiver_for_each_chosen_row_and_none_twice(window, town):
    """All rows of a filter; a preview says how many; what waits already is left out the second time."""
    engine, *_ = town
    watched = window()
    keys = {row.key for row in _rows(engine, school="79770003")}
    for again in (False, True):
        page = watched.open("/non-compliant?school=79770003")
        page.get_by_role("button", name=re.compile("Xử lý tất cả")).click()
        page.get_by_label("Lý do").fill("Chờ kinh phí năm 2027")
        page.get_by_label("Đến hết ngày").fill((datetime.now(UTC) + timedelta(days=60)).date().isoformat())
        page.get_by_role("button", name="Xem trước yêu cầu").click()
        if again:
            page.get_by_text("tất cả đều đã có yêu cầu đang chờ duyệt").wait_for()
            break
        page.get_by_role("button", name=f"Gửi {len(keys)} yêu cầu").click()
        page.get_by_text("Đã gửi các yêu cầu").wait_for()
    with reading(engine) as session:
        asked = session.exec(select(WaiverRecord).where(WaiverRecord.reason == "Chờ kinh phí năm 2027")).all()
    assert len(asked) == len(keys)


def test_a_wish_that_cannot_be_kept_says_why_and_keeps_what_was_typed(window, town):
    """A last day too far away: nothing is asked."""
    page = window().open("/non-compliant/chosen?all=1&school=79770004")
    page.get_by_label("Lý do").fill("Chờ")
    page.get_by_label("Đến hết ngày").fill("2099-01-01")
    page.get_by_role("button", name="Xem trước yêu cầu").click()
    expect(page.locator(".waiver-wrong")).to_be_visible()
    assert page.get_by_label("Lý do").input_value() == "Chờ"


def test_the_maintainer_of_the_devices_is_set_with_a_preview(window, town):
    """Through the page that changes many devices at once."""
    engine, *_ = town
    page = window().open("/non-compliant/chosen?all=1&school=79770004")
    page.get_by_role("textbox", name="Đơn vị bảo trì").fill("Công ty Kỹ thuật Mới")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    page.locator("button[value=write]").click()
    page.wait_for_url("**/history?batch=*")
    assert {row.maintainer for row in _rows(engine, school="79770004")} == {"Công ty Kỹ thuật Mới"}


@pytest.mark.parametrize("width", [1280, 360])
def test_the_message_for_zalo_is_copied_and_has_no_address(window, town, width):
    """With a clipboard the button copies; without one the text is marked for the person. No IP address stands in it."""
    watched = window(width)
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open("/non-compliant?actor=maintainer")
    page.get_by_role("link", name="Sao chép nội dung gửi Zalo").click()
    page.get_by_role("button", name="Sao chép nội dung gửi Zalo").click()
    page.get_by_text("Đã sao chép; dán vào Zalo.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == page.locator("#zalo").input_value()
    assert " cần xử lý" in text
    assert "Rà soát sơ bộ theo giá trị tham khảo tạm thời" in text
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", text)
    page.evaluate("""() => { Object.defineProperty(navigator, 'clipboard', {value: undefined});
        document.execCommand = () => false; document.getElementById('zalo-said').textContent = '' }""")
    page.get_by_role("button", name="Sao chép nội dung gửi Zalo").click()
    page.get_by_text("Nội dung đã được bôi đen").wait_for()
    marked = "() => { const f = document.getElementById('zalo'); return f.selectionEnd - f.selectionStart }"
    assert page.evaluate(marked) == len(text)
    assert watched.overflow() == 0


def test_files_are_taken_with_the_filters_and_columns_of_the_page(window, town):
    """A real download of each form, for the rows that are shown; of ticked rows for these alone."""
    engine, *_ = town
    watched = window()
    page = watched.open("/non-compliant?fix=reconfigure&columns=school,device,seen,cost")
    saved = {}
    for form in ("XLSX", "CSV", "PDF", "JSON"):
        page.get_by_text("Xuất tệp").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name=re.compile(f"^{form} ")).click()
        saved[form] = taken.value.path().read_bytes()
        page.get_by_text("Xuất tệp").click()
    said = json.loads(saved["JSON"])
    assert len(said["rows"]) == len(_rows(engine, fix="reconfigure"))
    assert "maintainer" not in said["rows"][0]
    assert saved["XLSX"].startswith(b"PK")
    assert saved["PDF"].startswith(b"%PDF")
    assert len(saved["CSV"].splitlines()) == len(said["rows"]) + 2
    page.locator("input[name=row]").first.check()
    page.get_by_role("button", name="Xử lý các dòng đã đánh dấu").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="JSON", exact=True).click()
    assert len(json.loads(taken.value.path().read_bytes())["rows"]) == 1
    assert page.get_by_text("Rà soát sơ bộ theo giá trị tham khảo tạm thời").first.is_visible()
