"""What a person says: who, when, a note, a paper. There are no accounts yet: a person is the name that is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from camera_registry.lists import plain
from camera_registry.services.attachments import NONE, Attachment

LONGEST_TEXT = 1_000


class SaidError(Exception):
    """What a person said cannot be kept; the text says what to write instead."""


@dataclass(frozen=True)
class Said:
    """Who says something, when, and what stands beside it."""

    by: str
    at: datetime
    note: str = ""
    attachment: Attachment = NONE

    def check(self) -> None:
        """Raises SaidError for a missing name and for texts that are too long."""
        if not plain(self.by):
            raise SaidError("by: write the name of the person who says it")
        for name, text in (("by", self.by), ("note", self.note)):
            if len(text) > LONGEST_TEXT or "\0" in text:
                raise SaidError(f"{name}: write at most {LONGEST_TEXT} characters")
