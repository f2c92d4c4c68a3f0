"""Whole numbers that people type."""

from __future__ import annotations

import re

_INDEX = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"[0-9]{1,19}")
LARGEST = 2**63 - 1


def index_of(text: str) -> int | None:
    """The index of a channel that the text writes in plain digits; None when it writes none."""
    return int(text) if _INDEX.fullmatch(text) else None


def number_of(text: str) -> int | None:
    """The number of something that is kept, in plain digits; None when there can be none of it."""
    return int(text) if _NUMBER.fullmatch(text) and 1 <= int(text) <= LARGEST else None
