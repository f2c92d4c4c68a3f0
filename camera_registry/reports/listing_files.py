"""The lists as files: JSON for programs and XLSX for people, with the same rows, columns and values. Pure: rows in,
bytes out; a row is written when it comes, so that a list of any length takes little memory.

XLSX: numbers are numbers, moments and days are dates in the zone of the settings, and every text is marked as text
(`sheet_cells`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import openpyxl
from openpyxl.utils import get_column_letter

from camera_registry.reports.listing_columns import Column, Shown
from camera_registry.reports.sheet_cells import (
    LARGE,
    WARNING,
    head_cell,
    set_paper,
    set_widths,
    text_cell,
)
from camera_registry.reports.sheet_rows import Rows, styles_of
from camera_registry.reports.words import word
from camera_registry.reports.xlsx import save_with_rows
from standards.model import Text

_IN_MEMORY = 1024 * 1024
FORMATS = {"vi": ("dd/mm/yyyy hh:mm", "dd/mm/yyyy"), "en": ("yyyy-mm-dd hh:mm", "yyyy-mm-dd")}
_TITLES: dict[str, Text] = {
    "non-compliant": {"vi": "Danh sách camera chưa đáp ứng", "en": "Cameras that are not compliant"},
    "not-checked": {"vi": "Danh sách camera chưa kiểm tra được", "en": "Cameras that could not be checked"},
}
_WORDS: dict[str, Text] = {
    "as_of": {"vi": "Số liệu tính đến {at}", "en": "As of {at}"},
    "edition": {"vi": "Bộ tiêu chuẩn: {name}, SHA-256 {sha256}", "en": "Standard: {name}, SHA-256 {sha256}"},
    "filters": {"vi": "Bộ lọc: {filters}", "en": "Filters: {filters}"},
    "all": {"vi": "không", "en": "none"},
    "sheet": {"vi": "Danh sách", "en": "List"},
}


@dataclass(frozen=True)
class Heading:
    """What stands above a list in every form: which list, of which moment, by which edition, and by what it was
    narrowed, in words. `preliminary`: values that decide are working values.
    """

    which: str
    at: datetime
    edition: str
    sha256: str
    preliminary: bool
    filters: tuple[tuple[Text, Text], ...] = ()

    def title(self, lang: str) -> str:
        """What the list is called."""
        return _TITLES[self.which][lang]

    def warning(self, lang: str) -> str:
        """That it is preliminary; empty where it is not."""
        return word("working_values", lang) if self.preliminary else ""

    def lines(self, to: Shown) -> list[str]:
        """The lines below the title and the warning."""
        lang = to.lang
        narrowed = "; ".join(f"{label[lang]}: {value[lang]}" for label, value in self.filters)
        return [
            _WORDS["as_of"][lang].format(at=to.moment(self.at)),
            _WORDS["edition"][lang].format(name=self.edition, sha256=self.sha256),
            _WORDS["filters"][lang].format(filters=narrowed or _WORDS["all"][lang]),
        ]

    def above(self, to: Shown) -> list[str]:
        """What stands above the headings of a CSV: nothing but that the list is preliminary, and of which moment."""
        warning = self.warning(to.lang)
        return [f"{warning}. {_WORDS['as_of'][to.lang].format(at=to.moment(self.at))}"] if warning else []


def listing_json(
    out: IO[bytes], columns: Sequence[Column[Any]], rows: Iterable[Any], heading: Heading, to: Shown
) -> None:
    """The file is written: the heading, the columns, and every row as an object by the names of the columns."""
    lang = to.lang
    head = {
        "title": heading.title(lang),
        "preliminary": heading.warning(lang) or None,
        "as_of": to.local(heading.at),
        "edition": heading.edition,
        "edition_sha256": heading.sha256,
        "filters": [{"name": label[lang], "value": value[lang]} for label, value in heading.filters],
        "columns": [{"name": column.name, "heading": column.heading[lang]} for column in columns],
    }
    out.write(_dumped(head)[:-1].encode() + b', "rows": [')
    for number, row in enumerate(rows):
        cells = {column.name: column.value(row, to) for column in columns}
        out.write((",\n" if number else "\n").encode() + _dumped(cells).encode())
    out.write(b"\n]}\n")


def listing_xlsx(
    out: IO[bytes], columns: Sequence[Column[Any]], rows: Iterable[Any], heading: Heading, to: Shown
) -> None:
    """The file is written: the heading, headings that stay in view with filters, and a row for each."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_WORDS["sheet"][to.lang])
    above = [heading.title(to.lang), *filter(None, [heading.warning(to.lang)]), *heading.lines(to)]
    first = len(above) + 2
    sheet.freeze_panes = f"A{first + 1}"
    sheet.print_title_rows = f"{first}:{first}"
    set_paper(sheet)
    set_widths(sheet, [column.width for column in columns])
    for number, line in enumerate(above):
        sheet.append([text_cell(sheet, line, LARGE if not number else WARNING if line in word_of(heading) else None)])
    sheet.append([])
    sheet.append([head_cell(sheet, column.heading[to.lang]) for column in columns])
    made, last = Rows(len(columns), styles_of(sheet, *FORMATS[to.lang])), first
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        for last, row in enumerate(rows, start=first + 1):
            kept.write(made.row(last, [column.value(row, to) for column in columns]))
        kept.seek(0)
        sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(columns))}{last}"
        save_with_rows(book, kept, out)


def word_of(heading: Heading) -> tuple[str, ...]:
    """The warning of a heading in every language, where it has one."""
    return tuple(filter(None, (heading.warning(lang) for lang in FORMATS)))


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda at: at.isoformat())
