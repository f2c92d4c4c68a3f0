"""Steps: each change of one item of an order. Each is on the disk before the next one relies on it.

Strategy: as beside the registry (`services.lease`): a try is marked before a password leaves, a result ends its item
and is posted with it, both or neither. A device during whose look the agent died again and again is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from camera_registry.agents.at_site import rows
from camera_registry.agents.at_site.logins import beginning, being_tried, refused_since
from camera_registry.agents.at_site.rows import KeptLogin, Of
from camera_registry.agents.messages import FromAgent, GivenUp, HandedBack, Learned, OrderItem, Seen, WhyGivenUp
from probes.facts import Observation
from probes.login import LoginState
from probes.target import Target

MOST_DEATHS = 3
"""Looks at one device in one order that may end with the death of the agent."""


@dataclass(frozen=True)
class Telling:
    """How this agent says something: what seals a message."""

    sealed: Callable[[FromAgent], bytes]


def begin(db: Connection, order: str, ordered: OrderItem, telling: Telling, now: datetime) -> Target | None:
    """What to look at, once the tries that may follow are marked; None when it is not to be looked at (any more)."""
    deaths = rows.begin_item(db, order, ordered.item)
    if deaths is None:
        return None
    of = Of(order, ordered.item, ordered.attempt)
    tell_untold(db, order, telling, ordered.item)
    if deaths >= MOST_DEATHS:
        give_up(db, of, "killed", telling)
        return None
    target = ordered.target
    states, refused = {**target.remembered.logins}, 0
    for credential in target.credentials:
        given, kept = target.remembered.login(credential.version), rows.login(db, credential.version)
        state = states[credential.version] = beginning(given, kept, order, now)
        refused += refused_since(given, state)
        tried = being_tried(state, credential.doors)
        if tried is not None:
            rows.put_login(db, KeptLogin(credential.version, of, given, tried))
    left = replace(target.limits, refusals=max(0, target.limits.refusals - refused))
    return replace(target, remembered=replace(target.remembered, logins=states), limits=left)


def learned(db: Connection, of: Of, given: LoginState, version: str, state: LoginState, telling: Telling) -> None:
    """What became of a login is kept, and told whatever becomes of the look."""
    _tell(db, KeptLogin(version, of, given, state), telling)


def finish(db: Connection, of: Of, given: Mapping[str, LoginState], observation: Observation, telling: Telling) -> None:
    """The item has its end and its result is posted; one that comes late changes nothing. Raises SealError and
    MessageError for a result that cannot be told; then nothing has changed.
    """
    if not rows.end_item(db, of.order, of.item or 0):
        return
    logins = {version: state for version, state in observation.remembered.logins.items() if version in given}
    number = rows.post(db, of, telling.sealed(Seen(of.order, of.item or 0, of.attempt or 0, observation, logins)))
    for version, state in logins.items():
        rows.put_login(db, KeptLogin(version, of, given[version], state), number)


def give_up(db: Connection, of: Of, why: WhyGivenUp, telling: Telling) -> None:
    """The item has its end without a result, for a reason that lies with us."""
    if rows.end_item(db, of.order, of.item or 0):
        rows.post(db, of, telling.sealed(GivenUp(of.order, of.item or 0, of.attempt or 0, why)))


def put_back(db: Connection, of: Of, unsent: Mapping[str, LoginState]) -> None:
    """The item waits again; logins that have not left, `unsent` with the states before, are as they were."""
    rows.put_back_item(db, of.order, of.item or 0)
    for version, before in unsent.items():
        kept = rows.login(db, version)
        if kept is None or kept.of != of or kept.told:
            continue
        if kept.given == before:
            rows.drop_login(db, version)
        else:
            rows.put_login(db, replace(kept, state=before))


def tell_untold(db: Connection, order: str, telling: Telling, item: int | None = None) -> None:
    """Of logins that were marked and of which nothing was heard since, in this order (of this item), the state that
    counts is told: the agent died in between.
    """
    for kept in rows.untold_logins(db, order):
        if item is None or kept.of.item == item:
            _tell(db, kept, telling)


def hand_back(db: Connection, order: str, telling: Telling) -> None:
    """It is posted that nothing is known here of this order."""
    rows.post(db, Of(order), telling.sealed(HandedBack(order)))


def close(db: Connection, order: str, telling: Telling) -> None:
    """The order is over; what is known of its logins is told."""
    tell_untold(db, order, telling)
    rows.close_order(db, order)


def _tell(db: Connection, kept: KeptLogin, telling: Telling) -> None:
    of = kept.of
    said = Learned(of.order, of.item or 0, of.attempt or 0, kept.version, kept.state)
    rows.put_login(db, kept, rows.post(db, of, telling.sealed(said)))
