"""Sheets: what stands in a file, as text with its place, whatever form the file has. Values only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Mark = Literal["formula", "error", "number", "date", "down", "across"]
"""What is to be said of a cell beside its text: a formula without a result, the error of one, a number or a date (which
lose zeros, and gain slashes), filled down from the cell it is merged with, swallowed by the cell on its left.
"""
Told = Callable[[int, int], None]
"""Hears how many rows of how many are read."""
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
MOST_ROWS = 50_000
MOST_COLUMNS = 200
TOLD_EVERY = 200
"""How many rows are read from one word about it to the next."""


@dataclass(frozen=True)
class Line:
    """One row with the number that a spreadsheet shows; `marks` by the place of a cell in `cells`."""

    number: int
    cells: Sequence[str]
    marks: Mapping[int, Mark] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True when nothing stands in it."""
        return not any(self.cells)


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet of `file`; a CSV file is one sheet without a name. `encoding`: how a text was written, when
    that had to be guessed.
    """

    file: str
    name: str
    lines: Sequence[Line]
    encoding: str = ""


class WrongFileError(Exception):
    """The file cannot be read; `kind` is of mistakes.KINDS. `row` is where, as far as that is known."""

    def __init__(self, kind: str, row: int = 0, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.row = row
        self.values = values


def tidy(text: str) -> str:
    """`text` in NFC, with single spaces and without letters that nobody sees."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def letter_of(column: int) -> str:
    """The letters of a column, counted from 0, as a spreadsheet shows them."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def untold(_done: int, _of: int) -> None:
    """Nobody wants to hear how far it is."""
