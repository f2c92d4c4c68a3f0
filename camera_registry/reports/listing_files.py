"""The lists as files: JSON for programs and XLSX for people, with the same rows, columns and values. Pure: rows in,
bytes out; a row is written when it comes, so that a list of any length takes little memory.

XLSX: numbers are numbers, moments and days are dates in the zone of the settings, and every text is marked as text
(`sheet_cells`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from camera_registry.reports.listing_columns import Column, Shown, Value
from camera_registry.reports.sheet_cells import (
    LARGE,
    WARNING,
    head_cell,
    is_like_formula,
    set_paper,
    set_widths,
    text_cell,
    writable,
)
from camera_registry.reports.words import word
from camera_registry.reports.xlsx import save
from standards.model import Text

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
    writer = _Row(sheet, len(columns), to.lang)
    last = first
    for last, row in enumerate(rows, start=first + 1):  # noqa: B007  (the last one says how far the filter goes)
        sheet.append(writer.cells([column.value(row, to) for column in columns]))
    sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(columns))}{last}"
    save(book, out)


def word_of(heading: Heading) -> tuple[str, ...]:
    """The warning of a heading in every language, where it has one."""
    return tuple(filter(None, (heading.warning(lang) for lang in FORMATS)))


class _Row:
    """Cells that are used for every row: writing one is what takes time, and a row is written at once."""

    def __init__(self, sheet: Any, number: int, lang: str) -> None:
        self._sheet, self._formats = sheet, FORMATS[lang]
        self._texts = [WriteOnlyCell(sheet) for _ in range(number)]
        self._moments, self._days = ([self._dated(form) for _ in range(number)] for form in self._formats)

    def cells(self, values: Sequence[Value]) -> list[Any]:
        """The cells of a row with these values."""
        return list(self._cells(values))

    def _cells(self, values: Sequence[Value]) -> Iterator[Any]:
        for place, value in enumerate(values):
            if value is None or value == "":
                yield None
            elif isinstance(value, datetime):
                yield _with(self._moments[place], value.replace(tzinfo=None))
            elif isinstance(value, date):
                yield _with(self._days[place], value)
            elif isinstance(value, int):
                yield value
            else:
                yield self._text(place, value)

    def _text(self, place: int, value: str) -> Any:
        if is_like_formula(value):
            return text_cell(self._sheet, value)
        cell = self._texts[place]
        cell.value, cell.data_type = writable(value), "s"
        return cell

    def _dated(self, form: str) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = form
        return cell


def _with(cell: Any, value: date) -> Any:
    form = cell.number_format
    cell.value = value
    cell.number_format = form  # setting a date sets the format of the program
    return cell


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda at: at.isoformat())
