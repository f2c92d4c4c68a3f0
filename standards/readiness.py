"""Readiness: which cameras are ready to be connected, and how much of a document is known. Pure.

One meaning everywhere: a camera that is offered for connection is ready when it is compliant and the line of its site
does not fail. A line of which nothing is known fails nothing, and is said beside the number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from standards.model import Edition

UPLINK = "uplink"
"""The id of the rule about the line of a site, in any edition that decides."""


@dataclass(frozen=True)
class Share:
    """A part of a whole, which is always named with both."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """None of nothing."""
        return 100 * self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Document:
    """How many rules an edition has, and of these: judged by what is measured or registered, answered by people, open
    (asked, and not answered or not any more), and without a value yet.
    """

    rules: int
    automatic: int
    answered: int
    open: int
    to_be_filled_in: int


def document(edition: Edition, open_rules: Collection[str]) -> Document:
    """The rules of `edition` by how they are known, where the manual rules with these ids have an open question."""
    unfilled = [rule for rule in edition.rules if rule.source.state == "N"]
    asked = [rule for rule in edition.rules if rule.manual and rule not in unfilled]
    still_open = sum(rule.id in open_rules for rule in asked)
    return Document(
        rules=len(edition.rules),
        automatic=len(edition.rules) - len(asked) - len(unfilled),
        answered=len(asked) - still_open,
        open=still_open,
        to_be_filled_in=len(unfilled),
    )
