"""The passes of an item of a sweep: what it costs in all, and how it ends when the second one shows nothing.

Strategy: an item has one final state. One that is to be looked at again waits, as one that was never looked at does;
what it came to stands beside, and becomes its final state by whatever ends it without a further result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, and_, case, literal, update
from sqlmodel import Session, col, func, select

from camera_registry.models import SweepItem, UtcMilliseconds

FINAL = ("done", "failed", "skipped")
COSTS = ("connections", "logins", "tries", "session_s", "bytes_in", "bytes_out")
"""What the passes of an item add up to."""


def look_again(
    session: Session, item_id: int, state: str, reason: str, now: datetime, not_before: datetime, **values: Any
) -> bool:
    """True when the item waits by this call for its second pass, not before `not_before`: what it has come to so far
    (`state`, `reason`) stands, if nothing else follows. False when it had a final state or was in that pass.
    """
    first = update(SweepItem).where(
        col(SweepItem.id) == item_id, col(SweepItem.state).not_in(FINAL), col(SweepItem.passes) == 1
    )
    seen = {"first_state": state, "first_reason": reason, "first_ended_at": now, "not_before": not_before}
    return changed(session.execute(first.values(state="waiting", passes=2, **seen, **in_all(values)))) == 1


def in_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """Costs added to what stands there; refusals are counted while they happen, so the greater number is right."""
    made = {name: getattr(SweepItem, name) + value if name in COSTS else value for name, value in values.items()}
    if "refusals" in values:
        counted = values["refusals"]
        made["refusals"] = case((col(SweepItem.refusals) > counted, col(SweepItem.refusals)), else_=counted)
    return made


def end_unseen(session: Session, item_id: int, state: str, reason: str, now: datetime) -> None:
    """The item ends without a look that came to an end: as its first pass did, where it had one, else in `state` for
    `reason`; nothing happens to one with a final state.
    """
    mine = update(SweepItem).where(col(SweepItem.id) == item_id, col(SweepItem.state).not_in(FINAL))
    session.execute(mine.values(**as_first(state, reason, now)))


def as_first(state: str, reason: str, now: datetime) -> dict[str, Any]:
    """The values of an item that ends as its first pass did, where it had one, else in `state` for `reason`."""
    again = col(SweepItem.passes) > 1
    return {
        "state": case((again, col(SweepItem.first_state)), else_=state),
        "reason": case((again, col(SweepItem.first_reason)), else_=reason),
        "ended_at": case((again, col(SweepItem.first_ended_at)), else_=literal(now, UtcMilliseconds)),
    }


def waiting_again(session: Session, sweep_id: int) -> list[int]:
    """The devices that did not answer in the first pass of this sweep and have no other result yet."""
    wanted = select(SweepItem.device_id).where(unfinished_items(sweep_id), SweepItem.first_state == "failed")
    return list(session.exec(wanted).all())


def waiting_for_second(session: Session, sweep_id: int) -> int:
    """How many items of a sweep wait for their second pass."""
    wanted = select(func.count()).where(unfinished_items(sweep_id), col(SweepItem.passes) > 1)
    return session.exec(wanted).one()


def unfinished_items(sweep_id: int) -> Any:
    """The condition of an item without a final state. By its end alone the index `item_to_do` finds it."""
    return and_(
        col(SweepItem.sweep_id) == sweep_id, col(SweepItem.ended_at).is_(None), col(SweepItem.state).not_in(FINAL)
    )


def changed(result: Any) -> int:
    """How many rows a statement has changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
