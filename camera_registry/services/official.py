"""The official list: which failures stand in it, and what the others wait for. Pure.

One bad night is not a fault: a failure stands in the list when it was seen in so many nights, and "replace" when a
technician has confirmed it on site. That marks a row and never changes a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from camera_registry.store.places import Entry
from standards.model import Text


@dataclass(frozen=True)
class Standing:
    """Whether a row is `official`; if not, what it waits for, in words."""

    official: bool
    waits: Text


def standing(nights: int, fix: str, on_site: bool, entry: Entry) -> Standing:
    """Where a failure stands that was seen in so many nights."""
    vi, en = [], []
    if nights < entry.nights:
        vi.append(f"thấy {nights}/{entry.nights} đêm")
        en.append(f"seen in {nights} of {entry.nights} nights")
    if fix == "replace" and entry.seen_on_site and not on_site:
        vi.append("chưa xác nhận tại chỗ")
        en.append("not confirmed on site")
    return Standing(not vi, {"vi": "; ".join(vi), "en": "; ".join(en)})
