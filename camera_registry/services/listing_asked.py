"""What a list is asked for by, as people and files say it: rows by their keys, and the names of what an address has by
code. Reading only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from camera_registry.services.explained import find_rule, title
from camera_registry.services.listed import Filter, ListingError, not_one_of
from camera_registry.store import districts, schools
from camera_registry.store.places import RowKey
from standards import Edition
from standards.model import Text

_PARTS = 4
_INDEX = re.compile(r"[0-9]{1,5}")


def row_keys(said: Iterable[str]) -> tuple[RowKey, ...]:
    """The rows that are named SCHOOL/DEVICE/CHANNEL/RULE, each once. Raises ListingError for what is no such name."""
    return tuple(dict.fromkeys(map(_row_key, said)))


def row_name(key: RowKey) -> str:
    """How a row is named in a form or an address."""
    return "/".join(map(str, key))


def named(session: Session, wanted: Filter, edition: Edition) -> Mapping[str, Text]:
    """What the unit, the school and the rule are called that a list is narrowed to, by filter."""
    found: dict[str, Text] = {}
    if wanted.district and (district := districts.by_code(session, wanted.district)):
        found["district"] = {"vi": district.name, "en": district.name}
    if wanted.school and (school := schools.by_code(session, wanted.school)):
        found["school"] = {"vi": school.name, "en": school.name}
    if wanted.rule:
        found["rule"] = title(find_rule(edition, wanted.rule), wanted.rule)
    return found


def column_names(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """The columns that are named, with commas between them; none: all. Raises ListingError for one there is not."""
    names = tuple(name for name in said.split(",") if name)
    for name in names:
        if name not in known:
            raise not_one_of("columns", name, dict.fromkeys(known))
    return names


def _row_key(said: str) -> RowKey:
    parts = said.split("/")
    if len(parts) == _PARTS and _INDEX.fullmatch(parts[2]) and "\0" not in said:
        return parts[0], parts[1], int(parts[2]), parts[3]
    shown = said[:50]
    raise ListingError("row", {
        "vi": f"“{shown}” không đọc được; viết MÃ TRƯỜNG/MÃ THIẾT BỊ/KÊNH/TIÊU CHÍ.",
        "en": f"“{shown}” cannot be read; write SCHOOL/DEVICE/CHANNEL/RULE.",
    })  # fmt: skip
