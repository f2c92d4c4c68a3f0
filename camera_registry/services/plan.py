"""The upgrade plan of a place, and what its failures cost: read, decided by one pure call, told. Reading only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import get_args

from sqlmodel import Session

from camera_registry.services.days import day_of
from camera_registry.services.fleet import Fleet, fleet
from camera_registry.services.listed import ListingError, not_one_of
from standards import Edition
from standards.planning.costs import Camera, Cost, cost_of
from standards.planning.plan import Goal, Of, Plan, free_cameras, make_plan
from standards.planning.prices import PriceBook
from standards.planning.tasks import Todo, todo

_SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%")
_NUMBER = re.compile(r"\d{1,7}")
_OF: tuple[Of, ...] = get_args(Of)
MOST_MONEY = 10**15


@dataclass(frozen=True)
class AskedGoal:
    """Which goal a person asks for: exactly one of `channels`, `schools` (like 90% or 120) and `ceiling` (VND); `of` is
    what a ceiling makes the most of.
    """

    channels: str | None = None
    schools: str | None = None
    ceiling: int | None = None
    of: str = "channels"

    def goal(self) -> Goal:
        """The goal; raises ListingError for one that there is not."""
        if sum(part is not None for part in (self.channels, self.schools, self.ceiling)) != 1:
            raise ListingError(
                "goal",
                {"vi": "cần đúng một mục tiêu: channels (90% hoặc 120), schools (50% hoặc 8) hoặc ceiling (đồng).",
                 "en": "write exactly one goal: channels (90% or 120), schools (50% or 8), or ceiling (VND)."},
            )  # fmt: skip
        if self.of not in _OF:
            raise not_one_of("of", self.of, _OF)
        if self.ceiling is not None:
            return Goal("schools" if self.of == "schools" else "channels", ceiling=_money(self.ceiling))
        if self.channels is not None:
            return _so_many("channels", self.channels)
        return _so_many("schools", self.schools or "")


@dataclass(frozen=True)
class UpgradePlan:
    """A plan with all that explains it: the place, the cameras, the book and the edition, and the moment it is of.
    `schools`: what each school of the plan costs; `todo`: what is done where; `private`: what fails in private schools,
    which stays outside.
    """

    district: str | None
    school: str | None
    plan: Plan
    schools: tuple[tuple[str, Cost], ...]
    todo: Todo
    fleet: Fleet
    private: Cost
    book: PriceBook | None
    edition: Edition
    at: datetime


@dataclass(frozen=True)
class DeviceCost:
    """What fails on one device: together, and each of its channels as if it were alone."""

    device: str
    cost: Cost
    channels: tuple[tuple[str, Cost], ...]


@dataclass(frozen=True)
class Costs:
    """What all failures of a place cost, and of each part of it; `free` cameras need no money. `places`: what fails at
    schools and sites as a whole, beside the cameras. `devices` where one school was asked for.
    """

    district: str | None
    school: str | None
    free: int
    total: Cost
    districts: tuple[tuple[str, Cost], ...]
    schools: tuple[tuple[str, Cost], ...]
    places: tuple[tuple[str, Cost], ...]
    private: Cost
    devices: tuple[DeviceCost, ...]
    fleet: Fleet
    book: PriceBook | None
    edition: Edition
    at: datetime


@dataclass(frozen=True)
class Basis:
    """What money is counted with: the price book (None: no cost is known), the edition that decides, the moment and the
    zone whose day it is.
    """

    book: PriceBook | None
    edition: Edition
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day on which a warranty holds or has ended."""
        return day_of(self.now, self.zone)


def upgrade_plan(
    session: Session, asked: AskedGoal, basis: Basis, district: str | None, school: str | None
) -> UpgradePlan:
    """The plan of this place. Raises ListingError for a goal, a unit or a school that there is not."""
    goal = asked.goal()
    cameras = fleet(session, basis.edition, district, school, basis.today)
    plan = make_plan(cameras.public, basis.book, goal)
    return UpgradePlan(
        district=district,
        school=school,
        plan=plan,
        schools=_costs(plan.chosen, basis.book, lambda camera: camera.school),
        todo=todo(plan.chosen, plan.cost, basis.book),
        fleet=cameras,
        private=cost_of(_unready(cameras.private), basis.book),
        book=basis.book,
        edition=basis.edition,
        at=basis.now,
    )


def costs(session: Session, basis: Basis, district: str | None, school: str | None) -> Costs:
    """What the failures of this place cost. Raises ListingError for a unit or a school that is not registered."""
    cameras = fleet(session, basis.edition, district, school, basis.today)
    public = _unready(cameras.public)
    return Costs(
        district=district,
        school=school,
        free=len(free_cameras(public, basis.book)),
        total=cost_of(public, basis.book),
        districts=_costs(public, basis.book, lambda camera: cameras.schools[camera.school].district_code),
        schools=_costs(public, basis.book, lambda camera: camera.school),
        places=tuple((place.key, cost_of((place,), basis.book)) for place in cameras.places),
        private=cost_of(_unready(cameras.private), basis.book),
        devices=_devices((*public, *_unready(cameras.private)), basis.book) if school is not None else (),
        fleet=cameras,
        book=basis.book,
        edition=basis.edition,
        at=basis.now,
    )


def _costs(
    cameras: Iterable[Camera], book: PriceBook | None, by: Callable[[Camera], str]
) -> tuple[tuple[str, Cost], ...]:
    """The bill of each group of cameras."""
    found: dict[str, list[Camera]] = {}
    for camera in cameras:
        found.setdefault(by(camera), []).append(camera)
    return tuple((name, cost_of(of_it, book)) for name, of_it in sorted(found.items()))


def _devices(cameras: tuple[Camera, ...], book: PriceBook | None) -> tuple[DeviceCost, ...]:
    found: dict[str, list[Camera]] = {}
    for camera in cameras:
        found.setdefault(camera.home.device, []).append(camera)
    return tuple(
        DeviceCost(device, cost_of(of_it, book), tuple((camera.key, cost_of((camera,), book)) for camera in of_it))
        for device, of_it in sorted(found.items())
    )


def _unready(cameras: tuple[Camera, ...]) -> tuple[Camera, ...]:
    return tuple(camera for camera in cameras if not camera.ready)


def _so_many(of: Of, said: str) -> Goal:
    """A goal of `said`: a share like 90% or a number like 120."""
    share, number = _SHARE.fullmatch(said.strip()), _NUMBER.fullmatch(said.strip())
    if share is not None:
        part = Fraction(f"{share[1]}.{share[2] or 0}") / 100
        if part <= 1:
            return Goal(of, share=part)
    if number is not None:
        return Goal(of, number=int(said))
    shown = said[:20]
    raise ListingError(
        of,
        {"vi": f"“{shown}” không đọc được; viết tỷ lệ như 90% hoặc số lượng như 120.",
         "en": f"“{shown}” cannot be read; write a share like 90% or a number like 120."},
    )  # fmt: skip


def _money(ceiling: int) -> int:
    if 0 <= ceiling <= MOST_MONEY:
        return ceiling
    raise ListingError("ceiling", {"vi": f"phải từ 0 đến {MOST_MONEY} đồng.", "en": f"must be 0 to {MOST_MONEY} VND."})
