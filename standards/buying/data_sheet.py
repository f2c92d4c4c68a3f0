"""Data sheet: what the papers of one model say, in a file that a person writes, with the page of every value.

Strategy: a strict reader; every mistake of the file is said at once. A value that the papers do not name is left out,
and is then unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.facts import PathType
from probes.facts.groups import FactKind
from standards.arguments import is_number
from standards.model_paths import CODES, keys
from standards.reading.files import UnreadableError, content_of
from standards.reading.table import Table, closest

LARGEST_FILE = 1_000_000
EXAMPLES: dict[FactKind, str] = {
    "flag": "true or false",
    "number": "a number, like 25",
    "text": 'a text, like "ip"',
    "texts": 'a list of texts, like ["h264", "h265"]',
    "numbers": "a list of numbers, like [0.41]",
    "size": "width and height, like [2560, 1440]",
}


class DataSheetError(Exception):
    """A data sheet cannot be used; one line for each mistake: file, key, what to write instead."""


@dataclass(frozen=True)
class Said:
    """One value, and the page of the papers that it stands on."""

    value: Any
    page: str


@dataclass(frozen=True)
class DataSheet:
    """The values of one model by path (`model.*`); `title` names the papers."""

    title: str
    values: Mapping[str, Said]


def load_data_sheet(path: Path) -> DataSheet:
    """The data sheet in this file; raises DataSheetError with all its mistakes."""
    try:
        data = tomllib.loads(content_of(path, LARGEST_FILE, "data sheet").decode("utf-8"))
    except UnreadableError as error:
        raise DataSheetError(f"{path.name}: {error}") from None
    except UnicodeDecodeError as error:
        raise DataSheetError(f"{path.name}: is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise DataSheetError(f"{path.name}: is no TOML: {error}") from None
    mistakes: list[str] = []
    top = Table(path.name, data, mistakes)
    sheet = DataSheet(top.text("title"), _values(top))
    top.done()
    if mistakes:
        raise DataSheetError("\n".join(mistakes))
    return sheet


def _values(top: Table) -> dict[str, Said]:
    below = top.table("values")
    found: dict[str, Said] = {}
    for key, type_ in keys() if below else ():
        row = below.table(key, required=False) if below else None
        if row is not None:
            value, page = _value(row, type_), row.text("page")
            row.done()
            found[type_.path] = Said(value, page)
    if below is not None:
        below.done()
    if below is not None and not below.data:
        top.wrong("values", f"nothing is said; {closest('', (key for key, _ in keys()))}")
    return found


def _value(row: Table, type_: PathType) -> Any:
    value = row.raw("value", EXAMPLES[type_.kind])
    if value is not None and not _fits(value, type_.kind):
        row.wrong("value", f"{value!r} does not fit; write {EXAMPLES[type_.kind]}")
    elif value is not None and type_.path in CODES:
        words = value if isinstance(value, list) else [value]
        for word in (word for word in words if word not in CODES[type_.path]):
            row.wrong("value", f"{word!r} is not known; {closest(word, CODES[type_.path])}")
    return tuple(value) if isinstance(value, list) else value


def _fits(value: Any, kind: FactKind) -> bool:
    listed = value if isinstance(value, list) else []
    match kind:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return is_number(value)
        case "text":
            return isinstance(value, str) and bool(value.strip())
        case "texts":
            return bool(listed) and all(isinstance(v, str) for v in listed)
        case "numbers":
            return isinstance(value, list) and all(is_number(v) for v in listed)
        case _:
            return len(listed) == 2 and all(type(v) is int and v > 0 for v in listed)
