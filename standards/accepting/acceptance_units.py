"""Acceptance units: which box stood there at each look, and which looks are at the one that stands there now. Pure.

Strategy: as everywhere (`probes.facts.identity`), a look that tells nothing of who answered found the unit of the look
before it, and firmware alone makes no other unit. One that comes back is known again by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from probes.facts.identity import compare
from standards.changes import UnitChange, another_unit

Said = tuple[Mapping[str, Any], Collection[str]]
"""What the unit said of itself in a look (by the names of `facts.Identity`), and which of its keys others share."""


@dataclass(frozen=True)
class Standing:
    """Of each look: whether it was at the unit that stands there at the last one, and the change that it saw."""

    counts: tuple[bool, ...]
    changes: tuple[UnitChange | None, ...]


def standing(looks: Sequence[Said]) -> Standing:
    """Which of `looks`, in the order of their time, count for the unit that was found last."""
    known: list[dict[str, Any]] = [{}]
    units, changes = [], []
    unit = 0
    for said, shared in looks:
        change = another_unit(known[unit], said, shared)
        if change is not None:
            unit = next((n for n, old in enumerate(known) if compare(old, said, shared).same), len(known))
            known += [{}] if unit == len(known) else []
        known[unit] |= {name: value for name, value in said.items() if value}
        units.append(unit)
        changes.append(change)
    return Standing(tuple(each == unit for each in units), tuple(changes))
