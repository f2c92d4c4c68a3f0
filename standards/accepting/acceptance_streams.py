"""Acceptance streams: which stream of one look is which of the looks before it. Pure.

Strategy: a stream is known by its id, as when looks are merged; where every id is another, because the device was set
anew, by its role, if one stream alone has it in both looks. What nobody can tell is another stream.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

Roles = Mapping[str, str]
"""The role of each stream of one look, by its id."""


def names(looks: Sequence[Roles]) -> tuple[Mapping[str, str], ...]:
    """For each of `looks`, in the order of their time, the name of each stream: the id in which it was first seen."""
    known: dict[str, str] = {}
    last: Roles = {}
    found = []
    for seen in looks:
        found.append(_named(seen, known, last))
        known |= found[-1]
        last = seen or last
    return tuple(found)


def _named(seen: Roles, known: Mapping[str, str], last: Roles) -> Mapping[str, str]:
    if any(stream in known for stream in seen):
        found = {stream: known.get(stream, stream) for stream in seen}
    else:
        before = {role: known[stream] for role, stream in _alone(last).items()}
        found = {stream: stream for stream in seen}
        found |= {stream: before[role] for role, stream in _alone(seen).items() if role in before}
    return found if len(set(found.values())) == len(found) else {stream: stream for stream in seen}


def _alone(roles: Roles) -> dict[str, str]:
    """The stream of each role that one stream alone has; `extra` is no role by which a stream is known."""
    counts = Counter(roles.values())
    return {role: stream for stream, role in roles.items() if counts[role] == 1 and role != "extra"}
