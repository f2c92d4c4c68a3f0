"""Table: a sheet in, rows of values and every mistake out. Pure.

Strategy: a cell that cannot be read is a mistake and is missing from its row, so that all mistakes of all rows are
found at once. Rows are counted as a spreadsheet does. Rows that hold nothing of the list are left out, and named.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from camera_registry.importing import cells
from camera_registry.importing.columns import FILES, TABLES, Column
from camera_registry.importing.delimited import read_delimited
from camera_registry.importing.headings import PASSWORD, Answers, ColumnRead, How, Layout, layout
from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.importing.rows_apart import apart
from camera_registry.importing.sheet import Line, Mark, Sheet, WrongFileError, tidy

_SHOWN = 60
_KINDS: Mapping[How, str] = {  # of mistakes
    "unknown": "unknown_column",
    "password": "password_column",  # the name of a kind of mistake  # nosec B105
    "twice": "column_twice",
}
_OPEN = frozenset(_KINDS)
_EXACT_DIGITS = 15
"""A spreadsheet keeps no more digits of a number."""
_FORMULA = frozenset("=+-@")
"""A text that begins with one of these is written into a CSV file behind an apostrophe, which is taken off again."""
_NAMED = 12
"""So many rows are named in one notice."""


@dataclass(frozen=True)
class Place:
    """A sheet of a file, as its rows name it: which table it is read as, and its columns by field."""

    file: str
    sheet: str
    table: str
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)

    def mistake(self, row: int, column: str, value: str, kind: str, values: Mapping[str, object]) -> Mistake:
        """A mistake in this sheet."""
        found = self.columns.get(column)
        letter, heading = (found.letter, found.heading) if found else ("", "")
        return Mistake(self.file, row, column, value, kind, values, self.sheet, letter, heading, self.table)


@dataclass
class Row:
    """One row: its number, what its cells hold by field, the cells as they stood, the fields that are wrong, those
    whose cell held a number, required ones that are empty, and those of which a person says that nothing is to stand
    there any more.
    """

    place: Place
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.place.file

    def get(self, name: str) -> Any:
        """The value of a field; None when its cell is empty or cannot be read."""
        return self.values.get(name)

    def mistake(self, column: str, kind: str, **values: object) -> Mistake:
        """A mistake in this row."""
        return self.place.mistake(self.number, column, self.shown.get(column, ""), kind, values)


@dataclass(frozen=True)
class SheetRead:
    """A sheet of the book as it was read: its place in the book, its layout, its rows, what is wrong and what is worth
    a look.
    """

    index: int
    sheet: Sheet
    layout: Layout
    rows: Sequence[Row] = ()
    mistakes: Sequence[Mistake] = ()
    notices: Sequence[Mistake] = ()

    @cached_property
    def open_columns(self) -> list[ColumnRead]:
        """Columns of which a person has to say what they are."""
        return [column for column in self.layout.columns if column.how in _OPEN]

    @cached_property
    def clear_columns(self) -> list[ColumnRead]:
        """The others."""
        return [column for column in self.layout.columns if column.how not in _OPEN]


def read_table(name: str, data: bytes, columns: Mapping[str, Column]) -> tuple[Sequence[Row], Sequence[Mistake]]:
    """The rows of the CSV file `name` that holds the table of these columns, and what is wrong in it."""
    table = next(name for name, known in TABLES.items() if known is columns)
    try:
        found = read_sheet(read_delimited(name, data), 0, {}, table)
    except WrongFileError as error:
        return [], [Mistake(name, error.row, "", "", error.kind, error.values)]
    return found.rows, found.mistakes


def read_form(
    name: str, number: int, cells: Mapping[str, str], columns: Mapping[str, Column]
) -> tuple[Row, list[Mistake]]:
    """The row that a person filled in by field, and what is wrong in it: an empty cell clears what stands, unlike one
    of a file. Fields that are not named stay as they are.
    """
    row, mistakes = Row(Place(name, "", name.removesuffix(".csv")), number), []
    for column in columns.values():
        if column.field not in cells and not column.required:
            continue
        text = tidy(cells.get(column.field, ""))
        wrong = list(_cell(row, column, text, None))
        mistakes += wrong
        if not text and column.required and not wrong:
            row.lacking.discard(column.field)
            row.wrong.add(column.field)
            mistakes.append(row.mistake(column.field, "required"))
        elif not text and not wrong:
            row.cleared.add(column.field)
    return row, mistakes


def read_sheet(
    sheet: Sheet, index: int, answers: Answers, table: str | None = None, *, passwords: bool = False
) -> SheetRead:
    """The sheet as it is read with these answers; `table` where the name of the file says which one it holds."""
    if table and not any(sheet.lines):
        return SheetRead(index, sheet, layout(sheet, index, answers), (), [Mistake(sheet.file, 1, "", "", "empty")])
    how = layout(sheet, index, answers, table, passwords=passwords)
    if not how.table:
        return SheetRead(index, sheet, how)
    place = _place(sheet, how)
    mistakes = list(_headings(place, sheet, how))
    below = sheet.lines[how.heading.last + 1 :]
    left_out = apart(below, {column.at: column.field for column in how.columns}, how.table)
    reading = _Reading(place, how)
    for at, line in enumerate(below):
        if at not in left_out:
            mistakes += reading.read(line)
    return SheetRead(index, sheet, how, reading.rows, mistakes, list(_notices(place, sheet, how, left_out)))


def _place(sheet: Sheet, how: Layout) -> Place:
    return Place(sheet.file, sheet.name, how.table, {c.field: c for c in how.columns if c.how == "read"})


def _headings(place: Place, sheet: Sheet, how: Layout) -> Iterator[Mistake]:
    number = sheet.lines[how.heading.last].number
    columns = TABLES[how.table]
    for column in how.columns:
        kind = _KINDS.get(column.how)
        if kind is not None:
            near = difflib.get_close_matches(column.heading.casefold(), list(columns), 1)
            about = {"nearest": f" ({near[0]}?)" if near else "", "columns": _names(place, columns)}
            at = (place.sheet, column.letter, column.heading, place.table)
            yield Mistake(place.file, number, column.heading, "", kind, about, *at)
    for name in how.missing:
        at = (place.sheet, "", columns[name].heading, place.table)
        yield Mistake(place.file, number, name, "", "missing_column", {}, *at)


def _names(place: Place, columns: Mapping[str, Column]) -> str:
    """The columns there are, as the file would write them."""
    return ", ".join(columns if place.file in FILES else [column.heading for column in columns.values()])


def _notices(place: Place, sheet: Sheet, how: Layout, left_out: Mapping[int, str]) -> Iterator[Mistake]:
    if sheet.encoding:
        yield place.mistake(0, "", "", "guessed_encoding", {"encoding": sheet.encoding})
    if how.preset:
        unread = ", ".join(column.heading for column in how.columns if column.how == "left_out")
        yield place.mistake(0, "", "", "preset", {"preset": how.preset, "columns": unread or "–"})
    below = sheet.lines[how.heading.last + 1 :]
    if left_out:
        numbers = [below[at].number for at in left_out]
        yield place.mistake(numbers[0], "", "", "rows_left_out", {"count": len(numbers), "rows": _listed(numbers)})
    down = [line.number for line in below if "down" in line.marks.values()]
    if down:
        yield place.mistake(down[0], "", "", "filled_down", {"rows": _listed(down)})


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:_NAMED])) + (", …" if len(numbers) > _NAMED else "")


class _Reading:
    """Reads the rows of one sheet."""

    def __init__(self, place: Place, how: Layout) -> None:
        self.rows: list[Row] = []
        self._place = place
        self._columns = TABLES[how.table]
        self._read = [(column.at, column.field) for column in how.columns if column.how == "read"]
        self._known = {column.at for column in how.columns}
        self._fills = how.fills

    def read(self, line: Line) -> Iterator[Mistake]:
        """The row of this line is in `rows`, unless nothing of it is read; what is wrong in it."""
        row = Row(self._place, line.number)
        if all(
            line.marks.get(at) in ("down", "across") or not line.cells[at]
            for at, _ in self._read
            if at < len(line.cells)
        ):
            others = any(cell for at, cell in enumerate(line.cells) if at not in self._known)
            if others:
                yield self._without_heading(row)
            return
        self.rows.append(row)
        if any(cell for at, cell in enumerate(line.cells) if at not in self._known):
            yield self._without_heading(row)
        for at, name in self._read:
            text = line.cells[at] if at < len(line.cells) else ""
            if name == PASSWORD:
                row.values |= {PASSWORD: text} if text else {}
            else:
                yield from _cell(row, self._columns[name], text or self._fills.get(name, ""), line.marks.get(at))
        for name, text in self._fills.items():
            if name not in row.shown:
                yield from _cell(row, self._columns[name], text, None)

    def _without_heading(self, row: Row) -> Mistake:
        """What stands below no heading may be anything: it is not shown."""
        return row.mistake("", "no_heading" if self._place.sheet else "too_many_cells")


def _cell(row: Row, column: Column, text: str, mark: Mark | None) -> Iterator[Mistake]:
    """The value of a cell is in its row, or it is a mistake."""
    name = column.field
    row.shown[name] = text[:_SHOWN]
    if mark == "number":
        row.numbers.add(name)
    if text[:1] == "'" and text[1:2] in _FORMULA:
        text = text[1:]
    try:
        value = _value(column, text, mark)
    except WrongCell as wrong:
        row.wrong.add(name)
        yield row.mistake(name, wrong.kind, **wrong.values)
        return
    if value is not None:
        row.values[name] = value
    elif column.required:
        row.lacking.add(name)


def _value(column: Column, text: str, mark: Mark | None) -> Any:
    if mark == "formula":
        raise WrongCell("formula")
    if mark == "error":
        raise WrongCell("formula_error")
    if not text:
        if mark == "across" and column.required:
            raise WrongCell("merged_across")
        return None
    if mark == "date" and column.read is not cells.day:
        raise WrongCell("became_a_date")
    if mark == "number" and len(text) > _EXACT_DIGITS and text.isdigit():
        raise WrongCell("digits_lost")
    if not text.isprintable():
        raise WrongCell("control")
    return column.read(text)
