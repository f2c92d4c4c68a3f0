"""Costs: what the failures of cameras cost by a price book, with shared parts paid once. Pure.

Strategy: every failure becomes the parts that its work names, each at the place where it is shared (channel, device,
site). The bill of any set of cameras is made of the different parts among them: of one channel, a device, a school or
the whole city alike. So the bill of two schools is the sum of both, and the bill of a device less than that of its
channels one by one.

What replaces what: a replaced device takes its settings, firmware and login with it, on all its channels
(`SUBSUMED`); where the device is the camera itself, everything but the network (`SUBSUMED_BY_CAMERA`). What is rented
or under warranty costs nothing and names the supplier. A failure without a work in the book has an unknown cost, never
0; what is unknown, or has to be surveyed first, has unknown costs beyond the survey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from standards.model import Finding, Fix
from standards.planning.prices import Amount, Item, PriceBook, Use, Work

SUBSUMED: frozenset[Fix] = frozenset({"reconfigure", "firmware", "credentials"})
SUBSUMED_BY_CAMERA: frozenset[Fix | None] = frozenset(
    {"reconfigure", "firmware", "credentials", "repair", "survey", None}
)
PartKey = tuple[str, ...]
Why = Literal["no_price", "survey", "not_known"]
"""Why a cost is unknown: no work in the book, a survey comes first, or a deciding rule could not be told."""


@dataclass(frozen=True)
class Need:
    """One failure: its fix and its rule. Fix None: a deciding rule that could not be told."""

    fix: Fix | None
    rule: str = ""


@dataclass(frozen=True)
class Unit:
    """One registered channel as costs see it: its key, its device with the kind, its site, whether it is outdoors.
    `supplier` (a name, or "" where none is registered) pays for what is rented or under warranty; None: nobody does.
    """

    key: str
    device: str
    device_kind: str
    site: str
    outdoor: bool | None = None
    supplier: str | None = None


@dataclass(frozen=True)
class Entry:
    """What fails on one registered channel."""

    unit: Unit
    needs: tuple[Need, ...] = ()

    @property
    def replaced(self) -> bool:
        """True when its device has to be replaced."""
        return any(need.fix == "replace" for need in self.needs)


@dataclass(frozen=True)
class Camera:
    """One camera counted once: what fails where it is registered (the first is its home, further ones when it is
    registered itself and seen through a recorder), and what its site needs before any camera there is ready. `judged`
    is False while nobody knows whether it is compliant.
    """

    key: str
    school: str
    entries: tuple[Entry, ...]
    of_site: tuple[Need, ...] = ()
    judged: bool = True

    @property
    def ready(self) -> bool:
        """True when nothing is left to do."""
        return self.judged and not self.of_site and not any(entry.needs for entry in self.entries)

    @property
    def home(self) -> Unit:
        """Where it is counted."""
        return self.entries[0].unit


@dataclass(frozen=True)
class Part:
    """One thing to buy or do for a work, at the place (key of a channel, device or site) where it is shared."""

    use: Use
    place: str
    school: str
    work: Work

    @property
    def key(self) -> PartKey:
        """Parts with the same key are one: what is shared is one for all works, what a channel has is for one work."""
        return (self.use.per, self.place, self.use.item.id, *(self.work.case if self.use.per == "channel" else ()))

    @property
    def price(self) -> int:
        """What it costs with VAT where one camera has it alone."""
        return self.use.item.amount.times(self.use.pieces(1)).total


@dataclass(frozen=True)
class Gap:
    """A cost that is not known, and why."""

    need: Need
    why: Why


@dataclass(frozen=True)
class Favour:
    """A fix of one camera that its supplier pays for."""

    supplier: str
    camera: str
    fix: Fix


@dataclass(frozen=True)
class Wanted:
    """What one camera needs: parts, what is not known, and what suppliers pay for."""

    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    favours: tuple[Favour, ...]


@dataclass(frozen=True)
class Line:
    """So many pieces of an item at one place, for so many cameras."""

    part: Part
    quantity: int
    cameras: int

    @property
    def item(self) -> Item:
        """What is paid for."""
        return self.part.use.item

    @property
    def amount(self) -> Amount:
        """What it costs."""
        return self.item.amount.times(self.quantity)


@dataclass(frozen=True)
class Cost:
    """What a set of cameras costs: `once`, and `yearly` for each year; never less than that, and more where there are
    `gaps`. `favours`: what is rented or under warranty.
    """

    lines: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    favours: tuple[Favour, ...] = ()

    @property
    def once(self) -> Amount:
        """What is paid once."""
        return sum((line.amount for line in self.lines if line.item.charged == "once"), Amount())

    @property
    def yearly(self) -> Amount:
        """What is paid every year."""
        return sum((line.amount for line in self.lines if line.item.charged == "yearly"), Amount())

    @property
    def first_year(self) -> int:
        """What the first year takes, with VAT: plans compare by this."""
        return self.once.total + self.yearly.total

    @property
    def known(self) -> bool:
        """True when nothing of it is unknown."""
        return not self.gaps

    @property
    def suppliers(self) -> tuple[tuple[str, int], ...]:
        """Who pays for what is rented or under warranty, and for how many cameras."""
        cameras = {(favour.supplier, favour.camera) for favour in self.favours}
        return tuple(sorted(Counter(supplier for supplier, _ in cameras).items()))

    def of(self, fix: Fix) -> Cost:
        """What stands under this fix, known or not; all fixes together are the whole, and what could not be told."""
        return Cost(
            lines=tuple(line for line in self.lines if line.part.work.fix == fix),
            gaps=tuple(gap for gap in self.gaps if gap.need.fix == fix),
            favours=tuple(favour for favour in self.favours if favour.fix == fix),
        )


def needs_of(findings: Iterable[Finding]) -> tuple[Need, ...]:
    """What deciding findings of one channel (with those of its device) ask for; an unknown one asks to be told."""
    deciding = [f for f in findings if f.decides]
    failed = {Need(f.fix or "survey", f.rule): None for f in deciding if f.outcome == "fail"}
    open_ = {Need(None, f.rule): None for f in deciding if f.outcome == "unknown"}
    return (*failed, *(open_ if failed else ()))


def cost_of_channel(findings: Iterable[Finding], unit: Unit, book: PriceBook | None) -> Cost:
    """What the failures of one channel cost, as if it shared nothing. Without a book nothing is known."""
    return cost_of((Camera(unit.key, "", (Entry(unit, needs_of(findings)),)),), book)


def cost_of(cameras: Iterable[Camera], book: PriceBook | None) -> Cost:
    """The bill of these cameras together, shared parts paid once."""
    all_of_them = tuple(cameras)
    replaced = replaced_by(all_of_them)
    wanted = [wanted_by(camera, book, replaced) for camera in all_of_them]
    first: dict[PartKey, Part] = {}
    served: dict[PartKey, int] = {}
    for part in (part for one in wanted for part in one.parts):
        first.setdefault(part.key, part)
        served[part.key] = served.get(part.key, 0) + 1
    return Cost(
        lines=tuple(Line(part, part.use.pieces(served[key]), served[key]) for key, part in first.items()),
        gaps=tuple(gap for one in wanted for gap in one.gaps),
        favours=tuple(favour for one in wanted for favour in one.favours),
    )


def replaced_by(cameras: Iterable[Camera]) -> frozenset[str]:
    """The devices that are replaced when all these cameras are made ready."""
    return frozenset(entry.unit.device for camera in cameras for entry in camera.entries if entry.replaced)


def fixes_of(cameras: Iterable[Camera]) -> tuple[dict[Fix, int], int]:
    """How many of these cameras each fix concerns, and at how many a replacement makes another fix unnecessary."""
    all_of_them = tuple(cameras)
    replaced = replaced_by(all_of_them)
    counted: Counter[Fix] = Counter()
    spared = 0
    for camera in all_of_them:
        left = [need for _, need in needed(camera, replaced)]
        counted.update({need.fix for need in left if need.fix is not None})
        asked = (*camera.of_site, *(need for entry in camera.entries for need in entry.needs))
        spared += len(set(left)) < len(set(asked))
    return dict(counted), spared


def wanted_by(camera: Camera, book: PriceBook | None, replaced: frozenset[str]) -> Wanted:
    """What this camera needs while the devices `replaced` are replaced; every part once."""
    parts: dict[PartKey, Part] = {}
    gaps: list[Gap] = []
    favours: dict[Favour, None] = {}
    for entry, need in needed(camera, replaced):
        unit = entry.unit
        if need.fix is None:
            gaps.append(Gap(need, "not_known"))
            continue
        if need.fix == "survey":
            gaps.append(Gap(need, "survey"))
        if unit.supplier is not None:
            favours[Favour(unit.supplier, camera.key, need.fix)] = None
            continue
        work = book.work(need.fix, need.rule, unit.device_kind, unit.outdoor) if book else None
        if work is None:
            gaps.append(Gap(need, "no_price"))
            continue
        places = {"channel": unit.key, "device": unit.device, "site": camera.home.site}
        for part in (Part(use, places[use.per], camera.school, work) for use in work.uses):
            parts.setdefault(part.key, part)
    if not camera.judged:
        gaps.append(Gap(Need(None), "not_known"))
    return Wanted(tuple(parts.values()), tuple(gaps), tuple(favours))


def needed(camera: Camera, replaced: frozenset[str]) -> Iterator[tuple[Entry, Need]]:
    """The needs that stay while the devices `replaced` are replaced, each with the place that has it; those of the site
    first, which no supplier and no replacement takes away.
    """
    home = camera.home
    at_site = Entry(Unit(camera.key, home.device, "", home.site))
    for need in camera.of_site:
        yield at_site, need
    elsewhere = {need.rule for entry in camera.entries[1:] for need in entry.needs if need.rule}
    for place, entry in enumerate(camera.entries):
        for need in entry.needs:
            asked_at_camera = place == 0 and need.fix in ("survey", None) and need.rule in elsewhere
            if not asked_at_camera and not _subsumed(entry.unit, need, replaced):
                yield entry, need


def _subsumed(unit: Unit, need: Need, replaced: frozenset[str]) -> bool:
    if unit.device not in replaced or need.fix == "replace":
        return False
    return need.fix in (SUBSUMED_BY_CAMERA if unit.device_kind == "ip_camera" else SUBSUMED)
