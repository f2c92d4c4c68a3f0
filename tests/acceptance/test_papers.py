"""Proof: the papers as an office takes them. Every DOCX opens in LibreOffice and every PDF of ours has the same words,
pages that are not blank, A4 upright and across; all letters of Vietnamese are in the fonts that are embedded; the page
of papers is used from setting a period until its figures are frozen, at a desk and on a phone.
"""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import Device
from camera_registry.reports.papers.document import Document, Paragraph, Part
from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.papers.specification_paper import specification_paper
from tests.acceptance.foreign import left_out
from tests.acceptance.pages import fill, served
from tests.camera_registry.people import signed_in
from tests.camera_registry.reports.papers.test_papers import PAPERS
from tests.camera_registry.town import HIKVISION
from tests.standards.sheets import EDITIONS

pytestmark = [pytest.mark.xdist_group("papers"), pytest.mark.timeout(300)]

UNIT = "ubnd-phuong-tan-dinh"
PAGES = {"half-year": (9, 14), "year-end": (9, 14), "plan": (7, 12), "request": (2, 4), "state": (1, 3),
         "specification": (1, 4), "survey": (1, 3), "acceptance": (1, 3), "handover": (1, 2)}  # fmt: skip
"""How many pages each paper of the small unit may have."""
TITLES = {"half-year": "BÁO CÁO", "year-end": "BÁO CÁO", "plan": "KẾ HOẠCH", "request": "TỜ TRÌNH",
          "state": "BIỂU HIỆN TRẠNG", "specification": "YÊU CẦU KỸ THUẬT", "survey": "BIÊN BẢN",
          "acceptance": "PHỤ LỤC", "handover": "DANH SÁCH BÀN GIAO"}  # fmt: skip
LETTERS = "".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + "ĂÂĐÊÔƠƯăâđêôơưÁÀÃÉÈÍÌĨÓÒÕÚÙŨÝáàãéèíìĩóòõúùũý"
PRICES = Path(__file__).parents[2] / "docs" / "examples" / "prices-example.toml"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder in which every paper is: ours as PDF, and what LibreOffice makes of the DOCX."""
    if shutil.which("soffice") is None or shutil.which("pdftoppm") is None:
        left_out("LibreOffice and poppler", "libreoffice-writer poppler-utils")
    folder = tmp_path_factory.mktemp("papers")
    (folder / "office").mkdir()
    for name, make in PAPERS.items():
        paper = make()
        (folder / f"{name}.docx").write_bytes(docx_of(paper))
        (folder / f"{name}.pdf").write_bytes(pdf_of(paper))
    words = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
    files = sorted(str(file) for file in folder.glob("*.docx"))
    subprocess.run([*words, "--outdir", str(folder / "office"), *files], check=True, capture_output=True, timeout=200)
    return folder


def _said(file):
    """The words of a PDF."""
    found = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(found.split())


def _pictures(file):
    """Its pages, small."""
    subprocess.run(["pdftoppm", "-r", "20", "-gray", str(file), str(file.with_suffix(""))], check=True)
    return [cv2.imread(str(page), cv2.IMREAD_GRAYSCALE) for page in sorted(file.parent.glob(f"{file.stem}-*.pgm"))]


@pytest.mark.parametrize("form", ["office", ""])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_its_words_on_pages_that_are_not_blank(made, name, form):
    """In the office that opens the DOCX and in our PDF: title, nation and motto, A4; appendices lie across."""
    file = made / form / f"{name}.pdf"
    said, pages = _said(file), _pictures(file)
    for words in (TITLES[name], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"):
        assert words in said, words
    least, most = PAGES[name]
    assert least <= len(pages) <= most
    assert all((page < 200).mean() > 0.002 for page in pages), "a blank page"
    across = [page.shape[1] > page.shape[0] for page in pages]
    assert across[0] is (name in ("state", "specification", "acceptance", "handover"))
    assert across[-1] is (name != "survey")
    assert {tuple(sorted(page.shape)) for page in pages} <= {(a, b) for a in (165, 166) for b in (233, 234)}


def test_every_vietnamese_letter_is_there_in_fonts_that_are_embedded(made):
    """U+1EA0 to U+1EF9 and the others, as letters that can be copied; no font of the machine is needed."""
    file = made / "letters.pdf"
    file.write_bytes(pdf_of(Document("x", (Part((Paragraph(" ".join(LETTERS)),)),))))
    said = set(_said(file))
    assert set(LETTERS) - said == set()
    fonts = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all("Tinos" in line and line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), fonts


def test_no_make_or_model_of_the_registry_stands_in_the_specification(town):
    """What is bought is asked for by what it must do: every make and model of every device, and what devices say."""
    with reading(town[0]) as session:
        named = {text for box in session.exec(select(Device)).all() for text in (box.make, box.model) if text}
    named |= {HIKVISION.manufacturer, HIKVISION.model}
    said = str(specification_paper(EDITIONS.decides)).casefold()
    assert len(named) > 3
    assert [name for name in named if name.casefold() in said] == []


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The engine and the address of the town, with prices."""
    folder = tmp_path_factory.mktemp("town")
    engine = fill(folder)
    with served(folder, {"CAMERA_REGISTRY_PLAN__PRICES": str(PRICES)}) as address:
        yield engine, address
    engine.dispose()


def test_from_setting_a_period_until_its_figures_are_frozen(town, window):
    """The city sets the days; the officer of a unit sees how many are left, says who has sent, freezes after being
    asked, and gets the papers of the frozen figures; nothing of it is for a school.
    """
    city = window().open("/papers")
    city.locator("form:has(#year-half_year) button").click()
    saved = "Đã lưu. Các hạn có hiệu lực với mọi đơn vị từ bây giờ."
    expect(city.locator(".alert-success")).to_have_text(saved)
    officer = window(role="district", name="Lê Thị Phụ Trách", district=UNIT)
    page = officer.open("/papers")
    assert re.search(r"còn \d+ ngày|quá hạn \d+ ngày|hôm nay", page.locator("#periods-title ~ .card").inner_text())
    assert "5 / 5" in page.locator("#periods-title ~ .card dl").inner_text()
    page.locator("#periods-title ~ .card details summary").click()
    page.get_by_role("button", name="Đã gửi: Trường Mầm non Hoa Sen").click()
    expect(page.locator("#periods-title ~ .card dl")).to_contain_text("4 / 5")
    page.get_by_role("link", name="Chốt số liệu").click()
    expect(page.locator("main")).to_contain_text("không bao giờ thay đổi")
    page.get_by_role("button", name="Chốt số liệu").click()
    expect(page.locator("h1")).to_have_text(f"Số liệu đã chốt CS-{_year()}-0001")
    assert officer.overflow() == 0
    page.get_by_role("link", name="Văn bản theo số liệu này").click()
    link = page.get_by_role("link", name="PDF: Báo cáo sơ kết").get_attribute("href")
    answer = officer.context.request.get(officer.base + link)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    other = re.sub(r"unit=[^&]*", "unit=ubnd-phuong-ban-co", link)
    assert city.context.request.get(officer.base + other).status == 404
    shown = city.context.request.get(officer.base + other.replace("/half-year.pdf", "")).text()
    assert re.findall(r"/papers/[a-z-]+\.\w+\?unit=ubnd-phuong-ban-co&amp;frozen=(.*?)\"", shown)[:3] == ["", "", ""]
    token = signed_in(town[0], "school", "Cô Hiệu Trưởng", schools=("79760001",), now=datetime.now(UTC))
    school = officer.context.request.get(officer.base + "/papers", headers={"Cookie": f"session={token}"})
    assert school.status == 404


def test_the_page_of_papers_fits_a_phone(town, window):
    """Nothing is wider than the window, and every paper can be reached."""
    phone = window(width=360, role="district", name="Lê Thị Phụ Trách", district=UNIT)
    page = phone.open("/papers")
    assert phone.overflow() == 0
    assert page.get_by_role("link", name="DOCX:").count() >= 6


def _year():
    return datetime.now(UTC).year
