"""The figures of a place at a moment: read from the services of the pages, put together, counted nowhere else.

Strategy: cameras come from the overview, rows from the two lists and the list of waivers, money from the plan; only
what no page shows (what the cameras are, which can be connected) is counted here (`period_hardware`). Reading only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from camera_registry.services import plan as planning
from camera_registry.services import waived
from camera_registry.services.listed import Filter, Place, Unchecked, Unit
from camera_registry.services.listing import every_non_compliant, every_not_checked
from camera_registry.services.overview import Numbers, SchoolRow, school_rows
from camera_registry.services.period_hardware import of_place
from camera_registry.services.period_values import (
    CostLine,
    Costs,
    CostState,
    Counts,
    Exempted,
    Failed,
    Figures,
    Hardware,
    Money,
    NotChecked,
    Previous,
    SchoolCost,
    SchoolFigures,
)
from camera_registry.services.places import check_place
from camera_registry.services.waived import WaiverSeen
from camera_registry.services.waivers import Desk
from camera_registry.store import districts, handover, period_rows
from camera_registry.store.waivers import WaiversWanted
from standards import Edition, Editions
from standards.planning.costs import Camera, Cost, Entry, Need, cost_of
from standards.planning.costs import Unit as CostUnit
from standards.planning.prices import Amount, PriceBook

STANDING = ("asked", "not_begun", "in_force", "lapsing")
"""Waivers that are in the papers; one that has lapsed, was refused or withdrawn is not."""


@dataclass(frozen=True)
class Source:
    """By what figures are made: the editions in force, prices (None: no cost is known), the moment and the terms."""

    editions: Editions
    prices: PriceBook | None
    desk: Desk

    @property
    def now(self) -> datetime:
        """The moment the figures are of."""
        return self.desk.now

    @property
    def today(self) -> date:
        """The day of it, in the zone of the settings."""
        return self.desk.today


@dataclass(frozen=True)
class Before:
    """Frozen figures to compare with, and their number."""

    number: str
    figures: Figures


def figures(session: Session, source: Source, unit: str | None, before: Before | None = None) -> Figures:
    """The figures of this unit (None: of the city) now. Raises ListingError for a unit that is not registered."""
    check_place(session, unit, None)
    edition, wanted = source.editions.decides, Filter(district=unit, sort="school")
    hardware, proposed = of_place(session, unit)
    bill = _bill(session, source, unit)
    failing = waived.every_beside(session, every_non_compliant(session, wanted, edition), source.desk)
    failed = tuple(_failed(row, bill) for row in failing)
    not_checked = tuple(_not_checked(row) for row in every_not_checked(session, wanted, edition))
    schools = _schools(session, unit, hardware, before)
    counts = sum((each.counts for each in schools), Counts())
    return Figures(
        unit_code=unit or "",
        unit=_name(session, unit),
        at=source.now,
        edition=edition.name,
        edition_title=dict(edition.title),
        edition_sha256=edition.sha256,
        working_values=edition.rests_on_working_values,
        counts=counts,
        hardware=sum((each.hardware for each in schools), Hardware()),
        schools=schools,
        failed=failed,
        not_checked=not_checked,
        exempted=_exempted(session, source, unit),
        costs=replace(bill.costs, free=_free(session, unit)),
        proposed=proposed,
        previous=_previous(session, unit, before, failed, not_checked, edition),
        connected=_connected(session, unit),
    )


def counts_of(numbers: Numbers) -> Counts:
    """The numbers of the overview."""
    of_verdicts = {name: numbers.verdicts[name] for name in numbers.verdicts}
    names = [each.name for each in fields(Counts) if each.name not in of_verdicts]
    return Counts(**{name: getattr(numbers, name) for name in names}, **of_verdicts)


def _free(session: Session, unit: str | None) -> int:
    """How many cameras the overview says cost nothing, whether there are prices or not."""
    return sum(row.numbers.free for row in school_rows(session) if unit is None or row.district_code == unit)


def _connected(session: Session, unit: str | None) -> int:
    """How many cameras the operations centre has connected, ready now or not."""
    tally = handover.tally(session, handover.Wanted(district=unit))
    return sum(n for (state, _), n in tally.items() if state == "connected")


def _name(session: Session, unit: str | None) -> str:
    found = districts.by_code(session, unit) if unit else None
    return found.name if found else ""


def _schools(
    session: Session, unit: str | None, hardware: Mapping[str, Hardware], before: Before | None
) -> tuple[SchoolFigures, ...]:
    facts = period_rows.school_facts(session)
    then = {each.code: each.counts for each in before.figures.schools} if before else {}
    rows = (row for row in school_rows(session) if unit is None or row.district_code == unit)
    return tuple(_school(row, facts[row.code], hardware, then) for row in rows)


def _school(row: SchoolRow, facts: Any, hardware: Mapping[str, Hardware], then: Mapping[str, Counts]) -> SchoolFigures:
    return SchoolFigures(
        code=row.code,
        name=row.name,
        unit_code=row.district_code,
        unit=row.district,
        levels=facts.levels,
        private=facts.private,
        devices=row.devices,
        counts=counts_of(row.numbers),
        hardware=hardware.get(row.code, Hardware()),
        previous=then.get(row.code),
    )


def _at(row: Place) -> dict[str, str]:
    at = row.device_code if row.channel_index is None else f"{row.device_code}/{row.channel_index}"
    return {
        "school_code": row.school_code,
        "school": row.school,
        "site": row.site,
        "channel": at,
        "place": row.channel_name,
        "area": row.area,
    }


def _failed(row: Unit, bill: _Bill) -> Failed:
    cost, state = bill.of(row)
    return Failed(
        **_at(row),
        camera=row.camera,
        stream=row.stream,
        rule=row.rule,
        title=dict(row.title),
        measured=dict(row.measured),
        required=dict(row.required),
        document=row.document,
        clause=row.clause,
        state=row.state,
        seen_at=row.seen_at,
        fix=row.fix,
        fix_text=dict(row.fix_text),
        actor=row.actor,
        official=row.official,
        waiver=row.waiver.standing.name if row.waiver else "",
        cost=cost,
        cost_state=state,
    )


def _not_checked(row: Unchecked) -> NotChecked:
    return NotChecked(
        **_at(row),
        reason=dict(row.reason),
        attempts=row.attempts,
        last_attempt=row.last_attempt,
        last_answered=row.last_answered,
        fix=row.fix or "",
        fix_text=dict(row.fix_text),
        actor=row.actor,
    )


def _exempted(session: Session, source: Source, unit: str | None) -> tuple[Exempted, ...]:
    """Waivers of the place, by number; of the city all."""
    found: list[WaiverSeen] = []
    for state in STANDING:
        wanted = WaiversWanted(state=state, district=unit)
        found += waived.every_listed(session, wanted, source.editions, source.desk)
    return tuple(sorted((_exemption(each) for each in found), key=lambda each: each.number))


def _exemption(seen: WaiverSeen) -> Exempted:
    waiver, scope = seen.waived.waiver, seen.waived.waiver.scope
    at = "" if not scope.device else scope.device if scope.channel is None else f"{scope.device}/{scope.channel}"
    return Exempted(
        number=waiver.number,
        scope=scope.kind,
        school_code=scope.school,
        school=seen.school,
        channel=at,
        rule=waiver.rule,
        title=dict(seen.title),
        reason=waiver.reason,
        begins=waiver.begins,
        ends=waiver.ends,
        state=seen.waived.standing.name,
        decided_by=waiver.decision.by if waiver.decision else "",
    )


def _previous(
    session: Session,
    unit: str | None,
    before: Before | None,
    failed: Iterable[Failed],
    not_checked: Iterable[NotChecked],
    edition: Edition,
) -> Previous | None:
    """What was mended is what failed then and does not now, where it can still be told: the place is there and was
    looked at, and the criterion is asked for.
    """
    if before is None:
        return None
    then, now = {row.key for row in before.figures.failed}, {row.key for row in failed}
    dark = {(row.school_code, at) for row in not_checked for at in (row.channel, row.channel.partition("/")[0])}
    told = period_rows.registered(session, unit) - dark
    rules = {rule.id for rule in edition.rules}
    mended = sum((school, channel) in told and rule in rules for school, channel, _, rule in then - now)
    return Previous(before.number, before.figures.at, before.figures.counts, mended, len(now - then))


@dataclass(frozen=True)
class _Bill:
    """The costs of the place, and what is needed to tell the cost of one finding."""

    costs: Costs
    book: PriceBook | None
    units: Mapping[tuple[str, str], CostUnit]

    def of(self, row: Unit) -> tuple[int | None, CostState]:
        """What this finding costs as if it were alone, and whether that is known."""
        unit = self.units.get((row.school_code, _at(row)["channel"]))
        if unit is None:
            return None, "not_offered"
        if unit.supplier is not None:
            return 0, "supplier"
        if self.book is None:
            return None, "no_book"
        cost = cost_of((Camera(unit.key, row.school_code, (Entry(unit, (Need(row.fix, row.rule),)),)),), self.book)
        if cost.gaps:
            return None, "survey" if row.fix == "survey" else "no_price"
        return cost.first_year, "known"


def _bill(session: Session, source: Source, unit: str | None) -> _Bill:
    basis = planning.Basis(source.prices, source.editions.decides, source.now, ZoneInfo(source.desk.zone))
    told = planning.costs(session, basis, unit, None)
    units: dict[tuple[str, str], CostUnit] = {}
    for camera in (*told.fleet.public, *told.fleet.private):
        for entry in camera.entries:
            school, _, at = entry.unit.key.partition("/")
            units[school, at] = entry.unit
            units.setdefault((school, at.rpartition("/")[0]), entry.unit)
    return _Bill(_costs(told), source.prices, units)


def _costs(told: planning.Costs) -> Costs:
    book = told.book
    of_book: dict[str, Any] = {}
    if book is not None:
        of_book = {"book": book.id, "book_title": dict(book.title), "book_date": date.fromisoformat(book.date),
                   "book_sha256": book.sha256}  # fmt: skip
    return Costs(
        **of_book,
        lines=_lines(told.total),
        once=_money(told.total.once),
        yearly=_money(told.total.yearly),
        gaps=dict(sorted(Counter(gap.why for gap in told.total.gaps).items())),
        free=told.free,
        suppliers=dict(told.total.suppliers),
        schools=tuple(_school_cost(code, cost) for code, cost in told.schools),
        private=_money(told.private.once) + _money(told.private.yearly),
    )


def _school_cost(code: str, cost: Cost) -> SchoolCost:
    return SchoolCost(code, cost.once.total, cost.yearly.total, cost.known)


def _money(amount: Amount) -> Money:
    return Money(amount.net, amount.vat)


def _lines(cost: Cost) -> tuple[CostLine, ...]:
    """A line for each item: what is paid once first, then every year; by id."""
    pieces: Counter[str] = Counter()
    for line in cost.lines:
        pieces[line.item.id] += line.quantity
    items = {line.item.id: line.item for line in cost.lines}
    made = []
    for item in sorted(items.values(), key=lambda item: (item.charged != "once", item.id)):
        amount = item.amount.times(pieces[item.id])
        made.append(
            CostLine(
                item=item.id,
                content=dict(item.name),
                requirement=dict(item.requirement) if item.requirement else None,
                unit=dict(item.unit),
                quantity=pieces[item.id],
                price=item.price,
                net=amount.net,
                vat=amount.vat,
                charged=item.charged,
                firm=item.source.firm,
                document=item.source.document,
                dated=date.fromisoformat(item.source.date),
            )
        )
    return tuple(made)
