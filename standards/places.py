"""Places: an edition and the facts of a site or a school in, findings out. Pure; `now` is an argument.

Strategy: the facts come from the register and from the newest looks at all devices of the place together; the same
engine judges them. A sum is known when every part of it is. While one is missing, what is known of it is a lower bound
and stands under a path of its own: it may be too much, and never proves that all is well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.facts import Fact, Sheet
from standards.evaluate import evaluate_view
from standards.model import Answer, Edition, Finding, RuleSubject, Subject
from standards.reasons import NO_LINE_RATE, rates_not_known
from standards.view import REGISTER, Absent, View

_KBIT = 1000.0


@dataclass(frozen=True)
class Taken:
    """The main stream of one offered camera, which the centre takes: what it was last measured to send, and the limit
    that the device declares; both in kbit/s.
    """

    measured: Fact | None = None
    declared: Fact | None = None

    def rate(self, now: datetime, max_age: timedelta | None) -> Fact | None:
        """The measured rate, else the declared limit, that is not too old; None: not known."""
        known = (fact for fact in (self.measured, self.declared) if fact is not None)
        return next((fact for fact in known if max_age is None or now - fact.at <= max_age), None)


@dataclass(frozen=True)
class SiteFacts:
    """A site: what its line sends as registered (None: nobody said), and its offered cameras, each counted once."""

    uplink_mbps: float | None = None
    offered: tuple[Taken, ...] = ()


@dataclass(frozen=True)
class SchoolFacts:
    """A school: its cameras, each counted once, those offered for connection, and those that nobody decided about."""

    channels: int = 0
    offered: int = 0
    undecided: int = 0


PlaceFacts = SiteFacts | SchoolFacts


def evaluate_place(
    edition: Edition, place: PlaceFacts, answers: Iterable[Answer], now: datetime
) -> tuple[Finding, ...]:
    """Every finding of `edition` about a site or a school, in the order of the rules; `answers` are those about it."""
    return evaluate_view(edition, _view(place, now), answers, now)


def unseen_places(edition: Edition, now: datetime) -> tuple[Finding, ...]:
    """What `edition` asks of a site and a school, where only a camera was looked at: nothing is known of them."""
    kinds: tuple[RuleSubject, ...] = ("site", "school")
    return tuple(f for kind in kinds for f in evaluate_view(edition, View(Subject(kind), {}, now), (), now))


def _view(place: PlaceFacts, now: datetime) -> View:
    if isinstance(place, SiteFacts):
        return SiteView(Subject("site"), {}, now, site=place)
    counted = {"channels": place.channels, "offered_channels": place.offered, "undecided_channels": place.undecided}
    facts = {f"school.{name}": Fact(number, now, REGISTER) for name, number in counted.items()}
    return View(Subject("school"), {REGISTER: Sheet(facts)}, now)


class SiteView(View, eq=False):
    """What is known of a site. Its sums depend on how old a rate may be, so each rule has its own."""

    site: SiteFacts = SiteFacts()

    def fact(self, path: str) -> Fact | None:
        """The fact at `path`, made of rates however old; None when it cannot be told."""
        found = self.look(path)
        return found if isinstance(found, Fact) else None

    def look(self, path: str, max_age: timedelta | None = None) -> Fact | Absent:
        """The fact at `path` made of rates not older than `max_age`; or why it cannot be told."""
        match path:
            case "site.offered_channels":
                return Fact(len(self.site.offered), self.now, REGISTER)
            case "site.uplink_mbps":
                return self._line()
            case "site.connected_mbps":
                return self._sum(max_age, whole=True)
            case "site.connected_at_least_mbps":
                return self._sum(max_age, whole=False)
            case "site.uplink_used_percent":
                return self._used(max_age, whole=True)
            case "site.uplink_used_at_least_percent":
                return self._used(max_age, whole=False)
        return Absent()

    def _line(self) -> Fact | Absent:
        line = self.site.uplink_mbps
        return Fact(line, self.now, REGISTER) if line else Absent(why=NO_LINE_RATE, fix="survey")

    def _sum(self, max_age: timedelta | None, *, whole: bool) -> Fact | Absent:
        """As old as the oldest rate in it."""
        rates = [taken.rate(self.now, max_age) for taken in self.site.offered]
        known = [rate for rate in rates if rate is not None]
        if whole and len(known) < len(rates):
            return Absent(why=rates_not_known(len(rates) - len(known), len(rates)))
        declared = any(rate is taken.declared for rate, taken in zip(rates, self.site.offered, strict=True) if rate)
        total = sum(float(rate.value) for rate in known) / _KBIT
        at = min((rate.at for rate in known), default=self.now)
        return Fact(total, at, "sum, declared limits" if declared else "sum")

    def _used(self, max_age: timedelta | None, *, whole: bool) -> Fact | Absent:
        line, total = self._line(), self._sum(max_age, whole=whole)
        if isinstance(line, Absent) or isinstance(total, Absent):
            return line if isinstance(line, Absent) else total
        return Fact(100 * total.value / line.value, total.at, total.how)
