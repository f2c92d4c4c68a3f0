"""What is registered, as the files that an import takes: the workbook (template and export are one), and CSV. Pure.

Strategy: every cell is text, and marked as text, so that a spreadsheet neither takes zeros off a code nor takes a name
that begins with "=" for a formula. In CSV, which has no such mark, such a cell begins with an apostrophe, which the
import takes off again.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from camera_registry.importing.columns import TABLES, Column
from camera_registry.importing.guide import GUIDE, HOW
from camera_registry.importing.written import Cells, in_words
from camera_registry.lists import LISTS
from camera_registry.reports.xlsx import saved

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS: Mapping[str, str] = {"schools": "Trường", "devices": "Thiết bị", "channels": "Kênh"}
GUIDE_SHEET, LISTS_SHEET = "Hướng dẫn", "Danh mục"
_LAST = 20_000
"""Lists to choose from are offered down to this row."""
_WIDE, _NARROW = 30, 16
_WIDE_FIELDS = frozenset({"name", "address", "stream_path", "note", "managed_by", "kind", "networks"})
_BOLD, _HEAD = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Choices:
    """What whoever fills in a file can name: codes and names of units and of schools, and codes of devices."""

    units: Mapping[str, str] = field(default_factory=dict)
    schools: Mapping[str, str] = field(default_factory=dict)
    devices: Sequence[str] = ()


Rows = Mapping[str, Sequence[Cells]]
"""Cells by field, by the name of their file: schools.csv, devices.csv, channels.csv."""


def workbook(rows: Rows, choices: Choices) -> bytes:
    """The workbook with these rows; without any it is the template."""
    book = openpyxl.Workbook(write_only=True)
    _guide(book.create_sheet(GUIDE_SHEET))
    lists = _lists(choices)
    for table, name in SHEETS.items():
        sheet = book.create_sheet(name)
        _dress(sheet, table, lists)
        sheet.append([_head(sheet, c) for c in TABLES[table].values()])
        for cells in rows.get(f"{table}.csv", ()):
            sheet.append([_text(sheet, cell) for cell in _in_order(cells, table, choices)])
    _choices(book.create_sheet(LISTS_SHEET), lists)
    return saved(book)


def csv_files(rows: Rows, choices: Choices) -> bytes:
    """A ZIP archive of schools.csv, devices.csv and channels.csv."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for table, columns in TABLES.items():
            text = io.StringIO(newline="")
            made = csv.writer(text)
            made.writerow(columns)
            made.writerows(
                [_guarded(cell) for cell in _in_order(cells, table, choices)] for cells in rows.get(f"{table}.csv", ())
            )
            part = zipfile.ZipInfo(f"{table}.csv")
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, text.getvalue().encode("utf-8-sig"))
    return written.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _in_order(cells: Cells, table: str, choices: Choices) -> list[str]:
    """The cells of a row in the order of the columns, in words; a unit by its name, where only one has it."""
    columns = TABLES[table]
    told = in_words(cells, columns, "vi")
    name = choices.units.get(told.get("managed_by", ""), "")
    if name and sum(1 for other in choices.units.values() if other == name) == 1 and name not in choices.units:
        told["managed_by"] = name
    return [told.get(column, "") for column in columns]


def _text(sheet: Any, text: str) -> Any:
    """A cell that holds this text and nothing else."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell


def _head(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, value=f"{column.heading}{' *' if column.required else ''}")
    cell.font, cell.fill = _BOLD, _HEAD
    return cell


def _dress(sheet: Any, table: str, lists: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Widths, text as the form of every cell, headings that stay in view, lists to choose from."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(TABLES[table].values(), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDE if column.field in _WIDE_FIELDS else _NARROW
        sheet.column_dimensions[letter].number_format = "@"
        source = _source(table, column)
        if source is not None and lists[source]:
            place = get_column_letter(1 + sum(len(rows[0]) if rows else 1 for rows in _before(lists, source)))
            offered = DataValidation("list", formula1=f"'{LISTS_SHEET}'!${place}$2:${place}${len(lists[source]) + 1}")
            offered.showErrorMessage = False  # another spelling is read as well, and a new code is no mistake
            offered.allow_blank = True
            offered.add(f"{letter}2:{letter}{_LAST}")
            sheet.data_validations.append(offered)


def _before(lists: Mapping[str, Sequence[Sequence[str]]], name: str) -> Iterator[Sequence[Sequence[str]]]:
    for other, rows in lists.items():
        if other == name:
            return
        yield rows


def _source(table: str, column: Column) -> str | None:
    """The list of the sheet of lists that a column is chosen from."""
    if column.choices is not None and not column.several:
        return next(name for name, words in LISTS.items() if words is column.choices)
    others = {"managed_by": "units", "school": "schools", "device": "devices"}
    return others.get(column.field) if table != "devices" or column.field == "school" else None


_TITLES: Mapping[str, tuple[str, ...]] = {
    "levels": ("Cấp học", "Tên cấp học"), "school_kinds": ("Loại hình",), "device_kinds": ("Loại thiết bị",),
    "areas": ("Khu vực",), "scopes": ("Thuộc diện kết nối",), "owners": ("Sở hữu",),
    "places": ("Trong nhà/Ngoài trời",), "power": ("Cấp điện camera",),
    "units": ("Đơn vị quản lý", "Mã đơn vị"), "schools": ("Mã trường", "Tên trường"), "devices": ("Mã thiết bị",),
}  # fmt: skip


def _lists(choices: Choices) -> dict[str, list[tuple[str, ...]]]:
    """Every list, each with the rows of its columns."""
    words: dict[str, list[tuple[str, ...]]] = {
        name: [(said["vi"],) for said in known.values()] for name, known in LISTS.items() if name in _TITLES
    }
    return words | {
        "levels": [(code, said["vi"]) for code, said in LISTS["levels"].items()],
        "units": sorted((name, code) for code, name in choices.units.items()),
        "schools": sorted(choices.schools.items()),
        "devices": [(code,) for code in sorted(choices.devices)],
    }


def _choices(sheet: Any, lists: Mapping[str, Sequence[Sequence[str]]]) -> None:
    heads: list[str] = []
    columns: list[list[str]] = []
    for name, rows in lists.items():
        titles = _TITLES[name] if rows else _TITLES[name][:1]
        heads += titles
        columns += [[row[at] for row in rows] for at in range(len(titles))]
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE
    sheet.freeze_panes = "A2"
    sheet.append([_titled(sheet, head) for head in heads])
    for row in range(max(map(len, columns))):
        sheet.append([_text(sheet, column[row]) if row < len(column) else None for column in columns])


def _titled(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font, cell.fill = _BOLD, _HEAD
    return cell


def _guide(sheet: Any) -> None:
    """How it is filled in, and each column with an example."""
    for letter, width in zip("ABCDE", (14, 26, 12, 30, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_titled(sheet, "Danh sách trường, thiết bị và camera")])
    for text in HOW:
        sheet.append([text])
    sheet.append([])
    sheet.append([_titled(sheet, text) for text in ("Sheet", "Cột", "Bắt buộc", "Ví dụ", "Cách ghi")])
    for table, name in SHEETS.items():
        for column in TABLES[table].values():
            example, rule = GUIDE[table][column.field]
            cells = (name, column.heading, "*" if column.required else "", example, rule)
            sheet.append([_wrapped(sheet, text) for text in cells])


def _wrapped(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    if cell is not None:
        cell.alignment = _WRAPPED
    return cell
