"""The workbook that was sent in, with what is wrong beside each row: it is mended there and sent in again. Pure.

Rows stay where they are. Of a column of passwords only the heading is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.passwords import is_password
from camera_registry.importing.sheet import Line, Sheet, letter_of
from camera_registry.importing.synonyms import MARKS
from camera_registry.reports.xlsx import saved

_RED, _YELLOW = Font(color="A11F1F"), PatternFill("solid", fgColor="FFF2CC")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTH, _WIDE = 18, 70
_FORMULA = ("=", "+", "-", "@")


def marked(sheets: Sequence[Sheet], heads: Mapping[str, int], mistakes: Iterable[Mistake], lang: str) -> bytes:
    """The sheets with a column more, in which the mistakes of each row stand; `heads` says at which row the headings of
    each sheet end, by its name or that of its file.
    """
    told: dict[tuple[str, int], list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        told[mistake.sheet or mistake.file, mistake.row].append(mistake)
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        name = sheet.name or sheet.file
        made = book.create_sheet(name.removesuffix(".csv")[:31])
        _write(made, sheet, heads.get(name, 0), {row: each for (of, row), each in told.items() if of == name}, lang)
    if not sheets:
        book.create_sheet(MARKS)
    return saved(book)


def _write(made: Any, sheet: Sheet, head: int, told: Mapping[int, Sequence[Mistake]], lang: str) -> None:
    width = max((len(line.cells) for line in sheet.lines), default=0)
    for at in range(width):
        made.column_dimensions[letter_of(at)].width = _WIDTH
    made.column_dimensions[letter_of(width)].width = _WIDE
    secret = {
        at for line in sheet.lines if line.number <= head for at, cell in enumerate(line.cells) if is_password(cell)
    }
    last = 0
    for line in sheet.lines:
        for _ in range(last + 1, line.number):
            made.append([])
        last = line.number
        made.append(_row(made, line, width, head, secret, told.get(line.number, ()), lang))


def _row(
    made: Any, line: Line, width: int, head: int, secret: set[int], told: Sequence[Mistake], lang: str
) -> list[Any]:
    wrong = {mistake.letter for mistake in told}
    cells = [
        _cell(made, "" if at in secret and line.number > head else cell, marked=letter_of(at) in wrong)
        for at, cell in enumerate(line.cells)
    ]
    cells += [None] * (width - len(cells))
    text = "\n".join(_said(mistake, lang) for mistake in told)
    if line.number == head:
        text = f"{MARKS}\n{text}" if text else MARKS
    beside = _cell(made, text, marked=False)
    if beside is not None:
        beside.font, beside.alignment = _RED, _WRAPPED
    return [*cells, beside]


def _said(mistake: Mistake, lang: str) -> str:
    where = f"{mistake.heading}: " if mistake.heading else ""
    return f"{where}{mistake.what(lang)}; {mistake.remedy(lang)}"


def _cell(made: Any, text: str, *, marked: bool) -> Any:
    if not text and not marked:
        return None
    cell = WriteOnlyCell(made)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    if marked:
        cell.fill = _YELLOW
    return cell
