"""Proof: a person imports a workbook on the page: everything that is wrong is told with its cell and nothing is
written; mended, it is shown cell by cell, written, and undone; the same again changes nothing.
"""

import io
import sqlite3

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Batch, Channel, Device, School
from tests.acceptance.pages import fill, served
from tests.camera_registry.books import SCHOOL, book

pytestmark = [pytest.mark.xdist_group("import page"), pytest.mark.timeout(300)]

HEADS = ("STT", *SCHOOL, "Vĩ độ", "Kinh độ", "Màu sơn")
ROWS = ((1, "0790123", "Trường Số 1", "TH", "Công lập", "UBND phường Mới", "10,8", "106,6", "xanh"),
        (2, "0790124", "Trường Số 2", "THCS", "Công lập", "UBND phường Mới", "", "", ""))  # fmt: skip
DEVICE_HEADS = ("Mã trường", "Mã thiết bị", "Loại thiết bị", "Địa chỉ IP")
DEVICES = (("0790123", "DG-01", "Đầu ghi IP (NVR)", "192.168.1.4"),)
CHANNEL_HEADS = ("Mã trường", "Mã thiết bị", "Kênh số", "Tên camera", "Khu vực")
CHANNELS = (("0790123", "DG-01", 1, "Cổng chính", "Cổng"), ("0790123", "DG-01", 2, "Sân", "Sân"))


def _book(schools=ROWS, devices=DEVICES, channels=CHANNELS):
    return book({
        "Trường": [("DANH SÁCH TRƯỜNG",), HEADS, ("I", "Khối tiểu học"), *schools, ("Tổng cộng", None, 2)],
        "Thiết bị": [DEVICE_HEADS, *devices],
        "Kênh": [CHANNEL_HEADS, *channels],
    })  # fmt: skip


WRONG = _book(
    ((*ROWS[0][:6], "106,6", "10,8", ""), (2, "0790124", None, "Đại học", *ROWS[1][4:])),
    (("0790123", "DG-01", "NVR", "8.8.8.8"), (790124, "DG-02", "NVR", "10.0.0.5")),
    (*CHANNELS, ("0790123", "DG-09", 1, "Cổng chính", "Mái nhà")),
)
TOLD = {
    ("Trường", 2, "I"): ("", "Không có cột này"),
    ("Trường", 4, "G"): ("106,6", "đổi chỗ"),
    ("Trường", 5, "C"): ("", "trống"),
    ("Trường", 5, "D"): ("Đại học", "danh mục"),
    ("Thiết bị", 2, "D"): ("8.8.8.8", "nội bộ"),
    ("Thiết bị", 3, "A"): ("790124", "Không có trường này (0790124?)"),
    ("Kênh", 4, "B"): ("DG-09", "không có thiết bị"),
    ("Kênh", 4, "E"): ("Mái nhà", "danh mục"),
}
"""Sheet, row and column; value, and a part of what is said of it."""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A served registry, its address, and what the browser of an officer of the city holds."""
    folder = tmp_path_factory.mktemp("imports")
    engine = fill(folder)
    with served(folder) as address:
        yield engine, address, folder
    engine.dispose()


def _send(watched, data, name="ds.xlsx"):
    """The page of the file, read to its end."""
    page = watched.open("/import")
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    return _press(page, "Kiểm tra tệp")


def _press(page, name):
    """The page that stands when what the button begins is over."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function("() => document.readyState === 'complete' && !document.querySelector('#import')")
    return page


def _dump(folder):
    """What is registered, and its history, as SQL."""
    with sqlite3.connect(folder / "var" / "registry.db") as connection:
        tables = ("district", "school", "site", "device", "channel", "edit", "batch", "credential")
        return [line for line in connection.iterdump() if line.startswith(tuple(f'INSERT INTO "{t}"' for t in tables))]


@pytest.mark.parametrize("width", [1280, 360])
def test_everything_that_is_wrong_is_told_with_its_cell_and_nothing_is_written(window, town, width):
    """Sheet, row, column, value, what and remedy of each; the file comes back with them beside its rows."""
    before, watched = _dump(town[2]), window(width)
    page = _send(watched, WRONG)
    assert watched.overflow() <= 0
    rows = page.locator("#mistakes tbody tr")
    found = {}
    for cells in rows.evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))"):
        sheet, _, rest = cells[0].partition(", dòng ")
        row, _, column = rest.partition("\n")
        found[sheet, int(row), column.removeprefix("cột ")[:1]] = cells[1:]
    assert found.keys() == TOLD.keys(), page.locator("main").inner_text()[:400]
    for place, (value, part) in TOLD.items():
        assert found[place][0] == (value or "–"), place
        assert part in found[place][1], (place, found[place])
        assert found[place][2], place
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp có đánh dấu lỗi").click()
    marked = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert "đổi chỗ" in marked["Trường"]["J4"].value
    assert marked["Trường"]["J2"].value.startswith("Lỗi cần sửa")
    page.get_by_role("link", name="Kênh (2)").click()
    expect(rows).to_have_count(2)
    assert _dump(town[2]) == before


def test_a_mended_file_is_shown_cell_by_cell_written_found_again_and_undone(window, town):
    """The column that nobody knows is left out by a choice; then preview, import, nothing to change, undo."""
    engine, _, folder = town
    before, watched = _dump(folder), window()
    page = _send(watched, _book())
    assert page.get_by_text("Có 1 lỗi; chưa ghi gì.").count() == 1
    page.locator("select[required]").select_option("skip")
    _press(page, "Đọc lại tệp theo lựa chọn này")
    assert page.get_by_text("Không có lỗi.").count() == 1
    assert "0790123/DG-01" in page.locator("main").inner_text()
    assert _dump(folder) == before
    _press(page, "Nhập danh sách này")
    page.wait_for_url("**/imports/*")
    with reading(engine) as session:
        batch = session.exec(select(Batch).order_by(Batch.id.desc())).first()
        assert (batch.name, batch.by, len(batch.sha256)) == ("ds.xlsx", "Trần Thị Cán Bộ", 64)
        assert session.exec(select(School.name).where(School.code == "0790123")).one() == "Trường Số 1"
        assert session.exec(select(Device.host).where(Device.code == "DG-01", Device.host == "192.168.1.4")).all()
        assert {"Cổng chính", "Sân"} <= set(session.exec(select(Channel.name)).all())
    assert watched.overflow() <= 0
    written = _dump(folder)

    again = _send(watched, _book())
    again.locator("select[required]").select_option("skip")
    _press(again, "Đọc lại tệp theo lựa chọn này")
    assert again.get_by_text("Không có gì thay đổi: mọi dòng đã có trong sổ đăng ký.").count() == 1
    assert again.get_by_role("button", name="Nhập danh sách này").count() == 0
    assert _dump(folder) == written

    page = watched.open(f"/imports/{batch.id}")
    _press(page, "Hoàn tác")
    assert page.get_by_text("Đã hoàn tác lần nhập.").count() == 1
    assert page.get_by_role("button", name="Hoàn tác").count() == 0
    now = [line for line in _dump(folder) if not line.startswith(('INSERT INTO "batch"', 'INSERT INTO "district"'))]
    assert now == [line for line in before if not line.startswith(('INSERT INTO "batch"', 'INSERT INTO "district"'))]


def test_a_change_is_shown_with_what_stands_and_refused_when_that_is_no_longer_true(window, town):
    """Somebody changes the row between the preview and the click: nothing is written, and it is shown anew."""
    engine, _, _ = town
    rows = [("Mã trường", "Mã thiết bị", "Model"), ("79760001", "DG-01", "NVR-5")]
    watched = window()
    page = _send(watched, book({"Thiết bị": [(*rows[0], "Loại thiết bị"), (*rows[1], "")]}))
    changed = page.locator("li:has(del)")
    assert changed.count() == 1
    assert "→ NVR-5" in changed.inner_text()
    with writing(engine) as session:
        device = session.exec(
            select(Device).join(School).where(School.code == "79760001", Device.code == "DG-01")
        ).one()
        device.model = "NVR-9"
    _press(page, "Nhập danh sách này")
    page.get_by_text("Trong lúc đó đã có người sửa sổ đăng ký").wait_for()
    assert "NVR-9 → NVR-5" in page.locator("li:has(del)").inner_text()
    with reading(engine) as session:
        assert session.get_one(Device, device.id).model == "NVR-9"
    _press(page, "Nhập danh sách này")
    page.wait_for_url("**/imports/*")
    with reading(engine) as session:
        assert session.get_one(Device, device.id).model == "NVR-5"


def test_questions_are_asked_and_their_answers_count(window, town):
    """Old letters are shown as they would be; without an answer nothing can be imported; on a phone."""
    heads = ("M· tr­êng", "Tªn tr­êng", "CÊp häc", "Lo¹i h×nh", "§¬n vÞ qu¶n lý")
    data = book({"DS": [heads, ("0790199", "Tr­êng TH §«ng S¬n", "TH", "C«ng lËp", "UBND ph­êng A")]})
    watched = window(360)
    page = _send(watched, data)
    assert "Trường TH Đông Sơn" in page.locator("#q-tcvn3").inner_text()
    assert page.get_by_role("button", name="Nhập danh sách này").count() == 0
    page.locator("#q-tcvn3 input[value=yes]").check()
    _press(page, "Đọc lại tệp theo lựa chọn này")
    assert "Trường TH Đông Sơn" in page.locator("table.list").inner_text()
    assert watched.overflow() <= 0
    _press(page, "Chọn tệp khác")
    assert page.get_by_text("Đã bỏ tệp; chưa nhập gì.").count() == 1


def test_an_export_of_the_page_is_imported_again_without_a_change_and_a_large_file_is_refused(window, tmp_path):
    """What the link gives is what the form takes; 200 MB are refused before they are sent."""
    watched = window()
    page = watched.open("/import")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (.xlsx)").click()
    page = _send(watched, download.value.path().read_bytes(), "danh-sach.xlsx")
    assert page.get_by_text("Không có gì thay đổi").count() == 1
    page = watched.open("/import")
    assert not page.locator("#too-large").is_visible()
    with (tmp_path / "to.xlsx").open("wb") as large:
        large.truncate(200 * 1024 * 1024)
    page.set_input_files("#file", tmp_path / "to.xlsx")
    page.locator("#too-large").wait_for(state="visible")
    assert page.locator("#file").input_value() == ""


def test_the_file_of_one_account_is_not_there_for_another(window, town):
    """Its address leads another person back to the choice of a file."""
    page = _send(window(), _book())
    address = page.url.replace(town[1], "")
    other = window(name="Người khác").open(address)
    assert other.get_by_text("Tệp không còn ở đây").count() == 1


def test_a_technician_imports_into_the_schools_assigned_and_no_others(window, town):
    """A school of others is not there, and none is added."""
    rows = [DEVICE_HEADS, ("79760001", "M-1", "NVR", "10.0.0.77"), ("79770001", "M-2", "NVR", "10.0.0.78")]
    watched = window(role="technician", name="Kỹ thuật viên", schools=("79760001",))
    page = _send(watched, book({"Thiết bị": rows, "Trường": [SCHOOL, *(row[1:6] for row in ROWS)]}))
    told = page.locator("#mistakes tbody").inner_text()
    assert "không có trường này trong các trường bạn phụ trách" in told.lower()
    assert "79770001" in told
    assert "79760001" not in told
