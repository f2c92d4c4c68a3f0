"""The figures of a place at a moment: all that the papers of a period say, as one value. Frozen; JSON both ways.

Strategy: papers, screens, sheets and answers of the API are made of this value and count nothing themselves, so all of
them say the same. Frozen figures are its canonical JSON (keys in order, no spaces), known by the SHA-256 of these
bytes. Texts are in both languages, times in UTC, money in whole VND.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter

from camera_registry.services.acceptance import canonical
from standards.model import Text
from standards.readiness import Share

FORM = 1
"""Which shape the JSON has; another number when a field is given another meaning."""
Kind = Literal["plan", "half_year", "year_end"]
Size = Literal["below_720p", "720p", "1080p", "4mp", "unknown"]
Codec = Literal["h264", "h265", "other", "unknown"]
SIZES: tuple[Size, ...] = ("below_720p", "720p", "1080p", "4mp", "unknown")
CODECS: tuple[Codec, ...] = ("h264", "h265", "other", "unknown")
CostState = Literal["known", "no_book", "no_price", "survey", "supplier", "not_offered"]
"""Whether the cost of a finding is known, else why it is not."""


@dataclass(frozen=True)
class Counts:
    """Cameras, each counted once; the names are those of the overview."""

    cameras: int = 0
    offered: int = 0
    checked: int = 0
    compliant: int = 0
    reconfigure: int = 0
    repair: int = 0
    replace: int = 0
    unverified: int = 0
    ready: int = 0
    slow_line: int = 0
    line_not_known: int = 0

    @property
    def compliant_of_checked(self) -> Share:
        """Đáp ứng / đã kiểm tra."""
        return Share(self.compliant, self.checked)

    @property
    def ready_of_offered(self) -> Share:
        """Sẵn sàng / thuộc diện kết nối."""
        return Share(self.ready, self.offered)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))


@dataclass(frozen=True)
class Hardware:
    """What the cameras are: how many of each class. A year or an owner that nobody registered is ""."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    codecs: Mapping[str, int] = field(default_factory=dict)
    years: Mapping[str, int] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Hardware) -> Hardware:
        return Hardware(*(_sum(getattr(self, each.name), getattr(other, each.name)) for each in fields(Hardware)))


@dataclass(frozen=True, kw_only=True)
class SchoolFigures:
    """One school; `levels` as registered ("TH; THCS"). `previous`: what was frozen of it for the period before."""

    code: str
    name: str
    unit_code: str
    unit: str
    levels: str
    private: bool
    devices: int
    counts: Counts
    hardware: Hardware
    previous: Counts | None = None


@dataclass(frozen=True, kw_only=True)
class At:
    """Where a row stands; `channel` like DG-01/5, the device alone where it is meant as a whole; `place` is the name of
    the camera, `area` a code.
    """

    school_code: str
    school: str
    site: str
    channel: str
    place: str
    area: str


@dataclass(frozen=True, kw_only=True)
class Failed(At):
    """One deciding finding that fails (PL3). `camera` as in `listed.Unit`; `cost` is of this finding as if it were
    alone, with VAT.
    """

    camera: str | None
    stream: str
    rule: str
    title: Text
    measured: Text
    required: Text
    document: str
    clause: str
    state: str
    seen_at: datetime | None
    fix: str
    fix_text: Text
    actor: str
    official: bool
    waiver: str
    cost: int | None
    cost_state: CostState

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by from one period to the next."""
        return (self.school_code, self.channel, self.stream, self.rule)

    @property
    def thing(self) -> str:
        """What it is about: its camera, else the device."""
        return self.camera or f"{self.school_code}/{self.channel}"


@dataclass(frozen=True, kw_only=True)
class NotChecked(At):
    """One camera, or device without cameras, of which nothing is known now (PL4)."""

    reason: Text
    attempts: int
    last_attempt: datetime | None
    last_answered: datetime | None
    fix: str
    fix_text: Text
    actor: str


@dataclass(frozen=True, kw_only=True)
class Exempted:
    """A waiver that is asked for, or has been given and not lapsed (PL5). `state` is a standing of waivers."""

    number: int
    scope: str
    school_code: str
    school: str
    channel: str
    rule: str
    title: Text
    reason: str
    begins: date
    ends: date
    state: str
    decided_by: str


@dataclass(frozen=True)
class Money:
    """VND before VAT, and the VAT."""

    net: int = 0
    vat: int = 0

    @property
    def total(self) -> int:
        """With VAT."""
        return self.net + self.vat

    def __add__(self, other: Money) -> Money:
        return Money(self.net + other.net, self.vat + other.vat)


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """One line of the estimate (PL6). `charged`: once or yearly; `vat` is of the whole line."""

    item: str
    content: Text
    requirement: Text | None
    unit: Text
    quantity: int
    price: int
    net: int
    vat: int
    charged: str
    firm: str
    document: str
    dated: date


@dataclass(frozen=True)
class SchoolCost:
    """What the failures of one public school cost; more where it is not `known`."""

    code: str
    once: int
    yearly: int
    known: bool


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What it costs to make all offered cameras of public schools ready. Without a book (`book` "") nothing is known.
    `gaps`: costs that are not known, by why; `free`: cameras that cost nothing; `suppliers`: who does how many for
    nothing; `private`: what private schools cost, in no total.
    """

    book: str = ""
    book_title: Text | None = None
    book_date: date | None = None
    book_sha256: str = ""
    lines: tuple[CostLine, ...] = ()
    once: Money = Money()
    yearly: Money = Money()
    gaps: Mapping[str, int] = field(default_factory=dict)
    free: int = 0
    suppliers: Mapping[str, int] = field(default_factory=dict)
    schools: tuple[SchoolCost, ...] = ()
    private: Money = Money()

    @property
    def total(self) -> Money:
        """What the first year takes."""
        return self.once + self.yearly


@dataclass(frozen=True, kw_only=True)
class Proposed(At):
    """One camera that is offered for connection and ready (PL7); width and height 0, fps None: not known."""

    codec: str
    width: int
    height: int
    fps: float | None
    line_known: bool


@dataclass(frozen=True)
class Previous:
    """The frozen figures that these are compared with. `mended`: findings that failed then and do not now, of cameras
    that could be checked; `new`: those that fail now and did not then.
    """

    number: str
    at: datetime
    counts: Counts
    mended: int
    new: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A place at a moment. `unit_code` "" is the city; `working_values`: values that decide are working values.
    `connected`: cameras that the centre has connected (None: not asked). `cut`: schools that were erased since.
    """

    form: int = FORM
    unit_code: str
    unit: str
    at: datetime
    edition: str
    edition_title: Text
    edition_sha256: str
    working_values: bool
    counts: Counts
    hardware: Hardware
    schools: tuple[SchoolFigures, ...]
    failed: tuple[Failed, ...]
    not_checked: tuple[NotChecked, ...]
    exempted: tuple[Exempted, ...]
    costs: Costs
    proposed: tuple[Proposed, ...]
    previous: Previous | None = None
    connected: int | None = None
    cut: int = 0


def to_bytes(figures: Figures) -> bytes:
    """The canonical JSON, UTF-8: the same figures are the same bytes."""
    return canonical(_adapter().dump_python(figures, mode="json"))


def from_bytes(body: bytes) -> Figures:
    """The inverse of `to_bytes`. Raises ValueError for what is no figures."""
    return _adapter().validate_json(body)


def without_school(figures: Figures, code: str) -> Figures:
    """The figures without the rows and the name of a school that is erased; the numbers of the whole stay."""
    return replace(
        figures,
        schools=tuple(each for each in figures.schools if each.code != code),
        costs=replace(figures.costs, schools=tuple(each for each in figures.costs.schools if each.code != code)),
        cut=figures.cut + any(each.code == code for each in figures.schools),
        failed=tuple(row for row in figures.failed if row.school_code != code),
        not_checked=tuple(row for row in figures.not_checked if row.school_code != code),
        exempted=tuple(row for row in figures.exempted if row.school_code != code),
        proposed=tuple(row for row in figures.proposed if row.school_code != code),
    )


def sha256_of(body: bytes) -> str:
    """By what frozen figures are known."""
    return hashlib.sha256(body).hexdigest()


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Figures]:
    return TypeAdapter(Figures)


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys((*one, *other))}
