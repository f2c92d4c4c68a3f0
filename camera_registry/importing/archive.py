"""Archive: a file as it was sent in, or the CSV files of the import that stand in it when it is a ZIP of them. Pure."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from camera_registry.importing.book import MOST_BYTES
from camera_registry.importing.columns import FILES
from camera_registry.importing.reading import Files
from camera_registry.importing.sheet import tidy

LONGEST_NAME = 120


def name_of(sent: str) -> str:
    """The name of a file without its folder, of a length that fits and without signs that are none."""
    told = tidy(PurePath(sent.replace("\\", "/")).name)
    return "".join(sign for sign in told if sign.isprintable())[-LONGEST_NAME:] or "list"


def files_of(name: str, data: bytes) -> Files:
    """The files by their names; what is no archive of CSV files is one file, whatever it is."""
    if not data.startswith(b"PK"):
        return {name: data}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found = [part for part in packed.infolist() if part.filename in FILES]
            if not found or sum(part.file_size for part in found) > MOST_BYTES:
                return {name: data}
            return {table: packed.read(table) for table in FILES if any(part.filename == table for part in found)}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return {name: data}
