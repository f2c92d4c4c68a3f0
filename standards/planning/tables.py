"""Tables of least costs: how little it takes to make so many cameras ready. Pure; whole numbers, so nothing is rounded.

Strategy: the first axis of a table is the number of cameras made ready, each further one how many of them use a part
that serves several. Tables are made of four steps: `leaf` (alike cameras, the cheapest first), `both` (independent sets
together: min-plus convolution), `least` (the better of alternatives) and `settled` (pay for the part that serves the
number of an axis). A table remembers by which cameras each of its numbers is reached; of equals always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standards.planning.costs import Camera
from standards.planning.prices import Use

Costs = NDArray[np.int64]
Index = tuple[int, ...]
FAR = 1 << 60
"""More than anything costs (`prices_load.MOST_IN_ALL` sees to it): this number of cameras cannot be reached. Two of
them still fit into 64 bits.
"""


@dataclass(frozen=True)
class Table:
    """Least costs in VND, and the cameras by which the one at an index is reached."""

    costs: Costs
    pick: Callable[[Index], tuple[Camera, ...]]


def leaf(priced: Sequence[tuple[int, Camera]], uses: Sequence[bool]) -> Table:
    """Cameras of which only the cost differs; each counts on every further axis whose `uses` is true."""
    ordered = sorted(priced, key=lambda pair: (pair[0], pair[1].key))
    size = len(ordered) + 1
    costs = np.full((size, *(size if used else 1 for used in uses)), FAR, dtype=np.int64)
    total = 0
    for n in range(size):
        costs[(n, *(n if used else 0 for used in uses))] = total
        total += ordered[n][0] if n < len(ordered) else 0
    return Table(costs, lambda index: tuple(camera for _, camera in ordered[: index[0]]))


def both(one: Table, other: Table) -> Table:
    """What two sets that share nothing but the axes reach together."""
    large, small = sorted((one, other), key=lambda table: -table.costs.size)
    shape = [a + b - 1 for a, b in zip(large.costs.shape, small.costs.shape, strict=True)]
    costs = np.full(shape, FAR, dtype=np.int64)
    places = [tuple(map(int, place)) for place in np.argwhere(small.costs < FAR)]
    for place in places:
        window = tuple(slice(start, start + size) for start, size in zip(place, large.costs.shape, strict=True))
        np.minimum(costs[window], large.costs + small.costs[place], out=costs[window])

    def pick(index: Index) -> tuple[Camera, ...]:
        for place in places:
            rest = tuple(a - b for a, b in zip(index, place, strict=True))
            if all(0 <= n < size for n, size in zip(rest, large.costs.shape, strict=True)) and (
                large.costs[rest] + small.costs[place] == costs[index]
            ):
                return (*large.pick(rest), *small.pick(place))
        raise LookupError(f"nothing reaches {index}")

    return Table(costs, pick)


def least(tables: Sequence[Table]) -> Table:
    """The best of alternatives, at least one; of equals the first."""
    if len(tables) == 1:
        return tables[0]
    shape = tuple(max(sizes) for sizes in zip(*(table.costs.shape for table in tables), strict=True))
    costs = np.full(shape, FAR, dtype=np.int64)
    for table in tables:
        window = tuple(slice(0, size) for size in table.costs.shape)
        np.minimum(costs[window], table.costs, out=costs[window])

    def pick(index: Index) -> tuple[Camera, ...]:
        for table in tables:
            inside = all(n < size for n, size in zip(index, table.costs.shape, strict=True))
            if inside and table.costs[index] == costs[index]:
                return table.pick(index)
        raise LookupError(f"nothing reaches {index}")

    return Table(costs, pick)


def raised(table: Table, amount: int) -> Table:
    """The same cameras for so much more."""
    return Table(np.minimum(table.costs + amount, FAR), table.pick) if amount else table


def some(table: Table) -> Table:
    """The same, but at least one camera."""
    costs = table.costs.copy()
    costs[(0,) * costs.ndim] = FAR
    return Table(costs, table.pick)


def settled(table: Table, use: Use) -> Table:
    """The last axis is paid for: so many cameras use this part."""
    prices = [use.item.amount.times(use.pieces(n) if n else 0).total for n in range(table.costs.shape[-1])]
    sums = np.minimum(table.costs + np.array(prices, dtype=np.int64), FAR)
    best = sums.argmin(axis=-1)
    return Table(sums.min(axis=-1), lambda index: table.pick((*index, int(best[index]))))


def together(one: Costs, other: Costs) -> Costs:
    """`both` for tables of one axis, without what it remembers."""
    large, small = (one, other) if len(one) >= len(other) else (other, one)
    costs = np.full(len(large) + len(small) - 1, FAR, dtype=np.int64)
    sums = np.empty_like(large)
    for start, cost in enumerate(small):
        if cost < FAR:
            np.add(large, cost, out=sums)
            window = costs[start : start + len(large)]
            np.minimum(window, sums, out=window)
    return costs


def shared_out(one: Costs, other: Costs, number: int) -> tuple[int, int]:
    """The least cost of `number` cameras of both, and how many of `one` are among them; of equals the fewest."""
    first = max(0, number - len(other) + 1)
    last = min(number, len(one) - 1)
    sums = one[first : last + 1] + other[number - last : number - first + 1][::-1]
    best = int(sums.argmin())
    return min(int(sums[best]), FAR), first + best
