"""What a person says: who, when, a note, a paper. Who: the name of the account; at the command line, the name typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from camera_registry.people import NO_NAME, is_name
from camera_registry.services.attachments import NONE, Attachment
from probes.told import ToldError

LONGEST_TEXT = 1_000


class SaidError(ToldError):
    """What a person said cannot be kept; the text says what to write instead."""


@dataclass(frozen=True)
class Said:
    """Who says something, when, and what stands beside it."""

    by: str
    at: datetime
    note: str = ""
    attachment: Attachment = NONE

    def check(self) -> None:
        """Raises SaidError for what is no name, and for a note that is too long."""
        if not is_name(self.by):
            raise SaidError(f"by: {NO_NAME['en']}")
        if len(self.note) > LONGEST_TEXT or "\0" in self.note:
            raise SaidError(f"note: write at most {LONGEST_TEXT} characters")
