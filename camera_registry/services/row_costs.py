"""What curing the failures of the list costs, by the price book: of one row as if it were alone, and of many together.
Pure.

Strategy: a row says only its fix and its rule, so one is priced like another of the same kind; what was found once is
kept. Many rows become cameras as the planner sees them, so that what they share is paid once and what a replacement
makes unnecessary is not paid at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from camera_registry.services.actors import supplied
from camera_registry.services.listed import RowCost, Unit
from camera_registry.services.plan import Basis
from standards import Edition
from standards.planning.costs import Camera, Cost, Entry, Need, cost_of
from standards.planning.costs import Unit as Placed
from standards.planning.prices import PriceBook

_ALONE = "-"
Seen = tuple[str, str, str, bool | None, str | None]


class Prices:
    """The prices of a basis; each kind of row is worked out once."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._today = basis.today
        self._found: dict[Seen, RowCost] = {}

    def every(self, rows: Iterable[Unit]) -> Iterator[Unit]:
        """The same rows in the same order, each with what it costs alone."""
        for row in rows:
            yield replace(row, cost=self.of(row))

    def of(self, row: Unit) -> RowCost:
        """What this row costs alone."""
        pays = self._supplier(row)
        seen = (row.fix, row.rule, row.device_kind, row.outdoor, pays)
        if seen not in self._found:
            unit = Placed(_ALONE, _ALONE, row.device_kind, _ALONE, row.outdoor, pays)
            one = Camera(_ALONE, "", (Entry(unit, (Need(row.fix, row.rule),)),))
            self._found[seen] = _row_cost(cost_of((one,), self._basis.book), pays)
        return self._found[seen]

    def together(self, rows: Sequence[Any]) -> Cost:
        """The bill of these rows of `store.listing_groups.to_price`, what they share paid once."""
        return cost_of(_cameras(rows, self._supplier), self._basis.book)

    def _supplier(self, row: Any) -> str | None:
        return row.maintainer if supplied(row.owner, row.warranty_until, self._today) else None


@dataclass(frozen=True)
class Pricing:
    """The price book (None: no cost is known) and the zone whose day it is: what prices are made of at any moment."""

    book: PriceBook | None
    zone: tzinfo

    def basis(self, edition: Edition, now: datetime) -> Basis:
        """What money is counted with at this moment."""
        return Basis(self.book, edition, now, self.zone)

    def every(self, rows: Iterable[Unit], edition: Edition, now: datetime) -> Iterator[Unit]:
        """The same rows in the same order, each with what it costs alone."""
        return Prices(self.basis(edition, now)).every(rows)


def _row_cost(cost: Cost, pays: str | None) -> RowCost:
    if cost.favours:
        return RowCost(0, 0, supplier=pays)
    if any(gap.why == "no_price" for gap in cost.gaps):
        return RowCost()
    return RowCost(cost.once.total, cost.yearly.total, least=bool(cost.gaps))


def _cameras(rows: Sequence[Any], supplier: Any) -> tuple[Camera, ...]:
    """Each camera once, the place where it is counted first; what fails on a device as a whole fails on each of its
    channels that has a row, as the planner has it, and stands alone where none has.
    """
    whole: dict[str, dict[Need, None]] = {}
    found: dict[int, dict[tuple[str, int], tuple[Any, dict[Need, None]]]] = {}
    for row in rows:
        need, device = Need(row.fix, row.rule), f"{row.school_code}/{row.device_code}"
        if row.channel_index == 0:
            whole.setdefault(device, {})[need] = None
        entries = found.setdefault(row.camera, {})
        entries.setdefault((device, row.channel_index), (row, {}))[1][need] = None
    with_channels = {device for entries in found.values() for device, index in entries if index}
    made = []
    for camera, entries in found.items():
        ordered = sorted(entries.items(), key=lambda entry: (entry[1][0].channel_id != camera, entry[0]))
        units = [
            Entry(_placed(row, device, index, supplier), tuple({**needs, **whole.get(device, {})}))
            for (device, index), (row, needs) in ordered
            if index or device not in with_channels
        ]
        if units:
            made.append(Camera(units[0].unit.key, ordered[0][1][0].school_code, tuple(units)))
    return tuple(made)


def _placed(row: Any, device: str, index: int, supplier: Any) -> Placed:
    return Placed(
        key=f"{device}/{index}" if index else device,
        device=device,
        device_kind=row.device_kind,
        site=f"{row.school_code}/{row.site}",
        outdoor=row.outdoor,
        supplier=supplier(row),
    )
