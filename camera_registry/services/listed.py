"""The values of the lists: what is asked for, what comes back. Frozen; every text is in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar, get_args

from camera_registry.services.actors import ACTORS
from camera_registry.store import listing, unchecked
from camera_registry.store.places import RowKey, Wanted
from probes.errors import KINDS
from probes.told import ToldError
from standards.model import Fix, Text, VerdictName
from standards.waiving.waivers import Waived

SORTS = tuple(listing.SORTS)
UNCHECKED_SORTS = tuple(unchecked.SORTS)
DIRECTIONS = ("asc", "desc")
WAIVERS = ("none", "asked", "not_begun", "in_force", "lapsing", "lapsed")
"""By the waiver that is shown beside a row."""
FIXES: tuple[str, ...] = get_args(Fix)
VERDICTS: tuple[str, ...] = get_args(VerdictName)
LARGEST_PAGE = 200
LAST_PAGE = 1_000_000
LONGEST_WORDS = 100
MOST_SCHOOLS = 300
"""A list of more schools than this is no help; words find one, or the unit narrows them."""
MOST_ROWS = 500
"""So many rows can be chosen one by one, and be acted on in one go."""
OFFICIAL = ("yes", "no")
"""Whether a row stands in the official list (`services.official`)."""
FREE = ("yes",)
"""Rows of cameras that are made ready for nothing, whatever the prices."""
REASONS: tuple[str, ...] = (*KINDS, "cloud_only", "no_address", "finding", "skipped", "never")
"""Why something could not be checked: what cost the look, what is registered, a rule that could not be told."""
Row = TypeVar("Row")
Nothing = Literal["no_device", "none_judged"]
"""No device is registered there; or devices are, and nothing is known of any yet."""
_CLOSED: dict[str, tuple[str, ...]] = {
    "fix": FIXES,
    "verdict": VERDICTS,
    "actor": tuple(ACTORS),
    "direction": DIRECTIONS,
    "waiver": WAIVERS,
    "official": OFFICIAL,
    "free": FREE,
    "kind": REASONS,
}


class ListingError(ToldError):
    """A list was asked for that there is not. `field` is the part of the filter; `text` says what to write instead."""

    def __init__(self, field: str, text: Text) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text['en']}")


def not_one_of(field: str, value: Any, choices: Iterable[str]) -> ListingError:
    """The error of a value that is none of a closed list."""
    known, shown = ", ".join(choices), str(value)[:LONGEST_WORDS]
    return ListingError(
        field,
        {"vi": f"“{shown}” không có trong danh mục; dùng một trong: {known}.",
         "en": f"“{shown}” is not known; use one of: {known}."},
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filter(Wanted):
    """Which part of a list is wanted. Raises ListingError for a value outside the closed lists and limits; what it may
    be sorted by, each list says itself.

    `direction` None is the natural one of the sort: the worst verdict and the newest number first, else ascending.
    """

    def __post_init__(self) -> None:
        for field, choices in _CLOSED.items():
            value = getattr(self, field)
            if value is not None and value not in choices:
                raise not_one_of(field, value, choices)
        for field, most in (("page", LAST_PAGE), ("size", LARGEST_PAGE)):
            if not 1 <= getattr(self, field) <= most:
                raise ListingError(field, {"vi": f"phải từ 1 đến {most}.", "en": f"must be 1 to {most}."})
        for field in ("q", "make", "model"):
            said = getattr(self, field) or ""
            if len(said) > LONGEST_WORDS or "\0" in said:
                raise ListingError(
                    field, {"vi": f"tối đa {LONGEST_WORDS} ký tự.", "en": f"at most {LONGEST_WORDS} characters."}
                )
        if len(self.rows) > MOST_ROWS:
            raise ListingError("row", {"vi": f"tối đa {MOST_ROWS} dòng.", "en": f"at most {MOST_ROWS} rows."})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row of a list stands. `site` is empty for the main one; without `channel_index` it is the device as a
    whole. `device_kind`, `area` and `scope` are codes of `camera_registry.lists`; without an address `host` is empty.
    """

    district_code: str
    district: str
    school_code: str
    school: str
    site: str
    device_id: int
    device_code: str
    device_kind: str
    host: str
    maintainer: str
    channel_index: int | None
    channel_name: str
    area: str
    scope: str


@dataclass(frozen=True)
class RowCost:
    """What one failure costs as if it were alone, in whole VND with VAT: `once`, and `yearly` for each year; None: the
    book has no price for it. `least`: it is more, and nobody knows how much, before a survey. `supplier` (a name, or ""
    where none is registered) does it for nothing; None: nobody does.
    """

    once: int | None = None
    yearly: int | None = None
    least: bool = False
    supplier: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unit(Place):
    """One deciding finding that fails now, with everything that explains it.

    `verdict` is that of the channel, or the worst of the device. `document` and `clause` are empty, and `title` is the
    id of the rule, where the edition has this rule no longer. Times are UTC; `seen_at` None: nothing came back.
    `nights`: in how many it was seen; `official`: it stands in the official list, else `waits` says for what it waits.
    `waiver` is the one that is shown beside it, if there is one (`services.waived`). Make, model, owner, maintainer and
    the last day of the warranty are as registered; `outdoor` None: nobody said. `cost` is what curing this row alone
    takes (`services.row_costs`). `camera` names the camera by the channel it is counted at, which is another than that
    of the row where it is recorded elsewhere ("school/device/index"); None: the row is about the device as a whole.
    """

    finding_id: int
    camera: str | None
    stream: str
    rule: str
    title: Text
    verdict: VerdictName
    fix: Fix
    fix_text: Text
    actor: str
    why: Text
    measured: Text
    required: Text
    state: str
    document: str
    clause: str
    edition: str
    sha256: str
    how: str
    seen_at: datetime | None
    since: datetime
    nights: int
    official: bool
    waits: Text
    waiver: Waived | None = None
    make: str = ""
    model: str = ""
    owner: str = ""
    warranty_until: date | None = None
    outdoor: bool | None = None
    private: bool = False
    cost: RowCost = RowCost()

    @property
    def key(self) -> RowKey:
        """What names the row to a person's list of chosen ones."""
        return (self.school_code, self.device_code, self.channel_index or 0, self.rule)

    @property
    def thing(self) -> str:
        """What the row is about: its camera, else the device."""
        return self.camera or f"{self.school_code}/{self.device_code}"


class AboutOne(Protocol):
    """A row about one camera, or about a device as a whole (`camera` None)."""

    @property
    def camera(self) -> str | None:
        """The camera by the channel it is counted at."""

    @property
    def thing(self) -> str:
        """The camera, else the device."""


@dataclass(frozen=True)
class Things:
    """How many cameras, and how many devices as a whole, each once."""

    cameras: int
    devices: int

    @classmethod
    def of(cls, rows: Iterable[AboutOne]) -> Things:
        """Those that these rows are about."""
        found = {row.thing: row.camera is not None for row in rows}
        cameras = sum(found.values())
        return cls(cameras, len(found) - cameras)

    @property
    def total(self) -> int:
        """Cameras and devices together, as the list counts them."""
        return self.cameras + self.devices


@dataclass(frozen=True, kw_only=True)
class Unchecked(Place):
    """One channel, or device without channels, whose verdict is not known now, and why.

    `kind` is a kind of failure, `cloud_only`, `no_address`, `finding` (a rule could not be told), `skipped` or `never`;
    `fix` what would make it knowable (None: another look); `attempts` how often it was looked at, `last_attempt` when
    last; `rule` the first deciding rule that could not be told, if it was judged at all.
    """

    kind: str
    reason: Text
    detail: str
    rule: str | None
    title: Text
    fix: Fix | None
    fix_text: Text
    actor: str
    attempts: int
    last_attempt: datetime | None
    last_answered: datetime | None
    silent_nights: int

    @property
    def again(self) -> bool:
        """True when another look is the remedy: not where nobody looked yet, nor at once where logins are locked."""
        return self.fix is None and self.attempts > 0 and self.kind != "auth_locked"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: `total` rows in all, of `units` different channels and devices. `nothing`: why it has no row,
    where that does not mean that all is well.
    """

    rows: tuple[Row, ...]
    total: int
    units: int
    page: int
    size: int
    nothing: Nothing | None = None

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Totals:
    """Numbers for the head of a page. A camera that is also seen through a recorder counts once.

    `verdicts` has every verdict; a channel never judged is unverified.
    """

    schools: int
    devices: int
    channels: int
    verdicts: Mapping[VerdictName, int]


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what is stored, how it reads, and how many rows of the list it would give."""

    value: str
    words: Text
    rows: int


@dataclass(frozen=True)
class Choices:
    """What the filters can be set to: units, schools, rules in force; how many rows each fix and actor has."""

    districts: tuple[Choice, ...]
    schools: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    fixes: Mapping[str, int]
    actors: Mapping[str, int]
