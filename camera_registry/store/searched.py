"""Words to find schools, devices and channels by, kept with them: lower case, without marks, one part a line.

Strategy: a word is found when it stands in one of the parts, wherever in it. What a part is of, each function says.
`words` makes what somebody typed the same as what is kept.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import or_

from camera_registry.lists import folded

Sql = Any
OF_DEVICE = ("code", "host", "make", "model", "serial", "mac", "tags")
OF_UNIT = ("manufacturer", "model", "serial", "mac")

_MAC = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){1,5}")
"""A MAC or the beginning of one, in the two ways that labels have."""


def of_school(code: str, name: str, tags: str = "") -> str:
    """The words of a school."""
    return _kept(code, name, tags)


def of_device(device: Any, unit: Any = None) -> str:
    """The words of a device: code and address, and make, model, serial number and MAC as they are registered and as the
    unit that stands there now says them, and its tags.
    """
    said = [(device.make, device.model, device.serial, device.mac)]
    if unit is not None:
        said.append((unit.manufacturer, unit.model, unit.serial, unit.mac))
    parts = (part for make, model, serial, mac in said for part in (make, model, serial, _bare(mac)))
    return _kept(device.code, device.host, *parts, device.tags)


def of_channel(name: str, tags: str = "") -> str:
    """The words of a channel."""
    return _kept(name, tags)


def has_words(q: str, *columns: Any) -> list[Any]:
    """The conditions that each word of `q` stands in one of these columns; a MAC is found however it is written."""
    return [or_(*(has_word(column, word) for column in columns)) for word in split(q)]


def split(q: str) -> list[str]:
    """The words of `q`, each once, as they are kept."""
    return list(dict.fromkeys(folded(q).split()))


def _kept(*parts: str) -> str:
    return "\n".join(dict.fromkeys(folded(part) for part in parts if part.strip()))


def has_word(column: Any, word: str) -> Any:
    """The condition that a word of `split` stands in this column of kept words."""
    found = column.contains(word, autoescape=True)
    if _MAC.fullmatch(word):
        found |= column.contains(_bare(word), autoescape=True)
    return found


def _bare(mac: str) -> str:
    return re.sub("[^0-9a-z]", "", mac.casefold())
