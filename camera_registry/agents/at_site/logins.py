"""Logins: with which state a look begins, when the registry and this agent may know different things of it. Pure.

Strategy: the registry gives what it knew when it made the order; what was tried here since may still be on its way to
it, or on the way while the order was made. Of the two the agent takes its own until the registry must have heard, so a
login that a device refused here is not sent again because a line was cut.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from camera_registry.agents.at_site.rows import KeptLogin
from probes.login import DOORS, LoginState

HEARD_AFTER = timedelta(minutes=2)
"""What the broker has had for so long the registry has heard before it made the next order. A try that a person bought
needs no such time: it leaves the other doors withheld, as no order before did.
"""


def beginning(given: LoginState, kept: KeptLogin | None, order: str, now: datetime) -> LoginState:
    """The state with which a look of this order begins."""
    if kept is None:
        return given
    if kept.of.order == order:
        return kept.state
    if _refused(given) or _doors(given) != _doors(kept.given) or _heard(kept, now):
        return given
    return kept.state


def being_tried(state: LoginState, doors: tuple[str, ...]) -> LoginState | None:
    """What is kept before a password leaves: a try without an answer. None where it is known to be good, or no door of
    `doors` may be tried.
    """
    good = any(state.state(door) == "good" for door in DOORS)
    if good or not any(state.may_send(door) for door in DOORS if door in doors):
        return None
    return state.left_unanswered()


def refused_since(given: LoginState, state: LoginState) -> int:
    """How often the device has refused this login since the registry gave it."""
    before, after = _doors(given), _doors(state)
    doors = sum(now == "refused" != then for then, now in zip(before, after, strict=True))
    return doors + (state.zone_try_used and not given.zone_try_used)


def _heard(kept: KeptLogin, now: datetime) -> bool:
    return kept.told_at is not None and not kept.told_at <= now < kept.told_at + HEARD_AFTER


def _refused(state: LoginState) -> bool:
    return "refused" in _doors(state)


def _doors(state: LoginState) -> tuple[str, ...]:
    return tuple(state.state(door) for door in DOORS)
