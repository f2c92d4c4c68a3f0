"""Whole numbers that people type."""

from __future__ import annotations

import re

_INDEX = re.compile(r"[0-9]{1,4}")


def index_of(text: str) -> int | None:
    """The index of a channel that the text writes in plain digits; None when it writes none."""
    return int(text) if _INDEX.fullmatch(text) else None
