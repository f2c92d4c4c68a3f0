"""Waivers (Ngoại lệ có thời hạn): an accepted exception to a failed rule, and what it is at a moment. Pure.

Strategy: a waiver is what people said, with the time of each word: asked, decided, withdrawn, each once and never
changed. Everything else is worked out when it is read, so that nothing is rewritten when one lapses or a request goes
up: the days of a waiver are those of its own zone, both included.

    asked -> refused
          -> approved: not_begun -> in_force -> lapsing (still in force) -> lapsed
    asked or approved -> withdrawn

A request waits at a level (school, district, city) and goes up by itself when it has waited so many working days there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args
from unicodedata import normalize
from zoneinfo import ZoneInfo

from standards.waiving.working_days import WorkingDays

Level = Literal["school", "district", "city"]
ScopeKind = Literal["channel", "device", "model", "school", "district"]
StandingName = Literal["asked", "refused", "withdrawn", "not_begun", "in_force", "lapsing", "lapsed"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""Who may decide, the lowest first."""
SCOPES: tuple[ScopeKind, ...] = get_args(ScopeKind)
"""What a waiver may be for, the narrowest first."""
STANDINGS: tuple[StandingName, ...] = get_args(StandingName)
KEYS: Mapping[ScopeKind, tuple[str, ...]] = {
    "channel": ("school", "device", "channel"),
    "device": ("school", "device"),
    "model": ("make", "model"),
    "school": ("school",),
    "district": ("district",),
}
"""What of a place names a scope."""
FIRST_SHOWN: tuple[StandingName, ...] = ("in_force", "not_begun", "asked", "lapsed")
"""What is shown beside a failed rule where several waivers are about it; refused and withdrawn ones never are."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a finding stands, by public codes; without `device` it is about a site or a school. `channel` is an index;
    `make` and `model` are as registered.
    """

    district: str = ""
    school: str = ""
    device: str = ""
    channel: int | None = None
    make: str = ""
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Scope(Place):
    """What a waiver is for: the parts of a place that `KEYS` names for its kind. Others only say where that is."""

    kind: ScopeKind

    def covers(self, place: Place) -> bool:
        """True when the place is in this scope. A device whose make or model nobody registered is of no model."""
        return all(_same(key, getattr(self, key), getattr(place, key)) for key in KEYS[self.kind])


@dataclass(frozen=True)
class Decision:
    """What a person of a level decided, when and why."""

    approved: bool
    by: str
    level: Level
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Withdrawal:
    """Who took a waiver back, when and why."""

    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """An exception to one rule within a scope, from the day `begins` until the day `ends` in `zone`, both included.
    `level` is who was asked first. `number` is how people name it.
    """

    number: int = 0
    rule: str
    scope: Scope
    reason: str
    begins: date
    ends: date
    zone: str
    level: Level
    asked_by: str
    asked_at: datetime
    decision: Decision | None = None
    withdrawal: Withdrawal | None = None

    def day(self, at: datetime) -> date:
        """The day that `at` belongs to in the zone of the waiver."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True)
class Terms:
    """The settings: the longest time of a waiver, from when before its end it is about to lapse, how many working days
    a request may wait at a level, and which days are worked.
    """

    longest_days: int = 365
    warn_days: int = 14
    escalate_after: int = 5
    working: WorkingDays = field(default_factory=WorkingDays)


@dataclass(frozen=True)
class Standing:
    """What a waiver is at a moment. Of a request: the level that has it, and the last day before it goes up by itself
    (None: it does not). Of one in force: how many days it still holds, today included.
    """

    name: StandingName
    level: Level | None = None
    until: date | None = None
    days_left: int | None = None


@dataclass(frozen=True)
class Waived:
    """A waiver, and what it is at the moment at which it is shown."""

    waiver: Waiver
    standing: Standing


def standing(waiver: Waiver, now: datetime, terms: Terms) -> Standing:
    """What the waiver is at `now`, which may be past."""
    name = phase(waiver, now)
    if name == "asked":
        level, until = waits_at(waiver, now, terms)
        return Standing(name, level, until)
    if name == "in_force":
        left = (waiver.ends - waiver.day(now)).days + 1
        return Standing("lapsing" if left <= terms.warn_days else name, days_left=left)
    return Standing(name)


def phase(waiver: Waiver, now: datetime) -> StandingName:
    """What the waiver is at `now` by what was said until then and by its days; one about to lapse is in force."""
    if waiver.withdrawal is not None and waiver.withdrawal.at <= now:
        return "withdrawn"
    if waiver.decision is None or now < waiver.decision.at:
        return "asked"
    if not waiver.decision.approved:
        return "refused"
    today = waiver.day(now)
    if today < waiver.begins:
        return "not_begun"
    return "in_force" if today <= waiver.ends else "lapsed"


def waits_at(waiver: Waiver, now: datetime, terms: Terms) -> tuple[Level, date | None]:
    """The level that has a request at `now`, and the last day on which it has it; None at the highest."""
    today = waiver.day(now)
    waits = ((level, last) for level, last in levels_of(waiver, terms) if last is None or today <= last)
    return next(waits)


def levels_of(waiver: Waiver, terms: Terms) -> Iterator[tuple[Level, date | None]]:
    """The levels through which a request goes while nobody decides it, each with its last day there."""
    last = waiver.day(waiver.asked_at)
    for level in LEVELS[LEVELS.index(waiver.level) : -1]:
        last = terms.working.after(last, terms.escalate_after)
        yield level, last
    yield LEVELS[-1], None


def covering(waivers: Iterable[Waiver], rule: str, place: Place, now: datetime) -> Waiver | None:
    """The waiver that is in force for the rule at the place: the narrowest, of several the one that ends last."""
    found = shown(waivers, rule, place, now)
    return found if found is not None and phase(found, now) == "in_force" else None


def shown(waivers: Iterable[Waiver], rule: str, place: Place, now: datetime) -> Waiver | None:
    """The waiver that a person sees beside this rule where it fails: one in force, else one that has not begun, one
    that is asked for, one that has lapsed; of these the narrowest, of several the one that ends last.
    """
    about = [w for w in waivers if w.rule == rule and w.scope.covers(place) and phase(w, now) in FIRST_SHOWN]
    return min(about, key=lambda w: _order(w, now), default=None)


def _same(key: str, mine: str | int | None, its: str | int | None) -> bool:
    """True when both are there and are one; of a make or a model, whatever its case, blanks and form of Unicode."""
    if key in ("make", "model"):
        mine, its = (" ".join(normalize("NFC", str(text)).casefold().split()) for text in (mine, its))
    return mine == its and mine not in ("", None)


def _order(waiver: Waiver, now: datetime) -> tuple[int, int, int, int]:
    rank = FIRST_SHOWN.index(phase(waiver, now))
    return rank, SCOPES.index(waiver.scope.kind), -waiver.ends.toordinal(), -waiver.number
