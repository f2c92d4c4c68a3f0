"""The list of what is not compliant: one row a deciding finding that fails now, filtered, sorted and paged there.

Strategy: the list is read from `ListedFinding`, whose indexes have every order of it, and everything that it is counted
by. A page is the ids of its rows in their order; what is shown of these is read from where it stands. How many rows
each filter would give is counted once for all filters, in groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, null, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, ListedFinding, School, Site
from camera_registry.store.on_site import SEEN_ON_SITE, official
from camera_registry.store.places import PLACE, RANKS, Sql, Wanted, choose, registered, rows
from camera_registry.store.searched import has_words
from camera_registry.store.sums import is_free
from camera_registry.store.waived import shown_is

SORTS: dict[str, tuple[Sql, str]] = {
    "severity": (col(ListedFinding.worst), "desc"),
    "district": (col(ListedFinding.district_code), "asc"),
    "school": (col(ListedFinding.school_code), "asc"),
    "device": (col(ListedFinding.device_code), "asc"),
    "rule": (col(ListedFinding.rule), "asc"),
    "fix": (col(ListedFinding.fix), "asc"),
    "actor": (col(ListedFinding.actor), "asc"),
    "seen_at": (col(ListedFinding.seen_at), "desc"),
    "since": (col(ListedFinding.since), "asc"),
}
"""What the list may be sorted by, and the direction it has when none is said."""
_RISING = frozenset(SORTS) - {"seen_at"}
"""Orders that rise in their index where the direction is the natural one: `worst` counts from the worst."""
_PLACE = (col(ListedFinding.school_code), col(ListedFinding.device_code), col(ListedFinding.channel_index))
_LAST = col(ListedFinding.finding_id)
_FINDING = tuple(
    getattr(FindingRecord, name)
    for name in ("rule", "actor", "fact", "seen", "seen_at", "how", "why", "expected", "state", "edition", "sha256",
                 "fails_since", "stream", "nights")
)  # fmt: skip
_REGISTERED: tuple[Sql, ...] = (
    Device.make, Device.model, Device.owner, Device.warranty_until, Channel.outdoor, School.private,
)  # fmt: skip
_Home, _HomeDevice = aliased(Channel), aliased(Device)
"""The channel at which a camera is counted, and its device."""
_COUNTED_AT: tuple[Sql, ...] = (col(_Home.index).label("home_index"), col(_HomeDevice.code).label("home_device"))
_RANK = len(RANKS) + 1 - col(ListedFinding.worst)


@dataclass(frozen=True)
class Tally:
    """How many rows are wanted in all, and how many of them have each value of what the list is filtered by; units by
    their ids.
    """

    rules: Counter[str]
    fixes: Counter[str]
    actors: Counter[str]
    districts: Counter[int]

    @property
    def total(self) -> int:
        """How many rows are wanted."""
        return self.districts.total()


def rules_stored(session: Session) -> list[str]:
    """Every rule of which a finding was ever stored, by id."""
    leap = choose(func.min(FindingRecord.rule).label("rule")).cte("leap", recursive=True)
    further = choose(func.min(FindingRecord.rule)).where(col(FindingRecord.rule) > leap.c.rule).scalar_subquery()
    leap = leap.union_all(choose(further).where(leap.c.rule.is_not(None)))
    return [row.rule for row in rows(session, choose(leap.c.rule).where(leap.c.rule.is_not(None)))]


def is_stored(session: Session, rule: str) -> bool:
    """True when a finding of this rule was ever stored."""
    return bool(rows(session, choose(col(FindingRecord.id)).where(FindingRecord.rule == rule).limit(1)))


def count(session: Session, wanted: Wanted) -> int:
    """How many rows are wanted in all."""
    (total,) = rows(session, of_wanted(session, wanted, func.count().label("n")))
    return int(total.n)


def units(session: Session, wanted: Wanted) -> int:
    """Of how many channels and devices the wanted rows are; a camera that is registered twice is one."""
    (number,) = rows(session, of_wanted(session, wanted, func.count(col(ListedFinding.camera).distinct()).label("n")))
    return int(number.n)


def tally(session: Session, wanted: Wanted) -> Tally:
    """How many rows are wanted, in all and by what the list is filtered by: counted in one pass, in small groups."""
    told = tuple(col(getattr(ListedFinding, name)) for name in ("district_id", "rule", "fix", "actor"))
    groups = of_wanted(session, wanted, *told, func.count().label("n")).group_by(*told).cte("groups")
    number, none = func.sum(groups.c.n).label("n"), null()
    kinds = (groups.c.rule, groups.c.fix, groups.c.actor)
    of_kind = choose(none.label("district_id"), *kinds, number).group_by(*kinds)
    of_unit = choose(groups.c.district_id, none, none, none, number).group_by(groups.c.district_id)
    made = Tally(Counter(), Counter(), Counter(), Counter())
    for row in rows(session, of_unit.union_all(of_kind)):
        if row.district_id is not None:
            made.districts[row.district_id] += int(row.n)
            continue
        for counted, value in zip((made.rules, made.fixes, made.actors), row[1:4], strict=True):
            counted[value] += int(row.n)
    return made


def at_schools(session: Session, wanted: Wanted) -> dict[int, int]:
    """How many of the rows wanted each school has, by its id."""
    school = col(ListedFinding.school_id)
    counted = of_wanted(session, wanted, school, func.count().label("n")).group_by(school)
    return {row.school_id: row.n for row in rows(session, counted)}


def ids(session: Session, wanted: Wanted, *, every: bool = False) -> list[int]:
    """The ids of the findings of one page in their order, or of all pages. The other direction turns the whole order
    round.
    """
    by, natural = SORTS[wanted.sort]
    rising = ((wanted.direction or natural) == natural) is (wanted.sort in _RISING)
    order = [column.asc() if rising else column.desc() for column in dict.fromkeys((by, *_PLACE, _LAST))]
    found = of_wanted(session, wanted, _LAST).order_by(*order)
    if not every:
        found = found.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return [row.finding_id for row in rows(session, found)]


def of_ids(session: Session, wanted_ids: Sequence[int]) -> list[Any]:
    """Place, finding, rank of the verdict and where the camera is counted of these findings, in this order."""
    made: tuple[Sql, ...] = (col(ListedFinding.fix).label("fix"), _RANK.label("rank"), SEEN_ON_SITE.label("on_site"))
    chosen = choose(col(FindingRecord.id), *PLACE, *_FINDING, *made, *_REGISTERED, *_COUNTED_AT)
    chosen = chosen.select_from(ListedFinding)
    chosen = chosen.join(FindingRecord, FindingRecord.id == _LAST)
    chosen = chosen.join(Device, col(FindingRecord.device_id) == Device.id)
    chosen = chosen.join(Site, col(Device.site_id) == Site.id).join(School, col(Device.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    chosen = chosen.outerjoin(Channel, col(FindingRecord.channel_id) == Channel.id)
    chosen = chosen.outerjoin(_Home, col(_Home.id) == ListedFinding.camera)
    chosen = chosen.outerjoin(_HomeDevice, col(_HomeDevice.id) == _Home.device_id)
    found = rows(session, chosen.where(_LAST.in_(wanted_ids)))
    place = {finding_id: position for position, finding_id in enumerate(wanted_ids)}
    return sorted(found, key=lambda row: place[row.id])


def of_wanted(session: Session, wanted: Wanted, *columns: Sql) -> Sql:
    """The statement that names these columns of the rows that are wanted."""
    return choose(*columns).select_from(ListedFinding).where(*_within(session, wanted), *_of_finding(wanted))


def _within(session: Session, wanted: Wanted) -> list[Sql]:
    """The conditions of district, school and words."""
    conditions: list[Sql] = []
    for column, table, code in (
        (ListedFinding.district_id, District, wanted.district),
        (ListedFinding.school_id, School, wanted.school),
    ):
        if code is not None:
            of: Sql = choose(col(table.id)).where(col(table.code) == code)
            found = rows(session, of)
            conditions.append(col(column) == (found[0].id if found else None))
    return [*conditions, *has_words(wanted.q, col(ListedFinding.search))]


def _of_finding(wanted: Wanted) -> list[Sql]:
    conditions: list[Sql] = [
        col(getattr(ListedFinding, name)) == getattr(wanted, name)
        for name in ("rule", "fix", "actor")
        if getattr(wanted, name) is not None
    ]
    if wanted.verdict is not None:
        conditions.append(col(ListedFinding.worst) == len(RANKS) + 1 - RANKS[wanted.verdict])
    if wanted.free is not None:
        conditions.append(is_free())
    conditions += _of_model(wanted)
    if wanted.rows:
        conditions.append(tuple_(*_PLACE, col(ListedFinding.rule)).in_(wanted.rows))
    if wanted.official is not None:
        conditions.append(official(wanted.entry) if wanted.official == "yes" else ~official(wanted.entry))
    if wanted.waiver is not None:
        if wanted.today is None:
            raise ValueError("a filter by waivers needs the day: services.waived.narrowed gives it")
        conditions.append(shown_is(wanted.waiver, wanted.today))
    return conditions


def _of_model(wanted: Wanted) -> list[Sql]:
    """By make and model, which stand there as a line each."""
    model: Sql = col(ListedFinding.model)
    make, name = (None if said is None else registered(said) for said in (wanted.make, wanted.model))
    if make is not None and name is not None:
        return [model == f"{make}\n{name}"]
    if make is not None:
        return [model.startswith(f"{make}\n", autoescape=True)]
    return [] if name is None else [model.endswith(f"\n{name}", autoescape=True)]
