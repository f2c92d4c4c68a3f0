"""The list of what is not compliant in groups: by who acts (so work is handed out), school, rule, fix or model, each
with how many rows and cameras it has and what they cost together. Reading only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from camera_registry.services.actors import ACTORS
from camera_registry.services.explained import find_rule, title
from camera_registry.services.listed import Filter, not_one_of
from camera_registry.services.places import check_place
from camera_registry.services.plan import Basis
from camera_registry.services.row_costs import Prices
from camera_registry.store import listing_groups as store
from camera_registry.store.places import NOT_SAID
from standards import Edition
from standards.model import Text
from standards.names import FIXES
from standards.planning.costs import Cost

GROUPS = tuple(store.GROUPS)
MOST_SUMMED = 20_000
"""Above so many rows nothing is summed: the list is narrowed first."""


@dataclass(frozen=True)
class Group:
    """Some rows of the list: what they have in common in words, and the filters that show them alone. `cost`: what
    curing all of them takes, in public schools; None where there are too many rows to sum.
    """

    key: str
    words: Text
    narrows: Mapping[str, str]
    rows: int
    units: int
    cost: Cost | None


def grouped(session: Session, wanted: Filter, by: str, basis: Basis) -> tuple[Group, ...]:
    """Every group of the rows that are wanted, the largest first. Raises ListingError for a kind of group, a unit or a
    school that there is not.
    """
    if by not in GROUPS:
        raise not_one_of("group", by, GROUPS)
    check_place(session, wanted.district, wanted.school)
    found = store.groups(session, wanted, by)
    costs = _costs(session, wanted, by, basis) if sum(row.n for row in found) <= MOST_SUMMED else None
    return tuple(
        Group(
            key=row.key,
            words=_words(row, by, basis.edition),
            narrows={"make": row.make or NOT_SAID, "model": row.model or NOT_SAID} if by == "model" else {by: row.key},
            rows=row.n,
            units=row.units,
            cost=None if costs is None else costs.get(row.key, Cost()),
        )
        for row in found
    )


def _costs(session: Session, wanted: Filter, by: str, basis: Basis) -> dict[str, Cost]:
    prices = Prices(basis)
    parts: dict[str, list[Any]] = {}
    for row in store.to_price(session, wanted, by, MOST_SUMMED):
        parts.setdefault(row.key, []).append(row)
    return {key: prices.together(rows) for key, rows in parts.items()}


def _words(row: Any, by: str, edition: Edition) -> Text:
    if by == "actor":
        return next((words for code, words in ACTORS.items() if code == row.key), _same(row.key))
    if by == "rule":
        return title(find_rule(edition, row.key), row.key)
    if by == "fix":
        return next((words for code, words in FIXES.items() if code == row.key), _same(row.key))
    if by == "school":
        return _same(row.name)
    named = " ".join(filter(None, (row.make, row.model)))
    return _same(named) if named else {"vi": "Chưa ghi hãng, model", "en": "No make or model registered"}


def _same(text: str) -> Text:
    return {"vi": text, "en": text}
