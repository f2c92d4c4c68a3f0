"""Which cameras a plan makes ready, and what has to be done at each: a list to act by. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.money import thousands
from camera_registry.reports.plan_words import say
from camera_registry.reports.words import word
from camera_registry.services.fleet import SchoolName
from camera_registry.services.plan import UpgradePlan
from standards.planning.costs import Cost, Line
from standards.planning.prices import CHARGED
from standards.planning.tasks import Step, Task

HEADS = ("no", "school", "place", "camera_name", "todo", *CHARGED)


@dataclass(frozen=True)
class Grid:
    """A table of texts under a title."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def number(value: int, lang: str, *, plain: bool) -> str:
    """A number for a person, or `plain` for a spreadsheet to count with."""
    return str(value) if plain else thousands(value, lang)


def school_text(of: SchoolName) -> str:
    """A school as people know it."""
    return f"{of.name} ({of.code}) – {of.district}"


def tasks_grid(plan: UpgradePlan, to: Shown, *, plain: bool = False) -> Grid:
    """A row for each camera with what is done there, then a row for each thing that several of them share, with what is
    paid once and every year; the last row is the bill.
    """
    rows = []
    for n, task in enumerate(plan.todo.tasks, 1):
        only_shared = task.shares and not task.cost.lines
        amounts = ("", "") if only_shared else _amounts(task.cost, to, plain=plain)
        rows.append((str(n), *where(plan, task.camera.school, task.camera.key, to), done(task, to), *amounts))
    for line in plan.todo.shared:
        amounts = _amounts(Cost((line,)), to, plain=plain)
        rows.append(("", *where(plan, line.part.school, line.part.place, to), bought(line, to), *amounts))
    rows.append(("", say("total", to.lang), "", "", "", *_amounts(plan.plan.cost, to, plain=plain)))
    return Grid(say("tasks", to.lang), tuple(say(head, to.lang) for head in HEADS), tuple(rows))


def left_out_grid(plan: UpgradePlan, to: Shown) -> Grid:
    """A row for each camera that could not be counted, and why."""
    rows = []
    for out in plan.plan.left_out:
        place = where(plan, out.camera.school, out.camera.key, to)
        rows.append((*place, say(f"why.{out.why}", to.lang)))
    heads = ("school", "place", "camera_name", "reason")
    return Grid(say("left_out.list", to.lang), tuple(say(head, to.lang) for head in heads), tuple(rows))


def where(plan: UpgradePlan, school: str, key: str, to: Shown) -> tuple[str, str, str]:
    """School, device and channel (or the site) within it, and the name of the camera."""
    within = _within(key, school) or say("main_site", to.lang)
    return school_text(plan.fleet.schools[school]), within, plan.fleet.names.get(key, "")


def _within(key: str, school: str) -> str:
    return key.removeprefix(f"{school}/")


def done(task: Task, to: Shown) -> str:
    """What is done at a camera, in a line."""
    steps = [" ".join(_step(step, task, to)) for step in task.steps]
    return "; ".join(steps) or say("spared.here", to.lang)


def _step(step: Step, task: Task, to: Shown) -> Iterator[str]:
    """The fix, where it is not of this channel its place, and who does it for nothing."""
    fix = word(f"fix.{step.fix}", to.lang)
    at = say("line", to.lang) if step.of_site else _within(step.at, task.camera.school)
    yield fix if step.at == task.camera.key else f"{fix}: {at}"
    if step.supplier is not None:
        yield f"({say('by_supplier', to.lang, name=step.supplier or say('supplier.unnamed', to.lang))})"


def bought(line: Line, to: Shown) -> str:
    """What several cameras share, in a line."""
    item, pieces = line.item, thousands(line.quantity, to.lang)
    what = f"{item.name[to.lang]}: {pieces} {item.unit[to.lang]}"
    return say("shared", to.lang, bought=what, n=line.cameras)


def _amounts(cost: Cost, to: Shown, *, plain: bool) -> tuple[str, str]:
    return (
        number(cost.once.total, to.lang, plain=plain),
        number(cost.yearly.total, to.lang, plain=plain),
    )
