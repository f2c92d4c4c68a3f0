"""Lines: sentences with sentences below them, the form of an explanation that a person follows by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from standards.model import LANGUAGES, Text

_MOMENTS = {"vi": "%H:%M:%S ngày %d/%m/%Y", "en": "%Y-%m-%d %H:%M:%S"}


@dataclass(frozen=True)
class Line:
    """One sentence in both languages, and what is said below it."""

    text: Text
    below: tuple[Line, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The line as it is sent to other programs."""
        return {"text": dict(self.text), "below": [line.to_json() for line in self.below]}


def line(vi: str, en: str, *below: Line) -> Line:
    """A line with these words."""
    return Line({"vi": vi, "en": en}, below)


def filled(vi: str, en: str, *below: Line, **texts: Text) -> Line:
    """A line whose {names} are filled with these texts, each in its language."""
    pattern = {"vi": vi, "en": en}
    words = {lang: {name: text[lang] for name, text in texts.items()} for lang in LANGUAGES}
    return Line({lang: pattern[lang].format(**words[lang]) for lang in LANGUAGES}, below)


def moment(at: datetime, zone: tzinfo) -> Text:
    """A moment as it is shown in `zone`."""
    return {language: at.astimezone(zone).strftime(form) for language, form in _MOMENTS.items()}


def as_text(lines: Iterable[Line], language: str, depth: int = 0) -> str:
    """The lines as plain text, what is below another set in by two."""
    return "\n".join(_plain(lines, language, depth))


def _plain(lines: Iterable[Line], language: str, depth: int) -> Iterator[str]:
    for each in lines:
        yield f"{'  ' * depth}{'- ' if depth else ''}{each.text[language]}"
        yield from _plain(each.below, language, depth + 1)
