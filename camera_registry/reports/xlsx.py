"""The bytes of a workbook that openpyxl has made: the same whenever they are made."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from openpyxl.writer.excel import ExcelWriter

_SHEET = "xl/worksheets/sheet1.xml"
_FIRST = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a ZIP archive can say."""


class _Timeless(zipfile.ZipFile):
    """An archive whose parts say nothing of when they were written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """The part is in the archive."""
        super().writestr(self._part(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """The file is in the archive."""
        with Path(filename).open("rb") as source, self.open(self._part(str(arcname)), "w") as part:
            shutil.copyfileobj(source, part)

    def _part(self, name: str) -> zipfile.ZipInfo:
        made = zipfile.ZipInfo(name, _FIRST)
        made.compress_type = zipfile.ZIP_DEFLATED
        return made


def saved(book: Any) -> bytes:
    """The workbook as a file."""
    written = io.BytesIO()
    save(book, written)
    return written.getvalue()


def save(book: Any, to: IO[bytes]) -> None:
    """The workbook stands in this file."""
    book.properties.created = book.properties.modified = datetime(*_FIRST)  # noqa: DTZ001  (openpyxl wants it so)
    with _Timeless(to, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


def save_with_rows(book: Any, rows: IO[bytes], to: IO[bytes]) -> None:
    """The workbook of one sheet stands in this file, with these rows (`sheet_rows`) after those that it has."""
    made = io.BytesIO()
    save(book, made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            content = parts.read(name)
            part = zipfile.ZipInfo(name, _FIRST)
            part.compress_type = zipfile.ZIP_DEFLATED
            if name != _SHEET:
                archive.writestr(part, content)
                continue
            before, end, after = content.partition(b"</sheetData>")
            with archive.open(part, "w", force_zip64=True) as sheet:
                sheet.write(before)
                shutil.copyfileobj(rows, sheet)
                sheet.write(end + after)
