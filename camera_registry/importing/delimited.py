"""Delimited text: the bytes of a CSV file in, a sheet out, or WrongFileError. Pure.

Strategy: UTF-8 with or without a mark, UTF-16 ("Unicode text" of a spreadsheet), else Windows-1258, which is said, or
Windows-1252 where the text is one of an old font. Columns are parted by comma, semicolon or tab, whichever the headings
have most of. Rows are counted as a spreadsheet does.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata

from camera_registry.importing.old_letters import looks_old
from camera_registry.importing.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    TOLD_EVERY,
    Line,
    Sheet,
    Told,
    WrongFileError,
    tidy,
    untold,
)

_LOOKED_AT = 20
"""Rows in which the delimiter is looked for: titles above the headings have none."""
_STRAY_MARK = re.compile("(^|[^A-Za-zÂÊÔâêôĂăƠơƯưĂ-ỹ])[\u0300\u0301\u0303\u0309\u0323]")


def read_delimited(file: str, data: bytes, told: Told = untold) -> Sheet:
    """The rows of the file. Raises WrongFileError."""
    text, encoding = decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    most = text.count("\n") + 1
    lines: list[Line] = []
    try:
        for number, record in enumerate(reader, start=1):
            if number % TOLD_EVERY == 0:
                told(number, most)
            if any(record):
                lines.append(_line(number, record))
            if len(lines) > MOST_ROWS:
                raise WrongFileError("too_many_rows", row=number, most=MOST_ROWS)
    except csv.Error as error:
        raise WrongFileError("not_csv", reason=error) from None
    return Sheet(file, "", lines, encoding)


def _line(number: int, record: list[str]) -> Line:
    if any(cell.strip() for cell in record[MOST_COLUMNS:]):
        raise WrongFileError("too_many_columns", row=number, most=MOST_COLUMNS)
    return Line(number, tuple(map(tidy, record[:MOST_COLUMNS])))


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the encoding where it had to be guessed. Raises WrongFileError."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), ""
        if data[1:2] == b"\0" and data[3:4] == b"\0":
            return data.decode("utf-16-le"), ""
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        where = error.start
    if b"\0" in data:
        raise WrongFileError("not_utf8", byte=where)
    western = data.decode("cp1252", "replace")
    if looks_old(re.split("[,;\t\r\n]", western)):
        return western, ""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        raise WrongFileError("not_utf8", byte=where) from None
    if _STRAY_MARK.search(text):
        raise WrongFileError("not_utf8", byte=where)
    return text, "windows-1258"


def delimiter_of(text: str) -> str:
    """What parts the columns: what the row with most of it has most of."""
    rows = text.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    counted = {sign: max(row.count(sign) for row in rows) for sign in ",;\t"}
    if counted[";"] and any(row.count(";") > 1 and row.count(";") >= row.count(",") for row in rows[:1]):
        return ";" if counted["\t"] <= counted[";"] else "\t"
    return max(",;\t", key=counted.__getitem__)
