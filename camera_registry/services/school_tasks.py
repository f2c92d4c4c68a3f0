"""What a school has to do, by remedy: what, where, who acts, what it costs, until when. Reading only.

Strategy: only cameras that are offered for connection count, their devices and their line; of a school that offers none
yet, all, priced as the list prices them. What costs nothing comes first, then what helps most cameras. What is not
known stays not known: without a price there is no amount, without a period no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from sqlmodel import Session

from camera_registry.models import School
from camera_registry.services.actors import supplied
from camera_registry.services.explained import title
from camera_registry.services.periods import NextReport
from camera_registry.services.place_findings import PlaceFinding
from camera_registry.services.plan import Basis, costs
from camera_registry.services.row_costs import Prices
from camera_registry.store import school_tasks as store
from camera_registry.store import schools
from standards.model import Fix, Text
from standards.planning.costs import SUBSUMED, Cost

FIRST = 3
"""So many things are said first; the others are folded."""
_ORDER: tuple[str, ...] = get_args(Fix)


@dataclass(frozen=True)
class Point:
    """One rule that is not met at one place: of a channel, of a device as a whole, or (no device) of a site."""

    rule: str
    title: Text
    device: str
    channel: int | None
    name: str
    since: datetime | None


@dataclass(frozen=True)
class Task:
    """One remedy with all it is needed for. `cameras`: how many it concerns; `free`: it costs nothing; `amount`: VND,
    None where no price is known; `actors` as in `services.actors`; `since` when the oldest failure began; `due` None:
    no day is set.
    """

    fix: str
    points: tuple[Point, ...]
    cameras: int
    actors: tuple[str, ...]
    free: bool
    amount: int | None
    since: datetime | None
    due: date | None

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the cameras and devices, each once."""
        return tuple(dict.fromkeys(point.name for point in self.points))

    @property
    def titles(self) -> tuple[Text, ...]:
        """The rules that are not met, each once."""
        return tuple({point.rule: point.title for point in self.points}.values())


def tasks(
    session: Session, code: str, basis: Basis, places: Iterable[PlaceFinding] = (), period: NextReport | None = None
) -> tuple[Task, ...]:
    """What the school with this code has to do, the first thing first; `places` is what is wrong with the school itself
    and its sites; `period` the report that is due next.
    """
    school = schools.by_code(session, code)
    if school is None:
        return ()
    rows, offering = store.failing(session, school.id or 0), store.offering(session, school.id or 0)
    wanted = [row for row in rows if not offering or _is_offered(row, offering)]
    cost = _cost(session, school, basis, wanted, offering=bool(offering)) if basis.book is not None and wanted else None
    named = {rule.id: rule for rule in basis.edition.rules}
    grouped: dict[str, list[tuple[Any, Point]]] = {}
    for row in wanted:
        grouped.setdefault(row.fix, []).append((row, _point(row, named)))
    made = [_task(fix, found, basis, cost, period) for fix, found in grouped.items()]
    made = _with_places(made, [place for place in places if place.outcome == "fail"], period)
    return tuple(sorted(made, key=_urgency))


def _cost(session: Session, school: School, basis: Basis, wanted: Sequence[Any], *, offering: bool) -> Cost:
    """The bill of these rows: as the plan has it, where private schools stand apart; it knows no camera of a school
    that offers none.
    """
    if not offering:
        return Prices(basis).together(wanted)
    known = costs(session, basis, None, school.code)
    return known.private if school.private else known.total


def _urgency(task: Task) -> tuple[bool, int, int]:
    return not task.free, -task.cameras, _ORDER.index(task.fix) if task.fix in _ORDER else len(_ORDER)


def _is_offered(row: Any, offering: set[int]) -> bool:
    return row.scope == "offered" or (not row.channel_index and row.device_id in offering)


def _point(row: Any, named: Mapping[str, Any]) -> Point:
    name = row.channel_name or (f"{row.device_code}/{row.channel_index}" if row.channel_index else row.device_code)
    words = title(named.get(row.rule), row.rule)
    return Point(row.rule, words, row.device_code, row.channel_index or None, name, row.since)


def _task(
    fix: str, found: Sequence[tuple[Any, Point]], basis: Basis, cost: Cost | None, period: NextReport | None
) -> Task:
    rows = [row for row, _ in found]
    free = fix in SUBSUMED or (
        fix != "survey" and all(supplied(row.owner, row.warranty_until, basis.today) for row in rows)
    )
    return Task(
        fix=fix,
        points=tuple(point for _, point in found),
        cameras=len({row.camera for row in rows}),
        actors=tuple(dict.fromkeys(row.actor for row in rows)),
        free=free,
        amount=0 if free else _amount(fix, cost),
        since=min((row.since for row in rows if row.since is not None), default=None),
        due=period.due if period else None,
    )


def _amount(fix: str, cost: Cost | None) -> int | None:
    """What this remedy costs in the first year; None where any of it has no price."""
    of_it = next((cost.of(known) for known in get_args(Fix) if cost is not None and known == fix), None)
    return of_it.first_year if of_it is not None and of_it.known and of_it.lines else None


def _with_places(made: list[Task], wrong: Sequence[PlaceFinding], period: NextReport | None) -> list[Task]:
    """With what is wrong at the school and its sites, which concerns no single camera."""
    for place in wrong:
        name = place.site or ""
        point = Point(place.rule, place.title, "", None, name, None)
        due = period.due if period else None
        made.append(
            Task(place.fix or "survey", (point,), 0, (place.actor,), free=False, amount=None, since=None, due=due)
        )
    return made
