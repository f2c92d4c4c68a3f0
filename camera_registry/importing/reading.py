"""Reading: files in, everything that stands in them out: rows by table, mistakes, notices, questions. Pure.

Strategy: a workbook brings its sheets, a CSV file is one; a name like `devices.csv` says which table it holds. What is
asked is answered by whoever sends the file again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from camera_registry.importing import questions
from camera_registry.importing.book import read_book
from camera_registry.importing.columns import FILES
from camera_registry.importing.headings import PASSWORD, Answers
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.questions import YES, Question
from camera_registry.importing.sheet import Sheet, Told, WrongFileError, untold
from camera_registry.importing.synonyms import NOT_LISTS
from camera_registry.importing.table import Row, SheetRead, read_sheet
from camera_registry.lists import folded

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Asked:
    """How files are read: what a person answered, and whether a column of passwords is read."""

    answers: Answers = field(default_factory=dict)
    passwords: bool = False


@dataclass
class Reading:
    """What stands in the files."""

    sheets: Sequence[SheetRead] = ()
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FILES})
    mistakes: list[Mistake] = field(default_factory=list)
    notices: list[Mistake] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The name of the file, or of the first of several."""
        return self.sheets[0].sheet.file if self.sheets else ""

    @property
    def passwords(self) -> bool:
        """True where a password is to be written."""
        return any(PASSWORD in row.values for row in self.rows["devices.csv"])


@dataclass(frozen=True)
class Books:
    """The sheets of files, each with the table that the name of its file says it holds, and files that are none."""

    sheets: Sequence[tuple[Sheet, str | None]]
    mistakes: Sequence[Mistake]


def open_books(files: Files, told: Told = untold) -> Books:
    """The sheets of the files, which are several CSV files or one workbook. This is what takes long."""
    sheets: list[tuple[Sheet, str | None]] = []
    mistakes: list[Mistake] = []
    for name, data in files.items():
        try:
            sheets += [(sheet, _table_of(name)) for sheet in read_book(name, data, told)]
        except WrongFileError as error:
            mistakes.append(Mistake(name, error.row, "", "", error.kind, error.values))
    return Books(sheets, mistakes)


def read_files(files: Files, asked: Asked, told: Told = untold) -> Reading:
    """Everything that stands in the files."""
    return read_books(open_books(files, told), asked)


def read_books(books: Books, asked: Asked) -> Reading:
    """Everything that stands in the books, by these answers."""
    found = Reading(mistakes=[*books.mistakes])
    sheets = _in_letters([sheet for sheet, _ in books.sheets], found, asked.answers)
    found.sheets = [
        read_sheet(sheet, index, asked.answers, table, passwords=asked.passwords)
        for index, (sheet, (_, table)) in enumerate(zip(sheets, books.sheets, strict=True))
    ]
    for each in found.sheets:
        found.mistakes += each.mistakes
        found.notices += each.notices
        if each.layout.table:
            found.rows[f"{each.layout.table}.csv"] += each.rows
    _without_table(found, asked.answers)
    return found


def _table_of(name: str) -> str | None:
    return name.removesuffix(".csv") if name in FILES else None


def _in_letters(sheets: list[Sheet], found: Reading, answers: Answers) -> list[Sheet]:
    question = questions.of_letters(sheets, answers)
    if question is None:
        return sheets
    found.questions.append(question)
    found.mistakes += questions.unanswered(question, sheets[0].file)
    return questions.in_new_letters(sheets) if question.answer in (YES, "") else sheets


def _without_table(found: Reading, answers: Answers) -> None:
    """Sheets that are not read are named; a file without any list is a mistake."""
    unread = [each for each in found.sheets if not each.layout.table and each.sheet.lines]
    unread = [each for each in unread if folded(each.sheet.name) not in NOT_LISTS and not each.mistakes]
    if unread and not any(each.layout.table for each in found.sheets):
        found.mistakes.append(Mistake(unread[0].sheet.file, 0, "", "", "no_table"))
    else:
        told = (each for each in unread if answers.get(f"kind.{each.index}") != "skip")
        found.notices += [Mistake(each.sheet.file, 0, "", "", "sheet_not_read", {}, each.sheet.name) for each in told]
