"""Quiet: whether what was seen at a school at a moment is news, or falls into maintenance that was announced. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """From `begins` until `ends` nothing is news: of a school, of a unit, or of all."""

    begins: datetime
    ends: datetime
    school_id: int | None = None
    district_id: int | None = None


@dataclass(frozen=True)
class Quiet:
    """All maintenance that matters."""

    spans: Sequence[Span] = ()

    def has(self, at: datetime, school_id: int, district_id: int) -> bool:
        """True when what is seen at this school at this moment is no news."""
        return any(
            span.begins <= at < span.ends
            and span.school_id in (None, school_id)
            and span.district_id in (None, district_id)
            for span in self.spans
        )
