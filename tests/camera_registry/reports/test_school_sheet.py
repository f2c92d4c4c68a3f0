"""The result sheet: what stands on it, and that it is one page whatever the size of the school."""

import io
import subprocess
from datetime import UTC, date, datetime

import docx
import pytest

from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.papers.school_sheet import SheetValues, school_sheet
from camera_registry.services.overview import Numbers, SchoolRow
from camera_registry.services.school_tasks import Point, Task

NAME = "Cổng chính – hướng ra đường Nguyễn Thị Minh Khai, dãy nhà A"
SCHOOL = "Trường Tiểu học và Trung học cơ sở Hội nhập Quốc tế Sài Gòn Phương Nam cơ sở Nguyễn Bỉnh Khiêm"
ADDRESS = "https://camera.example.vn/schools/79760001"


def _task(fix, cameras, **values):
    points = tuple(
        Point(f"r{n % 4}", {"vi": f"Độ phân giải luồng chính từ 1920×1080 trở lên {n % 4}", "en": "Size"}, "DG-01", n,
              f"{NAME} {n}", None)
        for n in range(cameras)
    )  # fmt: skip
    known = {"actors": ("maintainer", "school"), "free": False, "amount": None, "since": datetime.now(UTC), "due": None}
    return Task(fix, points, cameras, **{**known, **values})


def _pages(tmp_path, document):
    """The text of each page."""
    file = tmp_path / "sheet.pdf"
    file.write_bytes(pdf_of(document))
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    return text.rstrip("\f").split("\f")


def _sheet(*tasks, lang="vi", name="Trường THCS Văn Lang", offered=12, ready=9):
    numbers = Numbers(
        {"compliant": 20, "unverified": 4, "reconfigure": 20, "repair": 10, "replace": 10}, offered, ready
    )
    row = SchoolRow("79760001", name, "x", "UBND phường Tân Định", 30, numbers)
    return school_sheet(SheetValues(row, tasks, "13 giờ 34 ngày 30/11/2026", ADDRESS, working=True), lang)


MANY = (
    _task("reconfigure", 64, free=True, amount=0, due=date(2027, 1, 3)),
    _task("replace", 30, amount=1_234_567_890, actors=("manager", "supplier")),
    _task("repair", 30),
    _task("network", 12, actors=("carrier",)),
    _task("survey", 9),
    _task("firmware", 5, free=True, amount=0),
)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("tasks", [(), MANY[:1], MANY], ids=["nothing", "one", "64 cameras"])
def test_the_sheet_is_one_page(tmp_path, lang, tasks):
    """With the longest names there are, too."""
    assert len(_pages(tmp_path, _sheet(*tasks, lang=lang, name=SCHOOL, offered=64))) == 1


def test_it_says_what_where_who_how_much_and_until_when(tmp_path):
    """In the words of a headmaster; what is not known is said so."""
    (page,) = _pages(tmp_path, _sheet(*MANY))
    text = " ".join(page.split())
    for said in ("9/12 camera thuộc diện kết nối đã sẵn sàng", "0 đồng", "1.234.567.890", "chưa có giá", "03/01/2027",
                 "và 2 việc khác", "không dùng để xếp hạng"):  # fmt: skip
        assert said in text, said


def test_nobody_is_blamed():
    """No such word, in either form."""
    paper = docx.Document(io.BytesIO(docx_of(_sheet(*MANY))))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    text = " ".join([*(p.text for p in paper.paragraphs), *cells]).lower()
    assert "phiếu kết quả" in text
    assert "vi phạm" not in text
    assert "rtsp" not in text
