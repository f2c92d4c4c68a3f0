"""One site: the table of least costs of making so many of its cameras ready. Pure.

Strategy: a camera has costs of its own, parts of its device and parts of its site. Every choice of which shared parts
to pay for is tried (the price book holds few), and with it every camera that needs no others. A device is left as it is
or replaced; only a camera that needs it replaced makes it so, and then its settings cost nothing on all its channels.
Cameras that share nothing with others of their device stand at the site directly.

One thing is not shared in this table, though it is in the bill: a part of the own device of cameras that are counted at
a recorder (`recorded_as`), where that device has several of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from standards.planning.costs import Camera, PartKey, replaced_by, wanted_by
from standards.planning.prices import PriceBook, Use
from standards.planning.tables import Table, both, leaf, least, raised, settled, some

Parts = dict[PartKey, Use]


@dataclass(frozen=True)
class _Choice:
    """One camera made ready: its own cost, and the parts it shares with others of its device and of its site."""

    camera: Camera
    cost: int
    of_device: Parts
    of_site: Parts


@dataclass(frozen=True)
class _Group:
    """The cameras of one device: left as it is; replaced, those that make it so and the others."""

    kept: tuple[_Choice, ...]
    causing: tuple[_Choice, ...]
    spared: tuple[_Choice, ...]

    @property
    def choices(self) -> tuple[_Choice, ...]:
        """All of them."""
        return (*self.kept, *self.causing, *self.spared)


def site_table(cameras: Iterable[Camera], book: PriceBook | None) -> Table:
    """The table of one site over those of its cameras that are not ready and whose costs are known; one axis."""
    ordered = sorted(cameras, key=lambda camera: (camera.home.device, camera.key))
    groups: list[_Group] = []
    loose: list[_Choice] = []
    for _, of_device in groupby(ordered, key=lambda camera: camera.home.device):
        group = _group(tuple(of_device), book)
        if group.causing or any(choice.of_device for choice in group.kept):
            groups.append(group)
        else:
            loose += group.kept
    every = (*loose, *(choice for group in groups for choice in group.choices))
    serving, fixed = _parts(choice.of_site for choice in every)
    tables = []
    for paid in _unions(choice.of_site.keys() & fixed.keys() for choice in every):
        able = [choice for choice in loose if _within(choice.of_site, fixed, paid)]
        table = _leaves(able, serving, {})
        for group in groups:
            table = both(table, _device(group, serving, fixed, paid))
        for use in reversed(serving.values()):
            table = settled(table, use)
        tables.append(raised(table, _price(fixed, paid)))
    return least(tables)


def _group(cameras: tuple[Camera, ...], book: PriceBook | None) -> _Group:
    device = frozenset((cameras[0].home.device,))
    if len(cameras) == 1:
        return _Group(_choices(cameras, book, frozenset(), alone=True), (), ())
    causing = tuple(camera for camera in cameras if camera.entries[0].replaced)
    others = tuple(camera for camera in cameras if not camera.entries[0].replaced)
    kept = _choices(others, book, frozenset())
    if not causing:
        return _Group(kept, (), ())
    return _Group(kept, _choices(causing, book, device), _choices(others, book, device))


def _choices(
    cameras: Iterable[Camera], book: PriceBook | None, replaced: frozenset[str], *, alone: bool = False
) -> tuple[_Choice, ...]:
    """Those whose costs are known, while the device is replaced or not; `alone`: no other shares the device."""
    found = []
    for camera in cameras:
        wanted = wanted_by(camera, book, replaced | replaced_by((camera,)))
        if wanted.gaps:
            continue
        cost, of_device, of_site = 0, Parts(), Parts()
        for part in wanted.parts:
            if part.use.per == "site":
                of_site[part.key] = part.use
            elif part.use.per == "device" and part.place == camera.home.device and not alone:
                of_device[part.key] = part.use
            else:
                cost += part.price
        found.append(_Choice(camera, cost, of_device, of_site))
    return tuple(found)


def _device(group: _Group, site_serving: Parts, site_fixed: Parts, site_paid: frozenset[PartKey]) -> Table:
    """The table of one device, over the parts of its site that serve several."""
    serving, fixed = _parts(choice.of_device for choice in group.choices)
    tables = []
    for paid in _unions(choice.of_device.keys() & fixed.keys() for choice in group.choices):
        kept, causing, spared = (
            _leaves([c for c in choices if _within(c.of_site, site_fixed, site_paid)
                     and _within(c.of_device, fixed, paid)], site_serving, serving)
            for choices in (group.kept, group.causing, group.spared)
        )  # fmt: skip
        table = least((kept, both(some(causing), spared))) if group.causing else kept
        for use in reversed(serving.values()):
            table = settled(table, use)
        tables.append(raised(table, _price(fixed, paid)))
    return least(tables)


def _leaves(choices: Sequence[_Choice], of_site: Parts, of_device: Parts) -> Table:
    """The table of cameras that share nothing but the parts that serve several."""
    alike: dict[tuple[bool, ...], list[tuple[int, Camera]]] = {}
    for choice in choices:
        uses = (*(key in choice.of_site for key in of_site), *(key in choice.of_device for key in of_device))
        alike.setdefault(uses, []).append((choice.cost, choice.camera))
    table = leaf((), (False,) * (len(of_site) + len(of_device)))
    for uses in sorted(alike):
        table = both(table, leaf(alike[uses], uses))
    return table


def _parts(shared: Iterable[Parts]) -> tuple[Parts, Parts]:
    """The different parts by key: those that serve so many, and those that serve all."""
    found: Parts = {}
    for parts in shared:
        found |= parts
    serving = {key: found[key] for key in sorted(found) if found[key].serves}
    return serving, {key: found[key] for key in sorted(found) if key not in serving}


def _unions(sets: Iterable[Iterable[PartKey]]) -> list[frozenset[PartKey]]:
    """Everything that may be worth paying for: nothing, and whatever some of the cameras need together."""
    found: dict[frozenset[PartKey], None] = {frozenset(): None}
    for one in dict.fromkeys(map(frozenset, sets)):
        found |= dict.fromkeys([one | other for other in found])
    return sorted(found, key=lambda union: (len(union), sorted(union)))


def _within(needed: Parts, fixed: Parts, paid: frozenset[PartKey]) -> bool:
    return all(key in paid for key in needed if key in fixed)


def _price(fixed: Parts, paid: frozenset[PartKey]) -> int:
    return sum(fixed[key].item.amount.times(fixed[key].quantity).total for key in paid)
