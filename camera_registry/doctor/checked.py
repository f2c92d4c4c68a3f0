"""What a check of `doctor` is given, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from camera_registry.config import Settings
from standards.model import Text

State = Literal["well", "mind", "bad", "left_out"]
"""`mind`: it works, and something should be done some day; `left_out`: there is nothing to check, and why."""


@dataclass(frozen=True)
class Checked:
    """What one check came to: its name, what was seen, and what is to be done where it is not well."""

    name: str
    state: State
    seen: Text
    to_do: Text | None = None


@dataclass(frozen=True)
class Around:
    """What checks may look at. `file` is that of the settings (None: there is none), `address` where people open the
    pages (empty: not known), `plain_port` where those who leave out https:// come. `patience_s` is for each answer.
    """

    settings: Settings
    file: Path | None
    environment: Mapping[str, str]
    now: datetime
    address: str = ""
    plain_port: int | None = 80
    patience_s: float = 10.0


def well(name: str, vi: str, en: str) -> Checked:
    """All is as it should be."""
    return Checked(name, "well", {"vi": vi, "en": en})


def left_out(name: str, vi: str, en: str) -> Checked:
    """There is nothing to check."""
    return Checked(name, "left_out", {"vi": vi, "en": en})


def bad(name: str, seen: Text, to_do: Text) -> Checked:
    """Something does not work, or is not safe."""
    return Checked(name, "bad", seen, to_do)


def mind(name: str, seen: Text, to_do: Text) -> Checked:
    """It works; something should be done some day."""
    return Checked(name, "mind", seen, to_do)


def both(text: str) -> Text:
    """What is the same in both languages: the words of another program, or an error that is told in English."""
    return {"vi": text, "en": text}
