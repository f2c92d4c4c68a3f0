"""Book: a file as it was sent in, its sheets out, or WrongFileError. Pure.

Strategy: the first bytes say what it is, and the ending of its name says nothing. What cannot be read is named for what
it is, so that the person knows what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from camera_registry.importing.delimited import read_delimited
from camera_registry.importing.sheet import Sheet, Told, WrongFileError, untold
from camera_registry.importing.workbook import read_workbook

MOST_BYTES = 25 * 1024 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rt": "RTF",
}


def read_book(file: str, data: bytes, told: Told = untold) -> Sequence[Sheet]:
    """The sheets of the file. Raises WrongFileError."""
    if len(data) > MOST_BYTES:
        raise WrongFileError("too_large", most=MOST_BYTES // 1024 // 1024)
    if not data.strip():
        raise WrongFileError("empty", row=1)
    if data.startswith(_OLD_OFFICE):
        raise WrongFileError("locked" if _LOCKED in data else "old_workbook")
    if data.startswith(b"PK"):
        return read_workbook(file, data, told)
    for magic, name in _OTHERS.items():
        if data.startswith(magic):
            raise WrongFileError("other_file", form=name)
    if data.lstrip()[:5].lower() in (b"<html", b"<tabl", b"<?xml", b"<!doc"):
        raise WrongFileError("other_file", form="HTML/XML")
    return [read_delimited(file, data, told)]
