"""Columns of passwords, by what stands above them: known, so that nothing of them is shown or read by accident."""

from __future__ import annotations

from camera_registry.lists import folded

_NAMES = frozenset({"password", "passwd", "pass", "pwd", "mat khau", "matkhau", "mk", "matkhautruycap"})


def is_password(heading: str) -> bool:
    """True where the heading says that passwords stand below it."""
    told = "".join(c for c in folded(heading) if c.isalnum() or c == " ").strip()
    return told in _NAMES or "password" in told or "matkhau" in told.replace(" ", "")
