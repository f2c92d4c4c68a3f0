"""The two renderers of a paper: the same words in both, every Vietnamese letter, nothing read as markup."""

import io
import subprocess

import docx
import pytest

from camera_registry.reports.papers.document import (
    Bullets,
    Column,
    Document,
    Facts,
    Head,
    Heading,
    Paragraph,
    Part,
    Qr,
    Run,
    Signature,
    Signatures,
    Table,
    runs,
)
from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.pdf import pdf_of

LETTERS = " ".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + " Ă Â Đ Ê Ô Ơ Ư ă â đ ê ô ơ ư"
MARKUP = "#panic() *x* _y_ $z$ <b> & \\ [w] @q `c`"
COLUMNS = (Column("STT", 0.4, "center"), Column("Đơn vị", 3), Column("Camera", 1, "right"))
BLOCKS = (
    Heading("BÁO CÁO\nSơ kết học kỳ I", 1),
    Heading("I. Tình hình chung"),
    Paragraph(("Số liệu: ", Run("340", bold=True), " camera, […].")),
    Paragraph(MARKUP, indent=False, small=True),
    Paragraph(LETTERS),
    Bullets(("Việc thứ nhất", "Việc thứ hai")),
    Facts((("Mã trường", "0790123"),)),
    Table(COLUMNS, (("I. Khối THCS",), ("1", "Trường A", "12")), ("", "Cộng", "12"), "Bảng 1"),
    Qr("https://camera.example/schools/1", "Quét mã"),
    Signatures((Signature("TRƯỞNG PHÒNG"),), ("Như trên;",)),
)
PAPER = Document(
    "Báo cáo",
    (Part(BLOCKS), Part((Heading("PHỤ LỤC 1", 1), Table(COLUMNS, (("1", "Trường B", "3"),) * 90)), across=True)),
    Head("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG THPT SỐ 1", "Số: […]/BC-[…]", "TP. Hồ Chí Minh, ngày […]"),
    notice="Rà soát sơ bộ",
    footer="CS-2026-0001",
)


def _read_pdf(tmp_path, *words):
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf_of(PAPER))
    return subprocess.run([*words, file, *(["-"] if words[0] == "pdftotext" else [])], capture_output=True, text=True)


def test_a_gap_in_plain_words_is_a_run_of_its_own():
    """The rest stays as it stands."""
    assert runs("Số: […]/BC-[…]") == (Run("Số: "), Run("[…]", gap=True), Run("/BC-"), Run("[…]", gap=True))


@pytest.mark.parametrize("made", [pdf_of, docx_of])
def test_a_control_character_of_a_device_or_a_paste_spoils_no_paper(made):
    """It is left out, in a heading, a paragraph and a cell."""
    odd = "Cổng\x0b \x01chính"
    blocks = (Heading(odd), Paragraph(odd), Paragraph(Run(odd, bold=True)), Table(COLUMNS, (("1", odd, "2"),)))
    assert made(Document("Báo cáo", (Part(blocks),)))
    assert runs(odd) == (Run("Cổng chính"),)


@pytest.mark.parametrize("made", [pdf_of, docx_of])
def test_the_same_document_gives_the_same_bytes(made):
    """Whenever it is made."""
    assert made(PAPER) == made(PAPER)


def test_the_pdf_has_every_vietnamese_letter_and_reads_no_word_as_markup(tmp_path):
    """By a reader that nobody here wrote; only our fonts are in it, and they are in it."""
    text = _read_pdf(tmp_path, "pdftotext", "-layout").stdout
    assert not set(LETTERS) - set(text)
    assert MARKUP in text
    fonts = _read_pdf(tmp_path, "pdffonts").stdout.splitlines()[2:]
    assert fonts
    assert all("Tinos" in line and line.split()[-5] == "yes" for line in fonts)


def test_the_pdf_numbers_its_pages_from_the_second_and_lies_across_for_appendices(tmp_path):
    """A4, tagged; the heading of a table stands on each of its pages."""
    said = _read_pdf(tmp_path, "pdfinfo", "-l", "9").stdout
    assert "Tagged:          yes" in said
    sizes = [
        line.split("size:")[1].split("pts")[0].split()
        for line in said.splitlines()
        if "size:" in line and line.startswith("Page ")
    ]
    lying = [float(wide) > float(high) for wide, _, high in sizes]
    assert lying.count(True) >= 2
    assert lying == sorted(lying)
    pages = _read_pdf(tmp_path, "pdftotext", "-layout").stdout.split("\f")
    assert pages[0].split()[0] == "SỞ"
    assert [page.split()[0] for page in pages[1:-1]] == [str(n) for n in range(2, len(pages))]
    assert all("Đơn vị" in page for page, across in zip(pages, lying, strict=False) if across)


def test_the_docx_holds_the_same_words_with_gaps_on_yellow():
    """Opened again by the library; Times New Roman, and the heading of a table is repeated."""
    paper = docx.Document(io.BytesIO(docx_of(PAPER)))
    text = "\n".join(line.text for line in paper.paragraphs)
    for words in ("BÁO CÁO\nSơ kết học kỳ I", MARKUP, LETTERS, "Việc thứ hai"):
        assert words in text
    gaps = [run for line in paper.paragraphs for run in line.runs if run.font.highlight_color is not None]
    assert [run.text for run in gaps] == ["[…]"]
    assert paper.styles["Normal"].font.name == "Times New Roman"
    tables = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert ["", "Cộng", "12"] in tables
    assert ["I. Khối THCS"] * 3 in tables
    assert [section.page_width > section.page_height for section in paper.sections] == [False, True]
