"""Waivers: kept as rows, read as values (`standards.Waiver`). The public key is the number.

Strategy: a row names what it is for by one id alone, that of its scope; where that is, is joined when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from sqlalchemy import func, or_
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, District, School, WaiverRecord
from camera_registry.store.places import Sql, Today, choose, rows
from camera_registry.store.waiver_days import standing
from standards.waiving.waivers import Decision, Level, Scope, ScopeKind, Waiver, Withdrawal

OPEN = ("asked", "approved")
"""States of rows that are shown beside a failed rule."""
_KINDS: Mapping[str, ScopeKind] = {kind: kind for kind in get_args(ScopeKind)}
_LEVELS: Mapping[str, Level] = {level: level for level in get_args(Level)}
PLACE: tuple[Sql, ...] = (
    col(District.code).label("district"),
    col(School.code).label("school"),
    col(Device.code).label("device"),
    col(Channel.index).label("channel"),
)
"""Columns that name a place, as `standards.waiving.waivers.Place` does."""
_NAMES: tuple[Sql, ...] = (
    col(District.name).label("district_name"),
    col(School.name).label("school_name"),
    col(Channel.name).label("channel_name"),
)


@dataclass(frozen=True, kw_only=True)
class WaiversWanted:
    """Which waivers are wanted: in this state now, for something in this place, about this rule."""

    state: str | None = None
    district: str | None = None
    school: str | None = None
    device: str | None = None
    rule: str | None = None
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Named:
    """A waiver, and what the things it is for are called; empty where it is not for one."""

    waiver: Waiver
    district: str
    school: str
    channel: str


def zones(session: Session) -> list[str]:
    """Every zone in which a waiver has its days."""
    return [row.zone for row in rows(session, choose(col(WaiverRecord.zone)).distinct().order_by("zone"))]


def rules(session: Session) -> list[str]:
    """Every rule, by id, for which a waiver was ever asked."""
    return [row.rule for row in rows(session, choose(col(WaiverRecord.rule)).distinct().order_by("rule"))]


def add(session: Session, waiver: Waiver, ids: Mapping[str, int]) -> int:
    """The request is kept; its number. `ids` holds the id of what it is for, by the name of its column."""
    same = ("rule", "reason", "begins", "ends", "zone", "level", "asked_by", "asked_at")
    values: dict[str, Any] = {name: getattr(waiver, name) for name in same} | dict(ids)
    if waiver.scope.kind == "model":
        values |= {"make": waiver.scope.make, "model": waiver.scope.model}
    row = WaiverRecord(scope=waiver.scope.kind, **values)
    session.add(row)
    session.flush()
    return row.id or 0


def decide(session: Session, number: int, decision: Decision) -> None:
    """The request of this number is decided."""
    row = session.get_one(WaiverRecord, number)
    row.state = "approved" if decision.approved else "refused"
    row.decided_by, row.decided_level = decision.by, decision.level
    row.decided_at, row.note = decision.at, decision.note
    session.add(row)
    session.flush()


def withdraw(session: Session, number: int, withdrawal: Withdrawal) -> None:
    """The waiver of this number is taken back; what was decided stays."""
    row = session.get_one(WaiverRecord, number)
    row.state = "withdrawn"
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_note = withdrawal.by, withdrawal.at, withdrawal.note
    session.add(row)
    session.flush()


def get(session: Session, number: int) -> Named | None:
    """The waiver of this number."""
    found = rows(session, _placed().where(col(WaiverRecord.id) == number))
    return _named(found[0]) if found else None


def asked_already(session: Session, rule: str, scope: Scope, ids: Mapping[str, int]) -> int | None:
    """The number of a request that waits for the same; `ids` as in `add`."""
    same = {"rule": rule, "state": "asked", "scope": scope.kind, **ids}
    if scope.kind == "model":
        same |= {"make": scope.make, "model": scope.model}
    wanted = choose(col(WaiverRecord.id)).where(*(getattr(WaiverRecord, name) == value for name, value in same.items()))
    found = rows(session, wanted.limit(1))
    return found[0].id if found else None


def registered_model(session: Session, make: str, model: str) -> tuple[str, str] | None:
    """Make and model as they are registered, of a device that is of this model; None where none is."""
    wanted = choose(col(Device.make), col(Device.model)).where(
        func.plain(col(Device.make)) == func.plain(make), func.plain(col(Device.model)) == func.plain(model)
    )
    found = rows(session, wanted.order_by(col(Device.id)).limit(1))
    return (found[0].make, found[0].model) if found else None


def listed(session: Session, wanted: WaiversWanted, today: Today) -> tuple[int, list[Named]]:
    """How many waivers are wanted in all, and one page of them: what ends first stands first."""
    conditions = _wanted(wanted, today)
    (total,) = rows(session, _joined(choose(func.count().label("n")).select_from(WaiverRecord)).where(*conditions))
    page = _placed().where(*conditions).order_by(col(WaiverRecord.ends), col(WaiverRecord.id))
    found = rows(session, page.limit(wanted.size).offset((wanted.page - 1) * wanted.size))
    return total.n, [_named(row) for row in found]


def count_states(session: Session, today: Today) -> dict[str, int]:
    """How many waivers are in each state now."""
    counted = choose(standing(today).label("state"), func.count().label("n")).group_by("state")
    return {row.state: row.n for row in rows(session, counted)}


def touching(session: Session, rules: Collection[str] | None, ids: Mapping[str, Collection[int]]) -> list[Waiver]:
    """The waivers, asked for or approved, about one of these rules (None: any) that are for a model or one of `ids`."""
    conditions = [col(WaiverRecord.state).in_(OPEN)]
    if rules is not None:
        conditions.append(col(WaiverRecord.rule).in_(rules))
    about = or_(col(WaiverRecord.make) != "", *(getattr(WaiverRecord, name).in_(held) for name, held in ids.items()))
    found = _placed().where(*conditions, about).order_by(col(WaiverRecord.id))
    return [_named(row).waiver for row in rows(session, found)]


def _wanted(wanted: WaiversWanted, today: Today) -> list[Sql]:
    conditions: list[Sql] = []
    if wanted.state is not None:
        conditions.append(standing(today) == wanted.state)
    told = {District.code: wanted.district, School.code: wanted.school, Device.code: wanted.device}
    told[WaiverRecord.rule] = wanted.rule
    return [*conditions, *(col(cast("Any", column)) == value for column, value in told.items() if value is not None)]


def _placed() -> Sql:
    return _joined(choose(WaiverRecord, *PLACE, *_NAMES).select_from(WaiverRecord))


def _joined(chosen: Sql) -> Sql:
    """With the channel, device, school and unit that a waiver is for, or in which that stands."""
    chosen = chosen.outerjoin(Channel, col(WaiverRecord.channel_id) == Channel.id)
    device = func.coalesce(col(WaiverRecord.device_id), col(Channel.device_id))
    chosen = chosen.outerjoin(Device, device == Device.id)
    school = func.coalesce(col(WaiverRecord.school_id), col(Device.school_id))
    chosen = chosen.outerjoin(School, school == School.id)
    district = func.coalesce(col(WaiverRecord.district_id), col(School.managed_by))
    return chosen.outerjoin(District, district == District.id)


def _named(row: Any) -> Named:
    waiver = _waiver(row.WaiverRecord, row)
    return Named(waiver, row.district_name or "", row.school_name or "", row.channel_name or "")


def _waiver(kept: WaiverRecord, row: Any) -> Waiver:
    scope = Scope(
        kind=_KINDS[kept.scope], district=row.district or "", school=row.school or "", device=row.device or "",
        channel=row.channel, make=kept.make, model=kept.model,
    )  # fmt: skip
    same = ("rule", "reason", "begins", "ends", "zone", "asked_by", "asked_at")
    return Waiver(
        number=kept.id or 0,
        scope=scope,
        level=_LEVELS[kept.level],
        decision=_decision(kept),
        withdrawal=Withdrawal(kept.withdrawn_by, kept.withdrawn_at, kept.withdrawn_note) if kept.withdrawn_at else None,
        **{name: getattr(kept, name) for name in same},
    )


def _decision(kept: WaiverRecord) -> Decision | None:
    """Only what was approved can be withdrawn after it was decided."""
    if kept.decided_at is None:
        return None
    level = _LEVELS[kept.decided_level]
    return Decision(kept.state != "refused", kept.decided_by, level, kept.decided_at, kept.note)
