"""Cells of a sheet that openpyxl writes row by row: text that stays text, headings, numbers and dates. Pure.

A text is marked as text, so that no cell is taken for a formula; one that begins like one also has the mark that keeps
it so when it is edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

BOLD, LARGE = Font(bold=True), Font(bold=True, size=14)
WARNING = Font(bold=True, color="B45309")
MONEY = "#,##0"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_767
"""So many signs a cell of a sheet has at most."""


def writable(value: str) -> str:
    """The text without signs that XML does not have (a device may say anything), as long as a cell may be."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", value))[:_LONGEST]


def is_like_formula(value: str) -> bool:
    """True for a text that a spreadsheet would take for a formula, were it typed."""
    return value.startswith(_FORMULA)


def text_cell(sheet: Any, value: str, font: Font | None = None) -> Any:
    """A cell that holds this text and nothing else, also after somebody has edited it."""
    cell = WriteOnlyCell(sheet)
    cell.value, cell.data_type = writable(value), "s"
    if is_like_formula(value):
        cell.quotePrefix = True
    if font is not None:
        cell.font = font
    return cell


def head_cell(sheet: Any, text: str) -> Any:
    """A heading of a column."""
    cell = text_cell(sheet, text, BOLD)
    cell.fill, cell.alignment = _HEAD, _WRAPPED
    return cell


def number_cell(sheet: Any, value: int, font: Font | None = None) -> Any:
    """A whole number with the marks of thousands of whoever opens the file."""
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = MONEY
    if font is not None:
        cell.font = font
    return cell


def set_paper(sheet: Any) -> None:
    """Printed, the sheet lies across A4 and is as wide as one page. To be said before any row."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def set_widths(sheet: Any, widths: Sequence[int]) -> None:
    """The columns are so many signs wide."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
