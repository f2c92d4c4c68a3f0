"""The upgrade plan: the cheapest set of fixes that reaches a goal, or the most that a ceiling allows. Pure.

Strategy: costs are shared in a tree (channel in device in site), so what is cheapest is found exactly: each site has a
table of least costs by the number of its cameras made ready (`site_choice`), and sites share nothing, so their tables
are joined two by two (min-plus convolution). Whole schools share nothing either: the cheapest first gives the most of
them. Compared is what the first year takes, with VAT. A camera of which a cost is unknown, or that could
not be checked, is never counted as made ready. Of plans that cost the same, the one with the most cameras; then by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from standards.planning.costs import Camera, Cost, Why, cost_of, replaced_by, wanted_by
from standards.planning.prices import PriceBook
from standards.planning.site_choice import site_table
from standards.planning.tables import FAR, Costs, shared_out, together

Of = Literal["channels", "schools"]


@dataclass(frozen=True)
class Goal:
    """So many channels or whole schools ready: a `share` of all (0 to 1) or a `number`; or the most below `ceiling` VND
    in the first year, with VAT.
    """

    of: Of
    share: Fraction | None = None
    number: int | None = None
    ceiling: int | None = None

    def needed(self, total: int) -> int:
        """How many of `total` have to be ready; all under a ceiling."""
        if self.share is not None:
            return -(-total * self.share.numerator // self.share.denominator)
        return total if self.number is None else self.number


@dataclass(frozen=True)
class LeftOut:
    """A camera that no plan can count as made ready, and why: the first reason there is."""

    camera: Camera
    why: Why


@dataclass(frozen=True)
class Plan:
    """What to do. `chosen` are made ready for `cost`; `ready` were so before; `total` are all that count, `wanted` how
    many of the goal's kind have to be ready, `reached` how many are. `free`: what needs no money, whatever the goal;
    `free_by_supplier` of them because a supplier pays. `later`: costs known, not chosen. `left_out`: not known.
    """

    goal: Goal
    total: int
    ready: int
    wanted: int
    reached: int
    chosen: tuple[Camera, ...]
    cost: Cost
    free: tuple[Camera, ...]
    free_by_supplier: int
    later: tuple[Camera, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def met(self) -> bool:
        """True when the goal is reached; a ceiling always is."""
        return self.goal.ceiling is not None or self.reached >= self.wanted


@dataclass(frozen=True)
class _Choice:
    """The cameras chosen; of the kind of the goal `total` count, `before` are ready without them, `made` by them."""

    chosen: tuple[Camera, ...]
    total: int
    before: int
    made: int


def make_plan(cameras: Iterable[Camera], book: PriceBook | None, goal: Goal) -> Plan:
    """The plan over these cameras, each counted once, all of which count for the goal."""
    known = tuple(sorted(cameras, key=lambda camera: camera.key))
    sites = _Sites(known, book)
    choice = _schools(known, book, goal) if goal.of == "schools" else _channels(known, sites, goal)
    chosen = {camera.key for camera in choice.chosen}
    free = free_cameras(known, book)
    replaced = replaced_by(choice.chosen)
    open_ = [camera for camera in known if not camera.ready and camera.key not in chosen]
    gaps = {camera.key: wanted_by(camera, book, replaced | replaced_by((camera,))).gaps for camera in open_}
    return Plan(
        goal=goal,
        total=len(known),
        ready=sum(camera.ready for camera in known),
        wanted=goal.needed(choice.total),
        reached=choice.before + choice.made,
        chosen=choice.chosen,
        cost=cost_of(choice.chosen, book),
        free=free,
        free_by_supplier=sum(bool(cost_of((camera,), book).suppliers) for camera in free),
        later=tuple(camera for camera in open_ if not gaps[camera.key]),
        left_out=tuple(LeftOut(camera, gaps[camera.key][0].why) for camera in open_ if gaps[camera.key]),
    )


def free_cameras(cameras: Iterable[Camera], book: PriceBook | None) -> tuple[Camera, ...]:
    """The most cameras that can be made ready for nothing, by key."""
    tables = (site_table(of_site, book) for of_site in _by_site(cameras))
    found = (camera for table in tables for camera in table.pick((int((table.costs <= 0).sum()) - 1,)))
    return tuple(sorted(found, key=lambda camera: camera.key))


def _by_site(cameras: Iterable[Camera]) -> list[list[Camera]]:
    """Those that are judged and not ready, of each site."""
    sites: dict[str, list[Camera]] = {}
    for camera in cameras:
        if camera.judged and not camera.ready:
            sites.setdefault(camera.home.site, []).append(camera)
    return [sites[site] for site in sorted(sites)]


def _channels(known: Sequence[Camera], sites: _Sites, goal: Goal) -> _Choice:
    before = sum(camera.ready for camera in known)
    if goal.ceiling is not None:
        number = sites.most(goal.ceiling)
    else:
        least = min(max(0, goal.needed(len(known)) - before), sites.size)
        number = sites.most(sites.cost(least))
    return _Choice(sites.pick(number), len(known), before, number)


def _schools(known: Sequence[Camera], book: PriceBook | None, goal: Goal) -> _Choice:
    """Whole schools, the cheapest first; those without a camera that counts are no schools here."""
    schools: dict[str, list[Camera]] = {}
    for camera in known:
        schools.setdefault(camera.school, []).append(camera)
    left = {school: [c for c in of_it if not c.ready] for school, of_it in schools.items()}
    before = sum(not cameras for cameras in left.values())
    costs = {school: cost_of(cameras, book) for school, cameras in left.items() if cameras}
    priced = sorted((cost.first_year, school) for school, cost in costs.items() if cost.known)
    wanted = max(0, goal.needed(len(schools)) - before)
    chosen, spent = list[str](), 0
    for cost, school in priced:
        enough = spent + cost > goal.ceiling if goal.ceiling is not None else len(chosen) >= wanted and cost > 0
        if enough:
            break
        chosen.append(school)
        spent += cost
    cameras = tuple(sorted((c for school in chosen for c in left[school]), key=lambda camera: camera.key))
    return _Choice(cameras, len(schools), before, len(chosen))


class _Sites:
    """All sites: the least cost of making so many of their cameras ready, and by which."""

    def __init__(self, cameras: Sequence[Camera], book: PriceBook | None) -> None:
        self._book = book
        self._cameras = _by_site(cameras)
        tables = [_reachable(site_table(of_site, book).costs) for of_site in self._cameras]
        self._levels = [tables]
        while len(self._levels[-1]) > 2:  # the last two are joined for the numbers that are asked for alone
            below = self._levels[-1]
            pairs = [together(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)]
            self._levels.append([*pairs, *below[len(pairs) * 2 :]])

    @property
    def size(self) -> int:
        """The most cameras that can be made ready."""
        return sum(len(costs) - 1 for costs in self._levels[0])

    def cost(self, number: int) -> int:
        """The least cost of making so many ready."""
        top = self._levels[-1]
        if len(top) < 2:
            return int(top[0][number]) if top else 0
        return shared_out(top[0], top[1], number)[0]

    def most(self, ceiling: int) -> int:
        """The most cameras for no more than that: a camera less never costs more, so it is found by halving."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.cost(middle) <= ceiling else (low, middle - 1)
        return low

    def pick(self, number: int) -> tuple[Camera, ...]:
        """Cameras that reach this number for the least cost, by key."""
        top = self._levels[-1]
        numbers = [number] if len(top) == 1 else []
        if len(top) == 2:
            first = shared_out(top[0], top[1], number)[1]
            numbers = [first, number - first]
        for below in reversed(self._levels[:-1]):
            numbers = [n for place, one in enumerate(numbers) for n in _split(below, place, one)]
        chosen = (site_table(self._cameras[place], self._book).pick((n,)) for place, n in enumerate(numbers) if n)
        return tuple(sorted((camera for site in chosen for camera in site), key=lambda camera: camera.key))


def _split(below: Sequence[Costs], place: int, number: int) -> tuple[int, ...]:
    """How many of `number` each of the (one or two) tables has that were joined at this place."""
    pair = below[2 * place : 2 * place + 2]
    if len(pair) == 1:
        return (number,)
    first = shared_out(pair[0], pair[1], number)[1]
    return (first, number - first)


def _reachable(costs: Costs) -> Costs:
    """Without the numbers at the end that cannot be reached."""
    return costs[: int((costs < FAR).sum())]
