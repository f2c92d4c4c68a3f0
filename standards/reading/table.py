"""Reading: one TOML table, every key asked for once, and every mistake written down instead of raised.

A mistake is one line: `file: rule "id": key: what is wrong; write …`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from standards.arguments import is_number
from standards.model import LANGUAGES, Text

Code = TypeVar("Code", bound=str)
LONGEST_LINE = 2_000
NO_TEXT: Text = {"vi": "", "en": ""}


def closest(word: str, known: Iterable[str]) -> str:
    """`did you mean "…"` for the nearest known word, or a list of them all."""
    all_known = sorted(known)
    near = get_close_matches(word, all_known, n=1, cutoff=0.7)
    return f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(all_known)}"


class Table:
    """A table of the file. A reader returns a harmless value after a mistake; `done` reports keys nobody asked for."""

    def __init__(self, where: str, data: dict[str, Any], mistakes: list[str]) -> None:
        self.where = where
        self.data = data
        self.mistakes = mistakes
        self._asked: set[str] = set()

    def wrong(self, key: str, problem: str) -> None:
        """Writes a mistake down; of a value without end, its beginning."""
        line = f"{self.where}: {key}: {problem}"
        self.mistakes.append(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} … {line[-300:]}")

    def has(self, key: str) -> bool:
        """True when the key stands in the table."""
        self._asked.add(key)
        return key in self.data

    def raw(self, key: str, write: str, required: bool = True) -> Any:
        """The value as it stands; None when it is missing, which is a mistake when it is `required`."""
        self._asked.add(key)
        if key not in self.data and required:
            self.wrong(key, f"missing; write {write}")
        return self.data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required without a default, and then not empty."""
        text = str(self._typed(key, str, "a text", default, default or ""))
        if default is None and self.data.get(key) == text and not text.strip():
            self.wrong(key, "is empty; write a text")
        return text

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false; required without a default."""
        return bool(self._typed(key, bool, "true or false", default, False))

    def number(self, key: str, default: float | None = None) -> float:
        """A number; required without a default."""
        value = self.raw(key, "a number", required=default is None)
        if value is None or not is_number(value):
            if value is not None:
                self.wrong(key, f"{value!r} is no number; write a number, like 4")
            return default or 0.0
        return float(value)

    def amount(self, key: str) -> float:
        """A number that is not below 0, which is what it is when it is not there."""
        value = self.number(key, 0.0)
        if value < 0:
            self.wrong(key, f"{value:g} is below 0; write a number like 4")
        return value

    def count(self, key: str) -> int:
        """A whole number that is not below 0, which is what it is when it is not there."""
        value = int(self._typed(key, int, "a whole number", 0, 0))
        if value < 0:
            self.wrong(key, f"{value} is below 0; write a whole number like 30")
        return value

    def day(self, key: str, default: str | None = None) -> str:
        """A day that there is, like 2026-11-01; required without a default."""
        text = self.text(key, default)
        try:
            good = not text or date.fromisoformat(text).isoformat() == text
        except ValueError:
            good = False
        if not good:
            self.wrong(key, f'"{text}" is no date; write it like 2026-11-01, in quotes')
        return text

    def code(self, key: str, known: tuple[Code, ...], required: bool = True) -> Code | None:
        """One of `known`; None after a mistake, or when it may be missing and is."""
        value = self.raw(key, f"one of {', '.join(known)}", required)
        if value is None:
            return None
        found = next((code for code in known if code == value), None)
        if found is None:
            self.wrong(key, f"{value!r} is not known; {closest(str(value), known)}")
        return found

    def words(self, key: str, required: bool = True) -> Text | None:
        """A text in every language; None when it may be missing and is."""
        example = '{ vi = "…", en = "…" }'
        value = self.raw(key, example, required)
        if value is None:
            return NO_TEXT if required else None
        good = isinstance(value, dict) and set(value) == set(LANGUAGES)
        if not good or not all(isinstance(v, str) and v.strip() for v in value.values()):
            self.wrong(key, f"has to say it in both languages; write {example}")
            return NO_TEXT
        return {language: str(value[language]) for language in LANGUAGES}

    def table(self, key: str, required: bool = True) -> Table | None:
        """A table below this one; None when it is missing or no table."""
        value = self.raw(key, "a table, like { … }", required)
        if value is None or isinstance(value, dict):
            return None if value is None else self._below(key, value)
        self.wrong(key, f"{value!r} is no table; write {{ … }}")
        return None

    def tables(self, key: str) -> Iterator[Table]:
        """A list of tables, or one table alone; nothing when it is not there."""
        value = self.raw(key, "a list of tables", required=False)
        items = value if isinstance(value, list) else [] if value is None else [value]
        for place, item in enumerate(items, 1):
            name = f"{key}[{place}]" if isinstance(value, list) else key
            if isinstance(item, dict):
                yield self._below(name, item)
            else:
                self.wrong(name, f"{item!r} is no table; write {{ … }}")

    def done(self, known: Iterable[str] = ()) -> None:
        """Reports every key that nobody asked for. `known` are more keys to suggest."""
        for key in self.data:
            if key not in self._asked:
                self.wrong(key, f"unknown key; {closest(key, {*self._asked, *known})}")

    def _below(self, key: str, value: dict[str, Any]) -> Table:
        return Table(f"{self.where}: {key}", value, self.mistakes)

    def _typed(self, key: str, kind: type, write: str, default: Any, fallback: Any) -> Any:
        value = self.raw(key, write, required=default is None)
        if value is None:
            return fallback if default is None else default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, f"{value!r} is not {write}; write {write}")
            return fallback
        return value
