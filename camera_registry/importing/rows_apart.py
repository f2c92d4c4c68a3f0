"""Rows that hold no school, device or channel: headings of groups, sums, numbers of columns, what stands under a table.

Strategy: only a row in which at most half of the required cells are filled can be one, so that no row of a list is
lost because a school is called "Cộng Hòa".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from camera_registry.importing.columns import TABLES
from camera_registry.importing.sheet import Line
from camera_registry.lists import folded

Apart = Literal["group", "total", "numbers", "below"]
_GROUP = re.compile(r"([IVXLC]{1,7}|[A-HĐ])(\s*[.)/:\-]\s*\S.*|[.)]?)")
_TOTAL = re.compile(r"(tong cong|tong so|cong|tong)([ :].*)?")
_BELOW = re.compile(r"(nguoi lap|thu truong|hieu truong|ky ten|noi nhan|ghi chu\s*:|\(ky|.*ngay .* thang .* nam)")
_NUMBER = re.compile(r"\(?(\d{1,2})\)?")


def apart(lines: Sequence[Line], fields: Mapping[int, str], table: str) -> dict[int, Apart]:
    """The rows apart among the lines below the headings, by their place. `fields`: what each column is read as."""
    required = [at for at, field in fields.items() if field in TABLES[table] and TABLES[table][field].required]
    found: dict[int, Apart] = {}
    ended = False
    for at, line in enumerate(lines):
        told = [place for place, cell in enumerate(line.cells) if cell and line.marks.get(place) != "down"]
        if not told:
            continue
        if at == 0 and _counts(line, told):
            found[at] = "numbers"
            continue
        filled = sum(1 for place in required if place < len(line.cells) and line.cells[place])
        kind = _kind(line, told, ended=ended) if required and filled * 2 <= len(required) else None
        if kind is not None:
            found[at] = kind
            ended = ended or kind in ("total", "below")
        else:
            ended = False
    return found


def _counts(line: Line, told: Sequence[int]) -> bool:
    """True for the row "(1) (2) (3)" that forms have below their headings."""
    numbers = [int(found[1]) for place in told if (found := _NUMBER.fullmatch(line.cells[place]))]
    return len(numbers) == len(told) > 2 and all(b == a + 1 for a, b in pairwise(numbers))


def _kind(line: Line, told: Sequence[int], *, ended: bool) -> Apart | None:
    first = line.cells[told[0]]
    words = [folded(line.cells[place]) for place in told]
    if any(_TOTAL.fullmatch(word) and word != "tong" for word in words[:2]):
        return "total"
    if any(_BELOW.match(word) for word in words):
        return "below"
    across = sum(1 for mark in line.marks.values() if mark == "across")
    if _GROUP.fullmatch(first) or (across >= _WIDE and len(told) == 1):
        return "group"
    return "below" if ended else None


_WIDE = 2
"""A cell that swallows so many others holds no value of a column."""
