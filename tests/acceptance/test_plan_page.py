"""Proof: an officer makes a plan on a page, sees first what costs nothing, and takes it as a workbook and as a paper
with the same numbers; on a wide screen and on a phone.
"""

import io
import re

import docx
import openpyxl
import pytest

from tests.acceptance.pages import asked_once, fill, served
from tests.camera_registry.web.served import client

pytestmark = [pytest.mark.xdist_group("plan page"), pytest.mark.timeout(180)]
ASKED = "goal=channels&amount=90%25"


@pytest.fixture(scope="module")
def town(tmp_path_factory, request):
    """The engine of a town with a price book that is served, and its address."""
    folder = tmp_path_factory.mktemp("plan")
    engine = fill(folder)
    prices = {"CAMERA_REGISTRY_PLAN__PRICES": str(request.config.rootpath / "docs/examples/prices-example.toml")}
    with served(folder, prices) as address:
        asked_once(engine, address, "/plan")
        yield engine, address
    engine.dispose()


def _money(text):
    return [int(amount.replace(".", "")) for amount in re.findall(r"(\d[\d.]*) đ", text)]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_plan_is_made_when_the_button_is_pressed_and_stands_in_the_address(window, town, width):
    """What costs nothing stands first; before and after, sums, works, what stays open, the dated price book."""
    watched = window(width)
    page = watched.open("/plan")
    assert page.get_by_text("Xử lý được ngay").count() == 0
    page.get_by_label("Mức", exact=True).fill("90%")
    page.get_by_role("button", name="Lập phương án").click()
    page.wait_for_url("**/plan?goal=channels&amount=90%25**")
    assert page.locator("main .alert-success").inner_text().startswith("Xử lý được ngay, không tốn kinh phí: 12 camera")
    said = watched.context.request.get(f"{town[1]}/api/v1/plan?channels=90%25").json()
    text = page.locator("main").inner_text()
    assert f"{said['ready']} → {said['ready'] + len(said['chosen'])}" in text
    assert said["cost"]["once"]["total"] in _money(page.locator(".plan-sums").inner_text())
    for words in ("Theo trường", "Theo biện pháp", "Dự toán", "Phần còn lại và lý do", "ngày 01/11/2026"):
        assert words in text
    assert watched.overflow() == 0


def test_a_ceiling_is_written_with_dots_and_what_cannot_be_read_is_said(window):
    """The form keeps what was typed."""
    watched = window()
    page = watched.open("/plan?goal=ceiling&amount=1.000.000%20%C4%91%E1%BB%93ng")
    assert "1.000.000 đ" in page.locator("main").inner_text()


def test_the_workbook_and_the_paper_have_the_numbers_of_the_page(window, town):
    """Downloads of a browser; typed cells in four sheets; the paper names the same sums."""
    watched = window()
    page = watched.open(f"/plan?{ASKED}")
    total = _money(page.locator(".plan-sums tr").last.inner_text())[-1]
    made = {}
    for form in ("XLSX", "DOCX", "PDF"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=form, exact=True).click()
        made[form] = taken.value.path().read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(made["XLSX"]))
    assert book.sheetnames == ["Tóm tắt", "Theo trường", "Theo việc", "Camera"]
    numbers = [cell.value for row in book["Tóm tắt"].iter_rows() for cell in row if cell.data_type == "n"]
    assert total in numbers
    *_, last = book["Theo trường"].iter_rows(values_only=True)
    assert last[4] + last[5] == total
    works = list(book["Theo việc"].iter_rows(min_row=2, values_only=True))
    assert sum(row[8] for row in works) == total
    assert sum((row[6] or 0) + (row[7] or 0) for row in book["Camera"].iter_rows(min_row=2, values_only=True)) == total
    paper = docx.Document(io.BytesIO(made["DOCX"]))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert f"{total:,} đ".replace(",", ".") in cells
    assert made["PDF"].startswith(b"%PDF")


def test_without_a_price_book_the_page_says_how_to_set_one(town):
    """And a school outside what one sees is none."""
    engine, *_ = town
    with client(engine) as officer:
        assert "plan.prices" in officer.get("/plan").text
        wrong = officer.get("/plan?goal=ceiling&amount=abc")
        assert wrong.status_code == 422
        assert "viết như 500.000.000" in wrong.text
    with client(engine, "school", "Hiệu trưởng", schools=("79760001",)) as school:
        assert "không có trường nào mang mã" in school.get(f"/plan?{ASKED}&school=79770003").text
