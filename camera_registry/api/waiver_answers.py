"""Waivers as the API tells them. Days are those of `zone`; moments are UTC; no id of the database but the number."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pydantic import BaseModel

from camera_registry.services.waived import WaiverSeen
from standards.model import Text
from standards.waiving.waiver_history import EventName
from standards.waiving.waivers import Level, ScopeKind, StandingName, Waived, Waiver


class DecisionAnswer(BaseModel):
    """Who decided, when and why."""

    approved: bool
    by: str
    level: Level
    at: datetime
    note: str


class WithdrawalAnswer(BaseModel):
    """Who took it back, when and why."""

    by: str
    at: datetime
    note: str


class WaiverOfRow(BaseModel):
    """The waiver beside a row: what it is now; of a request the level that has it, and its last day there; of one in
    force how many days it still holds.
    """

    number: int
    state: StandingName
    level: Level | None
    level_until: date | None
    days_left: int | None
    reason: str
    begins: date
    ends: date
    zone: str
    asked_by: str
    asked_at: datetime
    decision: DecisionAnswer | None
    withdrawal: WithdrawalAnswer | None


class ScopeAnswer(BaseModel):
    """What it is for, and where that is."""

    kind: ScopeKind
    district: str
    school: str
    device: str
    channel: int | None
    make: str
    model: str


class RuleOfWaiver(BaseModel):
    """The rule that it is about."""

    id: str
    title: Text


class EventAnswer(BaseModel):
    """One thing that became of it; without `by` it came of itself."""

    at: datetime
    name: EventName
    by: str
    level: Level | None
    note: str


class WaiverAnswer(WaiverOfRow):
    """A waiver by itself."""

    rule: RuleOfWaiver
    scope: ScopeAnswer
    events: list[EventAnswer]


class WaiversAnswer(BaseModel):
    """One page of waivers; `total` in all."""

    total: int
    page: int
    size: int
    pages: int
    rows: list[WaiverAnswer]


def waiver_of_row(waived: Waived | None) -> WaiverOfRow | None:
    """The waiver beside a row."""
    return None if waived is None else WaiverOfRow(**_parts(waived))


def waiver_answer(seen: WaiverSeen) -> WaiverAnswer:
    """A waiver by itself."""
    waiver = seen.waived.waiver
    return WaiverAnswer(
        **_parts(seen.waived),
        rule=RuleOfWaiver(id=waiver.rule, title=seen.title),
        scope=ScopeAnswer.model_validate(vars(waiver.scope)),
        events=[EventAnswer(**{**vars(event), "at": event.at.astimezone(UTC)}) for event in seen.events],
    )


def _parts(waived: Waived) -> dict[str, object]:
    waiver, now = waived.waiver, waived.standing
    same = ("number", "reason", "begins", "ends", "zone", "asked_by", "asked_at")
    return {
        **{name: getattr(waiver, name) for name in same},
        "state": now.name,
        "level": now.level,
        "level_until": now.until,
        "days_left": now.days_left,
        **_said(waiver),
    }


def _said(waiver: Waiver) -> dict[str, object]:
    decision, withdrawal = waiver.decision, waiver.withdrawal
    return {
        "decision": DecisionAnswer(**vars(decision)) if decision else None,
        "withdrawal": WithdrawalAnswer(**vars(withdrawal)) if withdrawal else None,
    }
