"""The answers of plans and costs: the shapes that programs rely on. Money is whole VND; texts are {vi, en}."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from camera_registry.api.answers import Words
from camera_registry.api.cost_answers import CostAnswer, Money, cost_answer, money_answer
from camera_registry.api.task_answers import SharedAnswer, TaskAnswer, shared_answer, task_answer
from camera_registry.reports.plan import works
from camera_registry.reports.plan_words import WORDS
from camera_registry.services.fleet import Fleet
from camera_registry.services.plan import Costs, UpgradePlan
from standards import Edition
from standards.model import Text
from standards.planning.costs import Camera, Cost, fixes_of
from standards.planning.plan import LeftOut
from standards.planning.prices import PriceBook


class BookAnswer(BaseModel):
    """The price book that was used."""

    id: str
    date: str
    title: Words
    sha256: str


class Rests(BaseModel):
    """On what the figures rest."""

    district: str | None
    school: str | None
    as_of: datetime
    edition: str
    edition_sha256: str
    working_values: bool
    prices: BookAnswer | None


class WorkAnswer(BaseModel):
    """One line of the list of works; amounts are before VAT."""

    item: str
    name: Words
    requirement: Words | None
    unit: Words
    kind: str
    charged: Literal["once", "yearly"]
    quantity: int
    price: int
    vat_percent: int
    amount: Money
    firm: str
    date: str
    document: str


class PartAnswer(BaseModel):
    """One school or fix of a plan."""

    code: str
    name: str
    cameras: int
    cost: CostAnswer


class LeftOutAnswer(BaseModel):
    """A camera that could not be counted, and why: no_price, survey or not_known."""

    camera: str
    name: str
    why: str
    reason: Words


class PlanAnswer(BaseModel):
    """An upgrade plan."""

    free: int
    free_by_supplier: int
    rests_on: Rests
    of: Literal["channels", "schools"]
    ceiling: int | None
    wanted: int
    reached: int
    met: bool
    total: int
    ready: int
    chosen: list[str]
    cost: CostAnswer
    schools: list[PartAnswer]
    fixes: list[PartAnswer]
    spared: int
    works: list[WorkAnswer]
    tasks: list[TaskAnswer]
    shared: list[SharedAnswer]
    later: list[str]
    left_out: list[LeftOutAnswer]
    private_cameras: int
    private: CostAnswer
    uplink_unknown: int
    method: Words


class ChannelCostAnswer(BaseModel):
    """A channel as if it were alone."""

    camera: str
    cost: CostAnswer


class DeviceCostAnswer(BaseModel):
    """A device as a whole, and its channels."""

    device: str
    cost: CostAnswer
    channels: list[ChannelCostAnswer]


class PlaceCostAnswer(BaseModel):
    """What fails at a school or a site as a whole, beside its cameras, and what that costs."""

    place: str
    rules: list[str]
    cost: CostAnswer


class CostsAnswer(BaseModel):
    """What all failures of a place cost; `devices` where a school was asked for."""

    free: int
    rests_on: Rests
    total: CostAnswer
    districts: list[PartAnswer]
    schools: list[PartAnswer]
    fixes: list[PartAnswer]
    places: list[PlaceCostAnswer]
    devices: list[DeviceCostAnswer]
    private_cameras: int
    private: CostAnswer


def plan_answer(of: UpgradePlan) -> PlanAnswer:
    """The answer of one plan."""
    plan = of.plan
    return PlanAnswer(
        free=len(plan.free),
        free_by_supplier=plan.free_by_supplier,
        rests_on=_rests(of.district, of.school, of.at, of.edition, of.book),
        of=plan.goal.of,
        ceiling=plan.goal.ceiling,
        wanted=plan.wanted,
        reached=plan.reached,
        met=plan.met,
        total=plan.total,
        ready=plan.ready,
        chosen=[camera.key for camera in plan.chosen],
        cost=cost_answer(plan.cost),
        schools=_schools(of.fleet, plan.chosen, of.schools),
        fixes=_fixes(plan.chosen, plan.cost),
        spared=fixes_of(plan.chosen)[1],
        works=_works(plan.cost),
        tasks=[task_answer(task, of.fleet) for task in of.todo.tasks],
        shared=[shared_answer(line) for line in of.todo.shared],
        later=[camera.key for camera in plan.later],
        left_out=[_left_out(out, of.fleet) for out in plan.left_out],
        private_cameras=len(of.fleet.private),
        private=cost_answer(of.private),
        uplink_unknown=of.fleet.uplink_unknown,
        method=_words(WORDS["method"]),
    )


def costs_answer(of: Costs) -> CostsAnswer:
    """The answer of the costs of a place."""
    left = [camera for camera in of.fleet.public if not camera.ready]
    in_district = Counter(of.fleet.schools[camera.school].district_code for camera in left)
    districts = {school.district_code: school.district for school in of.fleet.schools.values()}
    rules = {place.key: [need.rule for entry in place.entries for need in entry.needs] for place in of.fleet.places}
    return CostsAnswer(
        free=of.free,
        rests_on=_rests(of.district, of.school, of.at, of.edition, of.book),
        total=cost_answer(of.total),
        districts=[_part(code, districts[code], in_district[code], cost) for code, cost in of.districts],
        schools=_schools(of.fleet, left, of.schools),
        fixes=_fixes(left, of.total),
        places=[PlaceCostAnswer(place=key, rules=rules[key], cost=cost_answer(cost)) for key, cost in of.places],
        devices=[
            DeviceCostAnswer(
                device=one.device,
                cost=cost_answer(one.cost),
                channels=[ChannelCostAnswer(camera=key, cost=cost_answer(cost)) for key, cost in one.channels],
            )
            for one in of.devices
        ],
        private_cameras=len(of.fleet.private),
        private=cost_answer(of.private),
    )


def _rests(district: str | None, school: str | None, at: datetime, edition: Edition, book: PriceBook | None) -> Rests:
    prices = book and BookAnswer(id=book.id, date=book.date, title=_words(book.title), sha256=book.sha256)
    return Rests(
        district=district,
        school=school,
        as_of=at,
        edition=edition.name,
        edition_sha256=edition.sha256,
        working_values=edition.rests_on_working_values,
        prices=prices,
    )


def _schools(fleet: Fleet, cameras: Sequence[Camera], costs: Iterable[tuple[str, Cost]]) -> list[PartAnswer]:
    counted = Counter(camera.school for camera in cameras)
    return [_part(code, fleet.schools[code].name, counted[code], cost) for code, cost in costs]


def _fixes(cameras: Sequence[Camera], cost: Cost) -> list[PartAnswer]:
    counted, _ = fixes_of(cameras)
    return [_part(fix, fix, counted[fix], cost.of(fix)) for fix in sorted(counted)]


def _left_out(out: LeftOut, fleet: Fleet) -> LeftOutAnswer:
    key = out.camera.key
    reason = _words(WORDS[f"why.{out.why}"])
    return LeftOutAnswer(camera=key, name=fleet.names.get(key, ""), why=out.why, reason=reason)


def _part(code: str, name: str, cameras: int, cost: Cost) -> PartAnswer:
    return PartAnswer(code=code, name=name, cameras=cameras, cost=cost_answer(cost))


def _works(cost: Cost) -> list[WorkAnswer]:
    return [
        WorkAnswer(
            item=line.item.id,
            name=_words(line.item.name),
            requirement=_words(line.item.requirement) if line.item.requirement else None,
            unit=_words(line.item.unit),
            kind=line.item.kind,
            charged=line.item.charged,
            quantity=line.quantity,
            price=line.item.price,
            vat_percent=line.item.vat,
            amount=money_answer(line.amount),
            firm=line.item.source.firm,
            date=line.item.source.date,
            document=line.item.source.document,
        )
        for line in works(cost)
    ]


def _words(text: Text) -> Words:
    return Words(vi=text["vi"], en=text["en"])
