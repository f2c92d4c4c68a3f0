"""What a plan has done at which camera, as programs read it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from camera_registry.api.cost_answers import CostAnswer, Money, cost_answer, money_answer
from camera_registry.services.fleet import Fleet
from standards.planning.costs import Line
from standards.planning.tasks import Task


class StepAnswer(BaseModel):
    """One fix: of a device or channel, or `of_site` of the line of a site. `supplier` does it for nothing; null: nobody
    does.
    """

    fix: str
    at: str
    of_site: bool
    supplier: str | None


class TaskAnswer(BaseModel):
    """What is done at one camera, and what is paid for it alone; `shares` more with others."""

    camera: str
    name: str
    school: str
    steps: list[StepAnswer]
    cost: CostAnswer
    shares: bool


class SharedAnswer(BaseModel):
    """What several cameras share at a device or a site."""

    per: str
    at: str
    school: str
    item: str
    quantity: int
    cameras: int
    charged: Literal["once", "yearly"]
    amount: Money


def task_answer(task: Task, fleet: Fleet) -> TaskAnswer:
    """The answer of one task."""
    return TaskAnswer(
        camera=task.camera.key,
        name=fleet.names.get(task.camera.key, ""),
        school=task.camera.school,
        steps=[StepAnswer(fix=s.fix, at=s.at, of_site=s.of_site, supplier=s.supplier) for s in task.steps],
        cost=cost_answer(task.cost),
        shares=task.shares,
    )


def shared_answer(line: Line) -> SharedAnswer:
    """The answer of one shared line."""
    return SharedAnswer(
        per=line.part.use.per,
        at=line.part.place,
        school=line.part.school,
        item=line.item.id,
        quantity=line.quantity,
        cameras=line.cameras,
        charged=line.item.charged,
        amount=money_answer(line.amount),
    )
