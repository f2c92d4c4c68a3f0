"""Prices: the values of a dated price book, and which of its work answers a fix.

Strategy: an item is one thing to be paid for; a work says which items a fix takes, in which quantity, and at which
place each is shared. What is shared at a device or a site is one part there, whichever works name it, so it is paid
once: therefore it has the same quantity wherever it stands in the book. Money is whole VND, and so is the VAT of one
piece, so that sums of any order are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from standards.model import Fix, Text

Per = Literal["channel", "device", "site"]
Charged = Literal["once", "yearly"]
CHARGED: tuple[Charged, ...] = ("once", "yearly")
Kind = Literal[
    "camera", "recorder", "encoder", "switch", "cable", "labour", "disk", "line", "housing", "power", "other"
]
DeviceKind = Literal["ip_camera", "nvr", "dvr", "encoder"]
Setting = Literal["indoor", "outdoor"]
FREE_FIXES: frozenset[Fix] = frozenset({"reconfigure", "firmware", "credentials"})
"""What a person can do at a desk: a work of the book may list no items for these, and then they cost nothing."""


@dataclass(frozen=True)
class Amount:
    """Whole VND before VAT, and the VAT."""

    net: int = 0
    vat: int = 0

    @property
    def total(self) -> int:
        """With VAT."""
        return self.net + self.vat

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.net + other.net, self.vat + other.vat)

    def times(self, quantity: int) -> Amount:
        """So many of them."""
        return Amount(self.net * quantity, self.vat * quantity)


@dataclass(frozen=True)
class PriceSource:
    """Who said the price, when (a date as in the book), in which document."""

    firm: str
    date: str
    document: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing with its price in VND without VAT; `vat` in percent; `requirement` what it must fulfil, at least."""

    id: str
    name: Text
    unit: Text
    kind: Kind
    price: int
    vat: int
    charged: Charged
    source: PriceSource
    requirement: Text | None = None

    @cached_property
    def amount(self) -> Amount:
        """One piece, the VAT rounded to whole VND, halves up."""
        return Amount(self.price, (self.price * self.vat + 50) // 100)


@dataclass(frozen=True)
class Use:
    """So many pieces of an item for each channel, or once for a device or a site; with `serves`, once for every so many
    channels of that device or site which need it.
    """

    item: Item
    quantity: int
    per: Per
    serves: int = 0

    def pieces(self, channels: int) -> int:
        """How many pieces so many channels need at one place (at least one channel)."""
        return self.quantity * (-(-channels // self.serves) if self.serves else 1)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a fix takes; where `rule`, `device_kind` or `place` is said, only there."""

    fix: Fix
    uses: tuple[Use, ...] = ()
    rule: str | None = None
    device_kind: DeviceKind | None = None
    place: Setting | None = None

    def fits(self, rule: str, device_kind: str, outdoor: bool | None) -> bool:
        """True where it answers a failure of this rule on a channel like that; a place that is not known fits none."""
        place = None if outdoor is None else "outdoor" if outdoor else "indoor"
        said = ((self.rule, rule), (self.device_kind, device_kind), (self.place, place))
        return all(mine is None or mine == theirs for mine, theirs in said)

    @property
    def case(self) -> tuple[str, str, str, str]:
        """What it is for; no two works of a book are for the same."""
        return (self.fix, self.rule or "", self.device_kind or "", self.place or "")

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """How closely it is meant: a rule counts more than a kind of device, that more than a place."""
        return (self.rule is not None, self.device_kind is not None, self.place is not None)


@dataclass(frozen=True, kw_only=True)
class PriceBook:
    """A dated book of prices, valid from `date`; `sha256` is of the bytes of its file."""

    id: str
    date: str
    title: Text
    currency: str
    sha256: str
    items: tuple[Item, ...]
    works: tuple[Work, ...]
    _found: dict[tuple[str, str, str, bool | None], Work | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def work(self, fix: Fix, rule: str, device_kind: str = "", outdoor: bool | None = None) -> Work | None:
        """The work meant most closely for this failure; None when the book has none, and then its cost is unknown."""
        key = (fix, rule, device_kind, outdoor)
        if key not in self._found:
            fitting = (work for work in self.works if work.fix == fix and work.fits(rule, device_kind, outdoor))
            self._found[key] = max(fitting, key=lambda work: work.rank, default=None)
        return self._found[key]
