"""A table of a paper as WordprocessingML. Pure.

Strategy: an appendix has thousands of cells, and python-docx takes milliseconds for each; so a table is written as text
and parsed once. What XML has no letter for (control characters that a device may put into its name) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from camera_registry.reports.papers.document import Run, Table, Words, runs

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_JC = {"left": "left", "center": "center", "right": "right", "justify": "both"}
_BESIDE = 50
"""Twentieths of a point between the words and the line beside them: narrow columns hold more."""
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>'
_HEAD, _ROW = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", "<w:trPr><w:cantSplit/></w:trPr>"
"""A row is not parted by the end of a page; the heading stands at the top of every one."""


def table_xml(block: Table, width: int, points: float) -> str:
    """The table as `w:tbl`, so many twentieths of a point wide, in letters of this size."""
    whole = sum(column.width for column in block.columns)
    widths = [int(width * column.width / whole) for column in block.columns]
    aligns = [_JC[column.align] for column in block.columns]
    half = round(points * 2)
    head = [_cell(column.title, wide, "center", half, bold=True, more=_SHADE)
            for column, wide in zip(block.columns, widths, strict=True)]  # fmt: skip
    rows = [_row(head, _HEAD), *(_row(_cells(row, widths, aligns, half), _ROW) for row in block.rows)]
    if block.total is not None:
        rows.append(_row(_cells(block.total, widths, aligns, half, bold=True), _ROW))
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    return (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{_BESIDE}" w:type="dxa"/>'
        f'<w:right w:w="{_BESIDE}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )


def _row(cells: Iterable[str], said: str) -> str:
    return f"<w:tr>{said}{''.join(cells)}</w:tr>"


def _cells(
    row: Sequence[Words], widths: Sequence[int], aligns: Sequence[str], half: int, *, bold: bool = False
) -> Iterator[str]:
    if len(row) == 1 and len(widths) > 1:
        yield _cell(row[0], sum(widths), "left", half, bold=True, more=f'<w:gridSpan w:val="{len(widths)}"/>')
        return
    for words, wide, align in zip(row, widths, aligns, strict=True):
        yield _cell(words, wide, align, half, bold=bold)


def _cell(words: Words, wide: int, align: str, half: int, *, bold: bool = False, more: str = "") -> str:
    said = "".join(_run(run, half, bold=bold) for run in runs(words))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{more}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>{said}</w:p></w:tc>'
    )


def _run(run: Run, half: int, *, bold: bool) -> str:
    marks = ("<w:b/>" if run.bold or bold else "") + ("<w:i/>" if run.italic else "")
    gap = '<w:highlight w:val="yellow"/>' if run.gap else ""
    lines = run.text.split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in lines)
    sizes = f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    return f"<w:r><w:rPr>{marks}{sizes}{gap}</w:rPr>{said}</w:r>"
