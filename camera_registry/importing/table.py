"""Table: the bytes of one CSV file in, rows of values and every mistake out. Pure.

Strategy: UTF-8 with or without a mark, columns parted by comma, semicolon or tab (whichever the headings have most
of), text in NFC with single spaces. Headings are field names or the Vietnamese headings. A cell that cannot be
read is a mistake and is missing from its row, so that all mistakes of all rows are found at once. Rows are counted as a
spreadsheet does.
"""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from camera_registry.importing.columns import Column
from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.lists import plain

_PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "matkhau", "mk", "matkhautruycap"})
_SHOWN = 60


@dataclass
class Row:
    """One row: its number, what its cells hold by field, the cells as they stood, the fields that are wrong, and those
    of which a person says that nothing is to stand there any more.
    """

    file: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)

    def get(self, name: str) -> Any:
        """The value of a field; None when its cell is empty or cannot be read."""
        return self.values.get(name)

    def mistake(self, column: str, kind: str, **values: object) -> Mistake:
        """A mistake in this row."""
        return Mistake(self.file, self.number, column, self.shown.get(column, ""), kind, values)


def read_table(name: str, data: bytes, columns: Mapping[str, Column]) -> tuple[list[Row], list[Mistake]]:
    """The rows of the file `name`, and what is wrong in it."""
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return [], [Mistake(name, 0, "", "", "not_utf8", {"byte": error.start})]
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        return [], [Mistake(name, 0, "", "", "not_csv", {"reason": error})]
    if not records or not any(cell.strip() for cell in records[0]):
        return [], [Mistake(name, 1, "", "", "empty")]
    fields, mistakes = _headings(name, records[0], columns)
    rows: list[Row] = []
    for number, record in enumerate(records[1:], start=2):
        if any(cell.strip() for cell in record):
            row = Row(name, number)
            mistakes += _read(row, record, fields, columns)
            rows.append(row)
    return rows, mistakes


def read_form(
    name: str, number: int, cells: Mapping[str, str], columns: Mapping[str, Column]
) -> tuple[Row, list[Mistake]]:
    """The row that a person filled in by field, and what is wrong in it: an empty cell clears what stands, unlike one
    of a file. Fields that are not named stay as they are.
    """
    row = Row(name, number)
    fields: list[str | None] = [column for column in columns if column in cells or columns[column].required]
    record = [unicodedata.normalize("NFC", cells.get(column or "", "")) for column in fields]
    mistakes = list(_read(row, record, fields, columns))
    row.cleared |= {f for f, text in zip(fields, record, strict=True) if f and not text.strip() and f not in row.wrong}
    return row, mistakes


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _headings(name: str, cells: list[str], columns: Mapping[str, Column]) -> tuple[list[str | None], list[Mistake]]:
    """The field of each column (None: not read), and what is wrong with the headings."""
    known = {plain(n): f for f, c in columns.items() for n in (f, c.heading)}
    known |= {plain(f.rpartition(".")[2]): f for f in columns if "." in f} | {
        plain(f.partition(".")[0]): f for f in columns if "." in f and plain(f.partition(".")[0]) not in known
    }
    fields: list[str | None] = []
    mistakes: list[Mistake] = []
    for cell in cells:
        found = known.get(plain(cell.replace("*", "")))
        kind = _wrong_heading(cell, found, fields)
        if kind:
            mistakes.append(Mistake(name, 1, cell.strip(), "", kind, _about(cell, columns)))
        fields.append(None if kind else found)
    missing = [f for f, c in columns.items() if c.required and f not in fields]
    return fields, mistakes + [Mistake(name, 1, f, "", "missing_column") for f in missing]


def _wrong_heading(cell: str, found: str | None, before: list[str | None]) -> str | None:
    if found is None:
        if not cell.strip():
            return None
        return "password_column" if _is_password(cell) else "unknown_column"
    return "column_twice" if found in before else None


def _about(cell: str, columns: Mapping[str, Column]) -> dict[str, object]:
    near = difflib.get_close_matches(plain(cell), list(columns), 1)
    return {"nearest": f" ({near[0]}?)" if near else "", "columns": ", ".join(columns)}


def _is_password(cell: str) -> bool:
    bare = "".join(c for c in unicodedata.normalize("NFD", cell.casefold()) if c.isalnum())
    return bare.replace("đ", "d") in _PASSWORDS or "password" in bare or "matkhau" in bare


def _read(row: Row, record: list[str], fields: list[str | None], columns: Mapping[str, Column]) -> Iterator[Mistake]:
    if any(cell.strip() for cell in record[len(fields) :]):
        yield row.mistake("", "too_many_cells")  # what stands in it may be anything: it is not shown
    for name, cell in zip(fields, [*record, *[""] * len(fields)], strict=False):
        if name is None:
            continue
        text = " ".join(cell.split())
        row.shown[name] = text[:_SHOWN]
        try:
            value = _value(columns[name], text)
        except WrongCell as wrong:
            row.wrong.add(name)
            yield row.mistake(name, wrong.kind, **wrong.values)
            continue
        if value is not None:
            row.values[name] = value


def _value(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise WrongCell("required")
        return None
    if not text.isprintable():
        raise WrongCell("control")
    return column.read(text)
