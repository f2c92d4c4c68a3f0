"""Headings: where the names of the columns stand in a sheet, which table it holds, and what is read of each column.

Strategy: titles may stand above the headings, and the headings may take two rows. Among the first rows the one (with
the one below, where that adds columns) whose cells are most of all known names is taken. What a person answered about a
sheet or a column goes before what is recognised: `kind.SHEET` a table or `skip`, `map.SHEET.COLUMN` a field or `skip`,
`fill.SHEET.FIELD` a value for every row; sheets and columns counted from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from camera_registry.importing import synonyms
from camera_registry.importing.columns import TABLES
from camera_registry.importing.passwords import is_password
from camera_registry.importing.sheet import Line, Sheet, letter_of
from camera_registry.lists import folded

Answers = Mapping[str, str]
How = Literal["read", "skipped", "unknown", "password", "twice", "left_out"]
SKIP = "skip"
PASSWORD = "password"  # the name of a field  # noqa: S105  # nosec B105
_LOOKED_AT = 40
_FEWEST = 2


@dataclass(frozen=True)
class Heading:
    """The headings of a sheet: the places in its lines of the first and the last of their rows, and their texts."""

    first: int
    last: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ColumnRead:
    """A column of a sheet: its place, the letters a spreadsheet shows for it, what stands above it, the field it is
    read as (empty: none) and why not.
    """

    at: int
    letter: str
    heading: str
    field: str
    how: How
    example: str = ""


@dataclass(frozen=True)
class Layout:
    """What a sheet is read as: table (empty: it is not read), headings, columns, values for every row by field, and
    the program whose export it is.
    """

    table: str
    heading: Heading
    columns: tuple[ColumnRead, ...]
    fills: Mapping[str, str]
    preset: str = ""

    @property
    def missing(self) -> list[str]:
        """Required fields that no column and no answer gives."""
        there = {column.field for column in self.columns if column.how == "read"} | {
            f for f, v in self.fills.items() if v
        }
        return (
            [f for f, column in TABLES[self.table].items() if column.required and f not in there] if self.table else []
        )


NO_HEADING = Heading(0, -1, ())
NOT_READ = Layout("", NO_HEADING, (), {})


def layout(sheet: Sheet, index: int, answers: Answers, table: str | None = None, *, passwords: bool = False) -> Layout:
    """How this sheet of the book is read; `table`: the one it holds, where the file's name says so."""
    kind = answers.get(f"kind.{index}", "")
    if kind == SKIP or not sheet.lines or (not kind and folded(sheet.name) in synonyms.NOT_LISTS):
        return NOT_READ
    told = kind if kind in TABLES else table or synonyms.table_of_sheet(sheet.name)
    found, score, heading = max(
        ((name, *find(sheet.lines, name)) for name in ([told] if told else TABLES)), key=lambda each: each[1]
    )
    preset = _preset(sheet.lines) if not told or told == "devices" else None
    if preset is not None and preset[0].fewest > score:
        found, score, heading = "devices", _FEWEST, preset[1]
    elif score < _FEWEST and not (kind in TABLES or table):
        return NOT_READ
    fills = {f: answers.get(f"fill.{index}.{f}", "").strip() for f in TABLES[found]}
    if preset is not None and found == "devices":
        fills = {"make": preset[0].make, **{f: v for f, v in fills.items() if v}}
    named = preset[0] if preset is not None and found == "devices" else None
    columns = _columns(sheet, index, found, heading, answers, named, passwords=passwords)
    return Layout(found, heading, columns, {f: v for f, v in fills.items() if v}, named.name if named else "")


def find(lines: Sequence[Line], table: str) -> tuple[int, Heading]:
    """How many columns of the table the best headings name, and these; the first row where none names any."""
    best, taken = 0, Heading(0, 0, tuple(lines[0].cells))
    for at, line in enumerate(lines[:_LOOKED_AT]):
        score = _score(line.cells, table)
        if score > best:
            best, taken = score, Heading(at, at, tuple(line.cells))
        if at + 1 < len(lines) and lines[at + 1].number == line.number + 1:
            both = _both(line, lines[at + 1], table)
            if both is not None and (score := _score(both, table)) > best:
                best, taken = score, Heading(at, at + 1, both)
    return best, taken


def _score(cells: Sequence[str], table: str) -> int:
    return len({field for cell in cells if cell and (field := synonyms.field_of(cell, table))})


def _both(above: Line, below: Line, table: str) -> tuple[str, ...] | None:
    """Two rows of headings as one: what stands below counts, and what stands above where nothing is below. None where
    the row below is no heading: it has to name more than half of its cells.
    """
    told = [cell for at, cell in enumerate(below.cells) if cell and below.marks.get(at) != "down"]
    if not told or _score(told, table) * 2 <= len(told):
        return None
    width = max(len(above.cells), len(below.cells))
    tops = [*above.cells, *[""] * (width - len(above.cells))]
    lows = [*below.cells, *[""] * (width - len(below.cells))]
    return tuple(low or top for top, low in zip(tops, lows, strict=True))


def _preset(lines: Sequence[Line]) -> tuple[synonyms.Preset, Heading] | None:
    for at, line in enumerate(lines[:_LOOKED_AT]):
        preset = synonyms.preset_of(tuple(line.cells))
        if preset is not None:
            return preset, Heading(at, at, tuple(line.cells))
    return None


def _columns(
    sheet: Sheet, index: int, table: str, heading: Heading, answers: Answers, preset: synonyms.Preset | None, *,
    passwords: bool,
) -> tuple[ColumnRead, ...]:  # fmt: skip
    width = max((len(line.cells) for line in sheet.lines[heading.first :]), default=0)
    cells = [*heading.cells, *[""] * (width - len(heading.cells))]
    examples = _examples(sheet.lines[heading.last + 1 :], width)
    made: list[ColumnRead] = []
    for at, cell in enumerate(cells):
        asked = answers.get(f"map.{index}.{at}", "")
        if not cell and not asked:
            continue  # what stands below nothing is said of the row
        taken = {column.field for column in made if column.how == "read"}
        field, how = _meant(cell, asked, table, taken, preset, passwords=passwords)
        example = "" if how == "password" or field == PASSWORD or is_password(cell) else examples[at]
        made.append(ColumnRead(at, letter_of(at), cell, field, how, example))
    return tuple(made)


def _meant(
    cell: str, asked: str, table: str, taken: set[str], preset: synonyms.Preset | None, *, passwords: bool
) -> tuple[str, How]:
    if asked == SKIP or (not asked and synonyms.is_numbering(cell)):
        return "", "skipped"
    if is_password(cell):
        if table == "devices" and passwords:
            return PASSWORD, "twice" if PASSWORD in taken else "read"
        return "", "password"
    field = asked if asked in TABLES[table] else _recognised(cell, table, preset)
    if field is None:
        return "", "left_out" if preset is not None and folded(cell) in preset.left_out else "unknown"
    return field, "twice" if field in taken else "read"


def _recognised(cell: str, table: str, preset: synonyms.Preset | None) -> str | None:
    if preset is not None and folded(cell) in preset.known_by:
        return preset.fields.get(folded(cell))
    return synonyms.field_of(cell, table)


def _examples(lines: Sequence[Line], width: int) -> list[str]:
    """The first text of each column."""
    found = [""] * width
    for line in lines[:_LOOKED_AT]:
        for at, cell in enumerate(line.cells):
            found[at] = found[at] or cell[:40]
    return found
