"""Results of agents: what one sends, and whether it counts.

Strategy: that a message was sealed by this agent says who it is from and nothing more. A result counts where its order
is open and of this agent, the attempt is the one that is leased, the item has no final state, and what was seen is of
the device of that item; else it changes nothing, so one that comes twice counts once. Each call is one piece of work
for one transaction; whoever calls commits, then acknowledges.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

from camera_registry.agents.messages import FromAgent, GivenUp, Greeting, HandedBack, Learned, Refused, Seen
from camera_registry.bundles.document import moments
from camera_registry.models import Agent, AgentOrder, SweepItem
from camera_registry.numbers import LARGEST
from camera_registry.services import agent_orders
from camera_registry.services import lease as leased
from camera_registry.services.agent_orders import LEAST_PROTOCOL, lease_of
from camera_registry.services.record import AHEAD
from camera_registry.store import orders, sweeps
from camera_registry.sweep.source import Judging

TWINS = timedelta(minutes=3)
"""Two instances that greet by turns within this while are both alive."""
_MOST = 2**31 - 1
_log = logging.getLogger("camera_registry.agents.results")
"""Beside those of the broker: `work` shows them."""


@dataclass(frozen=True)
class Taken:
    """What became of a message: it counted, or nothing was changed; and what the agent is to be told."""

    counts: bool
    answer: Refused | None = None


def take(session: Session, agent: Agent, message: FromAgent, judging: Judging, now: datetime) -> Taken:
    """What this agent has sent is in the registry, where it counts."""
    if isinstance(message, Greeting):
        return Taken(counts=True, answer=greeted(session, agent, message, now))
    order = _order(session, agent, message.order)
    if order is None:
        return Taken(counts=False)
    if isinstance(message, HandedBack):
        return Taken(counts=_handed_back(session, order, now))
    if isinstance(message, Learned):
        return Taken(counts=_learned(session, order, message))
    return Taken(counts=_result(session, order, message, judging, now))


def greeted(session: Session, agent: Agent, said: Greeting, now: datetime) -> Refused | None:
    """It is kept that the agent is there; what one is told that is too old, once each time it starts."""
    known = said.instance == agent.instance
    if not known:
        lately = agent.seen_at is not None and now - agent.seen_at < TWINS
        if lately and said.instance == agent.other_instance:
            agent.twins_at = now
        agent.other_instance, agent.instance = agent.instance, said.instance
    agent.seen_at, agent.version, agent.protocol = now, said.version, min(said.protocol, _MOST)
    agent.waiting = min(said.waiting, _MOST)
    session.add(agent)
    session.flush()
    return refusal(said.version) if is_too_old(agent) and not known else None


def is_too_old(agent: Agent) -> bool:
    """True where the agent has said that it speaks an older protocol than has orders."""
    return agent.protocol is not None and agent.protocol < LEAST_PROTOCOL


def refusal(version: str) -> Refused:
    """What an agent of this version is told instead of orders."""
    return Refused(
        {
            "vi": f"Trạm kiểm tra phiên bản {version} đã quá cũ so với máy chủ: hãy cập nhật rồi chạy lại.",
            "en": f"This agent, version {version}, is too old for the server: update it, then start it again.",
        },
        LEAST_PROTOCOL,
    )


def _order(session: Session, agent: Agent, number: str) -> AgentOrder | None:
    """The order of this number, where it is of this agent."""
    if not number.isdecimal() or not 0 <= int(number) <= LARGEST:
        return None
    order = orders.by_id(session, int(number))
    return order if order is not None and order.agent_id == agent.id else None


def _handed_back(session: Session, order: AgentOrder, now: datetime) -> bool:
    if order.state != "open":
        return False
    agent_orders.take_back(session, order, now, tried=True)
    return True


def _learned(session: Session, order: AgentOrder, said: Learned) -> bool:
    item = _under_way(session, order, said.item, said.attempt)
    if item is not None:
        leased.learned(session, item.device_id, said.item, said.version, said.state)
        return True
    if agent_orders.attempts_of(order).get(said.item) != said.attempt:
        return False
    gone = orders.item(session, said.item)
    if gone is not None:  # it may be kept no more
        leased.refused_late(session, gone.device_id, said.item, said.version, said.state)
    return False


def _result(session: Session, order: AgentOrder, said: Seen | GivenUp, judging: Judging, now: datetime) -> bool:
    item = _under_way(session, order, said.item, said.attempt)
    if item is None:
        return False
    if isinstance(said, GivenUp):
        _log.warning("An agent gave up item %d: %s", said.item, said.why)
        leased.give_up(session, said.item, now)
    elif said.observation.target != str(item.device_id):
        _log.warning("An agent sent for item %d what is of another device", said.item)
        return False
    elif not _in_time(order, said, now):
        _log.error("The clock of agent %s is wrong: what it saw of device %d is left out", order.owner, item.device_id)
        leased.give_up(session, said.item, now)
    else:
        _store(session, order, item, said, judging, now)
    agent_orders.settle(session, order, judging.editions(), now)
    return True


def _in_time(order: AgentOrder, said: Seen, now: datetime) -> bool:
    """True where all of this can have been seen after the order was made and before now. Else the agent measures the
    clocks of devices by one that is wrong, and what it says would stand in the wrong night.
    """
    seen = said.observation
    return seen.observed_at >= order.made_at - AHEAD and all(at <= now + AHEAD for at in moments(seen))


def _store(session: Session, order: AgentOrder, item: SweepItem, said: Seen, judging: Judging, now: datetime) -> None:
    """The result is stored; one that cannot be gives the item up."""
    try:
        with session.begin_nested():
            for version, state in said.logins.items():
                leased.learned(session, item.device_id, said.item, version, state)
            editions, sun_up = judging.editions(), judging.sun_up
            lease, again = lease_of(session, order), judging.again_after
            leased.finish(session, lease, said.item, said.observation, editions, now, sun_up, judging.zone, again)
        return
    except DBAPIError as error:
        if not isinstance(error, IntegrityError | DataError):
            raise
        _log.exception("What an agent saw of device %d cannot be stored", item.device_id)
    except Exception:  # noqa: BLE001  (the edge of a result: it costs one device, not the others)
        _log.exception("What an agent saw of device %d cannot be stored", item.device_id)
    leased.give_up(session, said.item, now)


def _under_way(session: Session, order: AgentOrder, number: int, attempt: int) -> SweepItem | None:
    """The item, where this attempt at it is under way in this order."""
    if order.state != "open" or agent_orders.attempts_of(order).get(number) != attempt:
        return None
    if not sweeps.holds(session, lease_of(session, order)):
        return None
    item = orders.item(session, number)
    if item is None or (item.sweep_id, item.site_id) != (order.sweep_id, order.site_id):
        return None
    return item if item.state == "leased" and item.attempts == attempt else None
