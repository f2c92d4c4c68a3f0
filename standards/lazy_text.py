"""Texts that are put into words when somebody reads them: of a hundred findings people read the few that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from standards.model import LANGUAGES, Text


class LazyText(Mapping[str, str]):
    """The text that `make(*of)` gives. It reads like a dict, and equals the dict of the same words."""

    __slots__ = ("_make", "_of", "_text")

    def __init__(self, make: Callable[..., Text], *of: Any) -> None:
        self._make = make
        self._of = of
        self._text: Text | None = None

    def __getitem__(self, language: str) -> str:
        if self._text is None:
            self._text = self._make(*self._of)
        return self._text[language]

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)

    def __repr__(self) -> str:
        return repr(dict(self))
