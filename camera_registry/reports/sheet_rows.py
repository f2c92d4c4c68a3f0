"""The rows of a large sheet, as the XML that a workbook holds: written as they come. Pure.

Strategy: the workbook with its styles, widths and headings is openpyxl's. Its rows cell by cell take too long for a
list of 20,000 (20 s where this takes 10, of which reading them takes 8), and of a row only four kinds of cells are
needed (text, number, moment, day). So these are written here, and put between the headings and the end of the sheet
(`xlsx.save_with_rows`). A text is marked as text; one that begins like a formula has the mark that keeps it so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from camera_registry.reports.sheet_cells import is_like_formula, text_cell, writable

Value = str | int | date | datetime | None
_SIGNS = re.compile("[&<>\r]")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


@dataclass(frozen=True)
class Styles:
    """The numbers of the styles of a workbook: of moments, of days, and of texts that begin like a formula."""

    moment: int
    day: int
    quoted: int


def styles_of(sheet: Any, moment: str, day: str) -> Styles:
    """The styles of the workbook of this sheet, with these forms of moments and days; they are kept in it."""
    return Styles(_dated(sheet, moment), _dated(sheet, day), int(text_cell(sheet, "=").style_id))


class Rows:
    """Makes the XML of rows."""

    def __init__(self, columns: int, styles: Styles) -> None:
        self._letters = [get_column_letter(number) for number in range(1, columns + 1)]
        self._styles = styles

    def row(self, number: int, values: Sequence[Value]) -> bytes:
        """The row with this number, from 1."""
        pairs = zip(self._letters, values, strict=True)
        cells = "".join(
            self._cell(f"{letter}{number}", value) for letter, value in pairs if value is not None and value != ""
        )
        return f'<row r="{number}">{cells}</row>'.encode()

    def _cell(self, place: str, value: str | int | date) -> str:
        if isinstance(value, str):
            style = f' s="{self._styles.quoted}"' if is_like_formula(value) else ""
            return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
        if isinstance(value, datetime):
            return f'<c r="{place}" s="{self._styles.moment}"><v>{_days(value.replace(tzinfo=None))}</v></c>'
        if isinstance(value, date):
            return f'<c r="{place}" s="{self._styles.day}"><v>{_days(value)}</v></c>'
        return f'<c r="{place}"><v>{value}</v></c>'


def _text(value: str) -> str:
    return _SIGNS.sub(lambda sign: _ESCAPED[sign[0]], writable(value))


def _dated(sheet: Any, form: str) -> int:
    cell = WriteOnlyCell(sheet)
    cell.number_format = form
    return int(cell.style_id)


def _days(value: date) -> float:
    """The days that a sheet counts of a date, from 1900 on."""
    return float(to_excel(value))  # type: ignore[no-untyped-call]  # openpyxl says no types of it
