"""Workbook: the bytes of an XLSX file in, its sheets out, or WrongFileError. The only reader that knows openpyxl.

Strategy: what the file would grow to is read in its directory before anything is unpacked. Rows are streamed. A formula
counts for the result that was stored with it; only where a sheet has formulas it is read a second time, to find those
without one. The streaming reader of openpyxl knows no merged cells, so these are taken from the part of the sheet. A
cell that is merged over rows counts in all of them, which is what people mean by it; one that is merged over columns
counts for the first.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import zip_longest
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from camera_registry.importing.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    TOLD_EVERY,
    Line,
    Mark,
    Sheet,
    Told,
    WrongFileError,
    tidy,
    untold,
)

MOST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 1000
MOST_NUMBER = 200_000
"""The highest number of a row; what stands farther below is a mistake of the hand."""
_ZEROS = re.compile(r"0{2,40}")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError)
"""What comes out of openpyxl for a file that is broken somewhere."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
Merged = Mapping[tuple[int, int], tuple[int, int]]
"""The cell on the upper left, of each cell that is merged with it: row from 1, column from 0."""


def read_workbook(file: str, data: bytes, told: Told = untold) -> list[Sheet]:
    """The sheets that can be seen, in their order. Raises WrongFileError."""
    _refuse_bombs(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl would lose by writing: nothing is written
            return _read(file, data, told)
    except _BROKEN as error:
        raise WrongFileError("not_a_workbook", reason=type(error).__name__) from None
    except SyntaxError:  # what the XML parser raises; defusedxml's refusals are ValueError
        raise WrongFileError("not_a_workbook", reason="XML") from None


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise WrongFileError("not_a_workbook", reason="ZIP") from None
    if any(part.flag_bits & 1 for part in parts):
        raise WrongFileError("locked")
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WrongFileError("too_large_unpacked", most=MOST_UNPACKED // 1024 // 1024)
    if "[Content_Types].xml" not in names:
        raise WrongFileError("other_zip")
    if any(name.endswith("workbook.bin") for name in names):
        raise WrongFileError("binary_workbook")


def _open(data: bytes, *, results: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results, keep_links=False)


@dataclass(frozen=True)
class _Part:
    """What the text of a sheet says beside its cells: which are merged, whether there are formulas, how many rows."""

    merged: Merged
    formulas: bool
    rows: int


def _read(file: str, data: bytes, told: Told) -> list[Sheet]:
    book = _open(data, results=True)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    parts = [_part(data, sheet._worksheet_path) for sheet in shown]  # openpyxl has no other name for it
    in_all, done = sum(part.rows for part in parts), 0
    found: list[Sheet] = []
    for sheet, part in zip(shown, parts, strict=True):
        found.append(_sheet(file, data, sheet, part, partial(_tell, told, done, in_all)))
        done += part.rows
        told(done, in_all)
    return found


def _tell(told: Told, before: int, in_all: int, done: int, _of: int) -> None:
    told(min(before + done, in_all), in_all)


def _sheet(file: str, data: bytes, sheet: Any, part: _Part, told: Told) -> Sheet:
    sheet.reset_dimensions()  # what a file says of its size is often wrong, and padding follows it
    rows = _lines(sheet.iter_rows(), part.merged, told)
    if not part.formulas:
        return Sheet(file, sheet.title, list(rows))
    plain = _open(data, results=False)[sheet.title]
    plain.reset_dimensions()
    return Sheet(file, sheet.title, list(_with_formulas(rows, plain.iter_rows())))


def _part(data: bytes, path: str) -> _Part:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read(path)
    end = text.rfind(b"sheetData>")
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for found in _MERGED.finditer(text, max(end, 0)):
        bounds: Any = range_boundaries(found[1].decode())  # four numbers: the pattern lets no whole column pass
        left, top, right, bottom = bounds
        if (bottom - top + 1) * (right - left + 1) > MOST_NUMBER:
            continue  # whole columns: nothing of a table
        if len(merged) > MOST_NUMBER:
            raise WrongFileError("too_many_merged")
        for row in range(top, bottom + 1):
            for column in range(left - 1, min(right, MOST_COLUMNS)):
                merged[row, column] = (top, left - 1)
    return _Part(merged, _FORMULA.search(text) is not None, text.count(b"<row ") or text.count(b":row "))


def _lines(rows: Iterator[Any], merged: Merged, told: Told) -> Iterator[Line]:
    """The rows that are not empty; merged cells hold what they mean."""
    above: dict[tuple[int, int], str] = {}
    columns = sorted({column for _, column in merged})
    last = max((row for row, _ in merged), default=0)
    found = 0
    for number, row in enumerate(rows, start=1):
        if number % TOLD_EVERY == 0:
            told(number, number)
        texts, marks = _texts(row)
        if number <= last:
            for column in columns:
                _merge((number, column), texts, marks, merged, above)
        if not any(texts):
            continue
        found += 1
        if found > MOST_ROWS or number > MOST_NUMBER:
            raise WrongFileError("too_many_rows", row=number, most=MOST_ROWS)
        if any(texts[MOST_COLUMNS:]):
            raise WrongFileError("too_many_columns", row=number, most=MOST_COLUMNS)
        yield Line(number, tuple(texts[:MOST_COLUMNS]), marks)


def _merge(
    place: tuple[int, int], texts: list[str], marks: dict[int, Mark], merged: Merged, above: dict[tuple[int, int], str]
) -> None:
    """One cell that may be merged with others holds what it means."""
    top, column = merged.get(place), place[1]
    if top is None:
        return
    if top == place:
        above[place] = texts[column] if column < len(texts) else ""
        return
    texts += [""] * (column + 1 - len(texts))
    if top[1] != column:
        marks[column] = "across"
    elif above.get(top):
        texts[column] = above[top]
        marks[column] = "down"


def _texts(row: Any) -> tuple[list[str], dict[int, Mark]]:
    texts: list[str] = []
    marks: dict[int, Mark] = {}
    for column, cell in enumerate(row):
        value = cell.value
        if value is None:
            texts.append("")
        elif isinstance(value, str):
            if cell.data_type == "e":
                marks[column] = "error"
            texts.append(tidy(value))
        else:
            marks[column] = "date" if isinstance(value, date) else "number"
            texts.append(_written(value, cell))
    return texts, marks


def _written(value: Any, cell: Any) -> str:
    """A number or a date as a person would have written it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and not value.is_integer():
        return format(value, ".15g")
    if isinstance(value, int | float):
        shown, form = str(int(value)), cell.number_format or ""
        return shown.zfill(len(form)) if value >= 0 and _ZEROS.fullmatch(form) else shown
    return str(value)


def _with_formulas(lines: Iterator[Line], rows: Iterator[Any]) -> Iterator[Line]:
    """The lines, in which formulas without a result are marked."""
    line = next(lines, None)
    for number, row in enumerate(rows, start=1):
        while line is not None and line.number < number:
            yield line
            line = next(lines, None)
        here = line if line is not None and line.number == number else None
        lacking = {
            column
            for column, (cell, text) in enumerate(zip_longest(row, here.cells if here else (), fillvalue=None))
            if cell is not None and cell.data_type == "f" and not text
        }
        if lacking:
            cells = list(here.cells if here else ()) + [""] * (max(lacking) + 1 - len(here.cells if here else ()))
            marks: dict[int, Mark] = {**(here.marks if here else {}), **dict.fromkeys(lacking, "formula")}
            here = Line(number, tuple(cells), marks)
        if here is not None:
            yield here
            line = next(lines, None) if line is not None and line.number == number else line
    while line is not None:
        yield line
        line = next(lines, None)
