"""The list of what is not compliant: one row a deciding finding that fails now, filtered, sorted and paged there.

Strategy: the open failures are had rule by rule from the index `finding_by_rule`, which needs the rules by name: these
are found by leaping through the same index, one leap a rule. Those of one unit or school are had device by device.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, FindingRecord, School, Site
from camera_registry.store.on_site import SEEN_ON_SITE, official
from camera_registry.store.places import (
    COUNTED_ONCE,
    PLACE,
    RANKS,
    Sql,
    Wanted,
    choose,
    ordered,
    rank_now,
    rows,
    within,
)
from camera_registry.store.waived import shown_is

_RANK = rank_now(col(FindingRecord.channel_id), col(FindingRecord.device_id))
_FIX = func.coalesce(col(FindingRecord.fix), "survey")
"""A failure without a fix has to be found out on site, as `standards.sum_up` has it."""
SORTS: dict[str, tuple[Sql, str]] = {
    "severity": (_RANK, "desc"),
    "district": (col(District.code), "asc"),
    "school": (col(School.code), "asc"),
    "device": (col(Device.code), "asc"),
    "rule": (col(FindingRecord.rule), "asc"),
    "fix": (_FIX, "asc"),
    "actor": (col(FindingRecord.actor), "asc"),
    "seen_at": (col(FindingRecord.seen_at), "desc"),
    "since": (col(FindingRecord.fails_since), "asc"),
}
"""What the list may be sorted by, and the direction it has when none is said."""
_COUNTED: dict[str, Sql] = {name: SORTS[name][0] for name in ("rule", "fix", "actor", "district", "school")}
_FINDING = tuple(
    getattr(FindingRecord, name)
    for name in ("rule", "actor", "fact", "seen", "seen_at", "how", "why", "expected", "state", "edition", "sha256",
                 "fails_since", "stream", "nights")
)  # fmt: skip


def rules_stored(session: Session) -> list[str]:
    """Every rule of which a finding was ever stored, by id."""
    leap = choose(func.min(FindingRecord.rule).label("rule")).cte("leap", recursive=True)
    further = choose(func.min(FindingRecord.rule)).where(col(FindingRecord.rule) > leap.c.rule).scalar_subquery()
    leap = leap.union_all(choose(further).where(leap.c.rule.is_not(None)))
    return [row.rule for row in rows(session, choose(leap.c.rule).where(leap.c.rule.is_not(None)))]


def count(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many rows are wanted in all, and of how many channels and devices they are."""
    counted = _wanted(session, wanted, func.count(), func.count(COUNTED_ONCE.distinct()))
    (numbers,) = rows(session, counted)
    return numbers[0], numbers[1]


def ids(session: Session, wanted: Wanted, *, every: bool = False) -> list[int]:
    """The ids of the findings of one page in their order, or of all pages."""
    by, natural = SORTS[wanted.sort]
    descending = (wanted.direction or natural) == "desc"
    found = _wanted(session, wanted, col(FindingRecord.id))
    found = found.order_by(*ordered(by, descending=descending, last=col(FindingRecord.id)))
    if not every:
        found = found.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return [row.id for row in rows(session, found)]


def of_ids(session: Session, wanted_ids: Sequence[int]) -> list[Any]:
    """Place, finding and rank of the verdict of these findings, in this order."""
    made = (_FIX.label("fix"), _RANK.label("rank"), SEEN_ON_SITE.label("on_site"))
    chosen = choose(col(FindingRecord.id), *PLACE, *_FINDING, *made).select_from(FindingRecord)
    found = rows(session, _joined(chosen).where(col(FindingRecord.id).in_(wanted_ids)))
    place = {finding_id: position for position, finding_id in enumerate(wanted_ids)}
    return sorted(found, key=lambda row: place[row.id])


def count_by(session: Session, wanted: Wanted, what: str) -> dict[str, int]:
    """How many of the rows wanted have each value of `what`: district, school, rule, fix or actor."""
    counted = _wanted(session, wanted, _COUNTED[what].label("value"), func.count().label("n"))
    return {row.value: row.n for row in rows(session, counted.group_by(_COUNTED[what]))}


def _wanted(session: Session, wanted: Wanted, *columns: Sql) -> Sql:
    chosen = _joined(choose(*columns).select_from(FindingRecord))
    if wanted.rule is not None:
        chosen = chosen.where(col(FindingRecord.rule) == wanted.rule)
    elif wanted.district is None and wanted.school is None:
        chosen = chosen.where(col(FindingRecord.rule).in_(rules_stored(session)))
    return chosen.where(
        col(FindingRecord.outcome) == "fail",
        col(FindingRecord.until).is_(None),
        col(FindingRecord.decides),
        *within(wanted),
        *_of_finding(wanted),
    )


def _of_finding(wanted: Wanted) -> list[Sql]:
    conditions: list[Sql] = []
    if wanted.fix is not None:
        conditions.append(wanted.fix == _FIX)
    if wanted.actor is not None:
        conditions.append(col(FindingRecord.actor) == wanted.actor)
    if wanted.verdict is not None:
        conditions.append(RANKS[wanted.verdict] == _RANK)
    if wanted.official is not None:
        conditions.append(official(wanted.entry) if wanted.official == "yes" else ~official(wanted.entry))
    if wanted.waiver is not None:
        if wanted.today is None:
            raise ValueError("a filter by waivers needs the day: services.waived.narrowed gives it")
        conditions.append(shown_is(wanted.waiver, wanted.today))
    return conditions


def _joined(chosen: Sql) -> Sql:
    chosen = chosen.join(Device, col(FindingRecord.device_id) == Device.id)
    chosen = chosen.join(Site, col(Device.site_id) == Site.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    chosen = chosen.join(District, col(School.managed_by) == District.id)
    return chosen.outerjoin(Channel, col(FindingRecord.channel_id) == Channel.id)
