"""Again: which channel of the look before is which of the newest, also after an update that renamed every token.

Strategy: pure. A token that stays is the same channel. When no token stays, the device renamed all of them at once:
then names that stand once on either side tell, and what is left is told by its place, if there are as many channels as
before and no name speaks against it. What cannot be told is another channel, never a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A channel as one look saw it: the device's token and name for it, and its place, counted from 1."""

    token: str | None
    name: str | None
    index: int


def same_channels(old: Sequence[Place], new: Sequence[Place], *, by_place: bool) -> dict[int, int]:
    """The index of each channel of `new` that `old` had, with its index there. `by_place`: where all tokens are others,
    the place may tell, because this is known to be the same unit.
    """
    by_token = {place.token: place.index for place in old if place.token is not None}
    found = {place.index: by_token[place.token] for place in new if place.token in by_token}
    tokens = {place.index: place.token for place in old}
    for place in new:
        either = place.index in tokens and None in (place.token, tokens[place.index])
        if either and place.index not in found and place.index not in found.values():
            found[place.index] = place.index
    return found or _renamed(old, new, by_place=by_place)


def _renamed(old: Sequence[Place], new: Sequence[Place], *, by_place: bool) -> dict[int, int]:
    before, now = _unique(old), _unique(new)
    found = {index: before[name] for name, index in now.items() if name in before}
    if len(old) != len(new) or not by_place:
        return found
    names = {place.index: place.name for place in old}
    said = [{place.name for place in places} for places in (old, new)]
    for place in new:
        was = names.get(place.index)
        strange = place.name != was and (place.name in said[0] or was in said[1])
        if place.index in names and place.index not in (*found, *found.values()) and not strange:
            found[place.index] = place.index
    return found


def _unique(places: Sequence[Place]) -> dict[str, int]:
    counted = Counter(place.name for place in places)
    return {place.name: place.index for place in places if place.name and counted[place.name] == 1}
