"""A document as DOCX, the paper that officers edit, number and sign: Times New Roman after Decree 30/2020.

Strategy: the same parts as paper.typ, one function each. Whatever Word would make up by itself (the day it was made,
its own name as author) is set, so that the same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
import segno
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Mm, Pt

from camera_registry.reports.papers.document import (
    MOTTO,
    NATION,
    Bullets,
    Document,
    Facts,
    Head,
    Heading,
    Paragraph,
    Part,
    Qr,
    Signature,
    Signatures,
    Table,
    Words,
    runs,
)
from camera_registry.reports.papers.docx_table import table_xml

FONT = "Times New Roman"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_MARGINS = {False: (Mm(22), Mm(22), Mm(30), Mm(18)), True: (Mm(15), Mm(14), Mm(20), Mm(15))}
"""Top, bottom, left and right, of a part and of a tight one."""
MANY_COLUMNS = {False: 6, True: 9}
"""A table of more columns has smaller letters: on pages upright, and across."""
_FIRST_DAY = datetime(1980, 1, 1, tzinfo=UTC)


def docx_of(document: Document) -> bytes:
    """The document as the bytes of a DOCX file, the same whenever they are made."""
    paper = docx.Document()
    _set_styles(paper, document)
    for number, part in enumerate(document.parts):
        _begin(paper, part, number, document.footer)
        if number == 0 and document.head is not None:
            _head(paper, document.head)
        if number == 0 and document.notice:
            _framed(paper, document.notice)
        for block in part.blocks:
            _BLOCKS[type(block)](paper, block, part)
    out = io.BytesIO()
    paper.save(out)
    return _timeless(out.getvalue())


def _set_styles(paper: Any, document: Document) -> None:
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    for level in (1, 2, 3):
        style = paper.styles[f"Heading {level}"]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(name), None)
        for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(name), FONT)
        style.font.size, style.font.bold, style.font.italic = Pt(14 if level == 1 else 13), True, level == 3
        style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    core = paper.core_properties
    core.title, core.author, core.comments, core.language = document.title, "", "", document.lang
    core.created = core.modified = _FIRST_DAY.replace(tzinfo=None)
    core.last_modified_by = ""


def _begin(paper: Any, part: Part, number: int, footer: str) -> None:
    """The pages of the part: A4, upright or across, number top centre but on the first page of all."""
    section = paper.sections[0] if number == 0 else paper.add_section(WD_SECTION.NEW_PAGE)
    sides = (Mm(297), Mm(210)) if part.across else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if part.across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = sides
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = _MARGINS[part.tight]
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = number == 0
    if number == 0:
        line = section.header.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _field(line.add_run(), "PAGE")
        for foot in (section.footer, section.first_page_footer):
            foot.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            foot.paragraphs[0].add_run(footer).font.size = Pt(8.5)


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text or None
        run._r.append(element)


def _head(paper: Any, head: Head) -> None:
    left, right = _grid(paper, (1, 1.25 if paper.sections[-1].orientation == WD_ORIENT.LANDSCAPE else 1.5))
    if runs(head.superior):
        _line(left, head.superior, 12)
    _line(left, head.issuer, 12, bold=True)
    _rule(left, 9)
    if runs(head.number):
        _line(left, head.number, 13)
    _line(right, NATION, 12, bold=True)
    _line(right, MOTTO, 13, bold=True)
    _rule(right, 24)
    if runs(head.place_and_day):
        _line(right, head.place_and_day, 13, italic=True)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _rule(cell: Any, width: int) -> None:
    """A short line, as strokes: a drawn one would not move with the text when the paper is edited."""
    line = _line(cell, "─" * width, 5)
    line.paragraph_format.space_after = Pt(2)


def _line(cell: Any, words: Words, size: float, *, bold: bool = False, italic: bool = False) -> Any:
    """A line in the middle of a cell."""
    first = cell.paragraphs[0]
    line = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(0)
    _say(line, words, size=Pt(size), bold=bold, italic=italic)
    return line


def _grid(paper: Any, shares: Sequence[float]) -> tuple[Any, ...]:
    """Cells side by side without lines, as wide as their shares."""
    table = paper.add_table(rows=1, cols=len(shares))
    _widths(paper, table, shares)
    return tuple(table.rows[0].cells)


def _widths(paper: Any, table: Any, shares: Sequence[float]) -> None:
    section = paper.sections[-1]
    whole = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = [Length(int(whole * share / sum(shares))) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _say(line: Any, words: Words, size: Length | None = None, *, bold: bool = False, italic: bool = False) -> None:
    for run in runs(words):
        made = line.add_run(run.text)
        made.bold, made.italic = run.bold or bold or None, run.italic or italic or None
        if size is not None:
            made.font.size = size
        if run.gap:
            made.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _framed(paper: Any, text: str) -> None:
    table = paper.add_table(rows=1, cols=1, style="Table Grid")
    _widths(paper, table, (1,))
    _line(table.rows[0].cells[0], text, 12, bold=True)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _heading(paper: Any, block: Heading, part: Part) -> None:
    line = paper.add_heading(level=block.level)
    if block.level == 1:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(4 if part.tight else 10), Pt(6)
    for number, text in enumerate(block.text.split("\n")):
        if number:
            line.add_run().add_break()
        _say(line, text)


def _paragraph(paper: Any, block: Paragraph, part: Part) -> None:
    line = paper.add_paragraph()
    line.alignment = _ALIGN[block.align]
    line.paragraph_format.space_after = Pt(3 if part.tight else 6)
    if block.indent:
        line.paragraph_format.first_line_indent = Cm(1)
    _say(line, block.words, _size(part, small=block.small))


def _size(part: Part, *, small: bool = False) -> Length:
    return Pt((11 if part.tight else 13) * (0.85 if small else 1))


def _bullets(paper: Any, block: Bullets, part: Part) -> None:
    for item in block.items:
        line = paper.add_paragraph()
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Cm(1.1), Cm(-0.5)
        line.paragraph_format.space_after = Pt(2 if part.tight else 4)
        _say(line, ("–  ", *runs(item)), _size(part))


def _table(paper: Any, block: Table, part: Part) -> None:
    size = Pt(9.5 if part.tight or len(block.columns) > MANY_COLUMNS[part.across] else 11)
    if block.caption:
        caption = paper.add_paragraph()
        caption.paragraph_format.keep_with_next, caption.paragraph_format.space_after = True, Pt(3)
        _say(caption, block.caption, size, bold=True)
    section = paper.sections[-1]
    width = section.page_width - section.left_margin - section.right_margin
    after = paper.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after._p.addprevious(parse_xml(table_xml(block, Length(width).twips, size.pt)))


def _cell(cell: Any, words: Words, align: str, size: Length, *, bold: bool = False) -> None:
    line = cell.paragraphs[0]
    line.alignment = _ALIGN[align]
    line.paragraph_format.space_after = Pt(0)
    _say(line, words, size, bold=bold)


def _facts(paper: Any, block: Facts, part: Part) -> None:
    table = paper.add_table(rows=0, cols=2)
    for name, words in block.rows:
        left, right = table.add_row().cells
        _cell(left, name, "left", _size(part))
        _cell(right, words, "left", _size(part))
    _widths(paper, table, (1, 2.2))
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _signatures(paper: Any, block: Signatures, part: Part) -> None:
    cells = list(_grid(paper, (1,) * (len(block.who) + bool(block.recipients))))
    if block.recipients:
        first = cells.pop(0)
        _cell(first, "Nơi nhận:", "left", Pt(12), bold=True)
        for text in block.recipients:
            _say(first.add_paragraph(), f"- {text}", Pt(11))
    for cell, one in zip(cells, block.who, strict=True):
        _signature(cell, one, _size(part))


def _signature(cell: Any, one: Signature, size: Length) -> None:
    _line(cell, one.office, size.pt, bold=True)
    if one.note:
        _line(cell, one.note, size.pt - 1, italic=True)
    for _ in range(4):
        _line(cell, " ", size.pt)
    _line(cell, one.name or " ", size.pt, bold=True)


def _qr(paper: Any, block: Qr, part: Part) -> None:
    left, right = _grid(paper, (1, 5))
    out = io.BytesIO()
    segno.make(block.address, error="m").save(out, kind="png", scale=6, border=1)
    out.seek(0)
    left.paragraphs[0].add_run().add_picture(out, width=Cm(2.6))
    _cell(right, block.words, "left", _size(part))


_BLOCKS: Mapping[type, Callable[[Any, Any, Part], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Table: _table,
    Facts: _facts,
    Signatures: _signatures,
    Qr: _qr,
}


def _timeless(made: bytes) -> bytes:
    """The same archive, whose parts say nothing of when they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name, _FIRST_DAY.timetuple()[:6]), before.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
