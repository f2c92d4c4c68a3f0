"""Expectation: one comparison of a fact, and what it asks of a model that is for sale, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Text = Mapping[str, str]


@dataclass(frozen=True)
class Tolerance:
    """How far beside the required value still holds: `absolute` in the unit of the fact, `ratio` of the value."""

    absolute: float = 0.0
    ratio: float = 0.0

    def of(self, value: float) -> float:
        """The width of the tolerance at `value`, in the unit of the fact."""
        return self.absolute + self.ratio * abs(value)


@dataclass(frozen=True)
class Expectation:
    """One comparison: a fact path, an operator and its argument.

    `text` is how the requirement is shown where the operator's own words are clumsy; `why` the sentence when it is not
    met, with {seen} and {expected}; `in_light`: it may fail only on evidence taken by day, which the picture shows;
    `by_sun`: or which the register knows, however dark the picture; `optional`: left out when the fact is missing,
    whatever the reason.
    """

    fact: str
    operator: str
    argument: Any
    tolerance: Tolerance = Tolerance()
    text: Text | None = None
    why: Text | None = None
    in_light: bool = False
    by_sun: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Purchase:
    """What a rule means for a camera that is to be bought: `text` says it in the words of a specification, `expect` and
    `prefer` are about facts of a data sheet (`model.*`), `unless` says of which models it does not speak, and `proof`
    which paper shows it where that is not the data sheet.
    """

    text: Text
    expect: tuple[Expectation, ...]
    prefer: tuple[Expectation, ...] = ()
    unless: tuple[Expectation, ...] = ()
    proof: Text | None = None
