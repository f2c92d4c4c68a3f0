"""Tasks: what is done at each camera that is made ready, and what several of them share. Pure.

Strategy: every line of a bill stands at one place here: with the camera that alone has it, or apart where several
cameras share it. So the sum of all is the bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from standards.model import Fix
from standards.planning.costs import Camera, Cost, Line, needed, replaced_by, wanted_by
from standards.planning.prices import PriceBook


@dataclass(frozen=True)
class Step:
    """One fix: of the device or channel with the key `at`, or of the line of the site with that key. `supplier` (a
    name, or "" where none is registered) does it for nothing; None: nobody does.
    """

    fix: Fix
    at: str
    of_site: bool = False
    supplier: str | None = None


@dataclass(frozen=True)
class Task:
    """What is done at one camera, and what is paid for it alone; `shares` more with others. Without steps the
    replacement of its device does all.
    """

    camera: Camera
    steps: tuple[Step, ...]
    cost: Cost
    shares: bool = False


@dataclass(frozen=True)
class Todo:
    """The tasks of a set of cameras, by school and key, and the lines that several of them share."""

    tasks: tuple[Task, ...] = ()
    shared: tuple[Line, ...] = ()


def todo(cameras: Iterable[Camera], bill: Cost, book: PriceBook | None) -> Todo:
    """What it takes to make all these cameras ready, of which `bill` is the cost."""
    chosen = sorted(cameras, key=lambda camera: (camera.school, camera.key))
    replaced = replaced_by(chosen)
    alone = {line.part.key: line for line in bill.lines if line.cameras == 1}
    shared = sorted((line for line in bill.lines if line.cameras > 1), key=lambda line: line.part.key)
    return Todo(tuple(_task(camera, alone, book, replaced) for camera in chosen), tuple(shared))


def _task(camera: Camera, alone: dict[tuple[str, ...], Line], book: PriceBook | None, replaced: frozenset[str]) -> Task:
    wanted = wanted_by(camera, book, replaced)
    lines = tuple(alone[part.key] for part in wanted.parts if part.key in alone)
    cost = Cost(lines, wanted.gaps, wanted.favours)
    return Task(camera, _steps(camera, replaced), cost, shares=len(lines) < len(wanted.parts))


def _steps(camera: Camera, replaced: frozenset[str]) -> tuple[Step, ...]:
    """Each fix once at each place; what is replaced is a whole device."""
    steps: dict[Step, None] = {}
    for entry, need in needed(camera, replaced):
        if need.fix is None:
            continue
        of_site, unit = need in camera.of_site, entry.unit
        at = unit.site if of_site else unit.device if need.fix == "replace" else unit.key
        steps[Step(need.fix, at, of_site, unit.supplier)] = None
    return tuple(steps)
