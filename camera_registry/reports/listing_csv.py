"""A list as CSV for a spreadsheet. Pure: rows in, bytes out.

UTF-8 with a byte-order mark, without which Excel takes Vietnamese letters for another alphabet. In Vietnamese the cells
are apart by semicolons, because the comma is the decimal sign there and Excel then divides a file at semicolons; in
English by commas. No first line "sep=;": with it Excel forgets the byte-order mark. A text that a spreadsheet would
take for a formula gets an apostrophe, also inside, where one of another country would divide it: the names in it come
from schools, and from devices. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from camera_registry.reports.listing_columns import Column, Shown

DELIMITERS = {"vi": ";", "en": ","}
_FORMULA = re.compile(r'(^|[,;"] ?)(?=[=+@-])')
"""Where a formula would begin: at the front of a cell, or after a sign at which another spreadsheet would divide it."""


def listing_csv(
    out: IO[bytes], columns: Sequence[Column[Any]], rows: Iterable[Any], to: Shown, above: Sequence[str] = ()
) -> None:
    """The file is written: the lines that stand above, a line of headings, and a line for each row."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=DELIMITERS[to.lang], lineterminator="\r\n")
    writer.writerows([harmless(line)] for line in above)
    writer.writerow([column.heading[to.lang] for column in columns])
    writer.writerows([_cell(column, row, to) for column in columns] for row in rows)
    text.detach()


def harmless(cell: str) -> str:
    """`cell` on one line, without tabs, as no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", " ".join(cell.split()))


def _cell(column: Column[Any], row: Any, to: Shown) -> str:
    value = column.value(row, to)
    return str(value) if isinstance(value, int) else harmless(to.text(value))
