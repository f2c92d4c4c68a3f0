"""The JSON routes of plans and costs: /api/v1/plan and /api/v1/costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import APIRouter, Query

from camera_registry.api.asked import Asked, Registry
from camera_registry.api.plan_answers import CostsAnswer, PlanAnswer, costs_answer, plan_answer
from camera_registry.api.queries import PlaceQuery
from camera_registry.services.plan import AskedGoal, Basis, costs, upgrade_plan
from standards.planning.prices import PriceBook


class PlanQuery(PlaceQuery):
    """Which plan: exactly one of `channels`, `schools` (90% or 120) and `ceiling` (VND)."""

    channels: str | None = None
    schools: str | None = None
    ceiling: int | None = None
    of: str = "channels"


def add(
    made: APIRouter,
    registry: Registry,
    editions: Asked,
    zone: tzinfo,
    prices: PriceBook | None,
    now: Callable[[], datetime],
) -> None:
    """The routes of plans and costs."""

    def basis() -> Basis:
        return Basis(prices, editions().decides, now(), zone)

    @made.get("/plan")
    def a_plan(query: Annotated[PlanQuery, Query()]) -> PlanAnswer:
        """The cheapest fixes that reach a goal, or the most below a ceiling."""
        asked = AskedGoal(query.channels, query.schools, query.ceiling, query.of)
        with registry() as session:
            return plan_answer(upgrade_plan(session, asked, basis(), query.district, query.school))

    @made.get("/costs")
    def all_costs(query: Annotated[PlaceQuery, Query()]) -> CostsAnswer:
        """What the failures of a place cost: in all, by school, by fix, by device."""
        with registry() as session:
            return costs_answer(costs(session, basis(), query.district, query.school))
