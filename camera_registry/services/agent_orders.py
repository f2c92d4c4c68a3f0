"""Orders of agents: a site is given to the agent that looks there, and taken back when the order is over.

Strategy: an order is the lease of one site. It is a row before anything is sent, and the row alone says what counts:
which agent, until when, which attempt of which item. What is sent is made when it is sent, so no login stands in a
table. Each call is one piece of work for one transaction.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

from camera_registry.agents.messages import MOST_ITEMS, Order, OrderItem
from camera_registry.models import Agent, AgentOrder, Sweep, SweepItem
from camera_registry.services import lease as leased
from camera_registry.services.after_looks import after_looks
from camera_registry.services.sweeps import silent_ones
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, devices, orders, passes, schools, sweeps
from camera_registry.store.open_sites import AGENT
from camera_registry.store.sweeps import Lease
from standards import Editions

LEAST_PROTOCOL = 1
"""The oldest protocol of an agent that has orders."""
_CLAIMED = timedelta(seconds=60)
"""Until the end of the order is known, in the same transaction."""
_log = logging.getLogger("camera_registry.agents.orders")
"""Beside those of the broker: `work` shows them."""
_LONGER = timedelta(minutes=10)
"""By so much the lease outlasts the order: it is ended by what ends orders, and not taken as one that was left."""
Kbps = Callable[[float | None, datetime], float]


@dataclass(frozen=True)
class Terms:
    """How orders are given. `late`: how long after the hours of a sweep results are waited for; `asked`: how long where
    a person asked; `at_once` sites of one agent, `site_at_once` devices of one site; `kbps` of a line (by its Mbit/s,
    where that is known) that samples may use now.
    """

    late: timedelta
    asked: timedelta
    at_once: int
    site_at_once: int
    kbps: Kbps


def give(session: Session, agent: Agent, terms: Terms, now: datetime) -> AgentOrder | None:
    """A new order of this agent; None when it has as many as it may, or there is nothing to do at its sites."""
    if agent.state != "active" or len(orders.open_of(session, agent.id or 0)) >= terms.at_once:
        return None
    owner = f"{AGENT}{agent.code}/{secrets.token_hex(8)}"
    barren: set[int] = set()
    while (lease := sweeps.claim(session, owner, now, now + _CLAIMED, not_at=barren, agent_id=agent.id)) is not None:
        attempts = _begun(session, lease, now)
        if attempts:
            return _order(session, agent, lease, attempts, terms, now)
        sweeps.release(session, lease, now)
        barren.add(lease.site_id)  # its devices are looked at from elsewhere: other sites do not wait for that
    return None


def _begun(session: Session, lease: Lease, now: datetime) -> Mapping[str, int]:
    """The items that are being looked at from now on under this lease, and for how many times."""
    to_do = sweeps.items_to_do(session, lease, now)[:MOST_ITEMS]
    begun = {item.id or 0: leased.begin_item(session, lease, item.id or 0, now) for item in to_do}
    return {str(number): each.attempts for number, each in begun.items() if each is not None}


def _order(
    session: Session, agent: Agent, lease: Lease, attempts: Mapping[str, int], terms: Terms, now: datetime
) -> AgentOrder:
    ends = _ends(session.get_one(Sweep, lease.sweep_id), terms, now)
    sweeps.extend(session, [lease.owner], ends + _LONGER)
    made = AgentOrder(id=secrets.randbits(52), agent_id=agent.id or 0, sweep_id=lease.sweep_id, site_id=lease.site_id,
                      owner=lease.owner, items=json.dumps(attempts), made_at=now, ends_by=ends)  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _ends(sweep: Sweep, terms: Terms, now: datetime) -> datetime:
    return now + terms.asked if sweep.ends_by is None else sweep.ends_by + terms.late


def to_send(session: Session, order: AgentOrder, asking: Asking, terms: Terms, now: datetime) -> Order | None:
    """What the agent is sent: what has no result yet, with its logins, until the hours of the sweep end: results may
    come later, and no look begins then. None when nothing is left of the order.
    """
    if order.state != "open":
        return None
    sweep, attempts = session.get_one(Sweep, order.sweep_id), attempts_of(order)
    mine = [item for item in orders.under_way(session, order) if attempts.get(item.id or 0) == item.attempts]
    made = [each for item in mine if (each := _item(session, sweep.kind, item, asking, now)) is not None]
    if not made:
        return None
    uplink = schools.site(session, order.site_id).uplink_mbps
    begins_until = order.ends_by if sweep.ends_by is None else min(sweep.ends_by, order.ends_by)
    return Order(str(order.id), begins_until, terms.site_at_once, max(1, int(terms.kbps(uplink, now))), tuple(made))


def _item(session: Session, kind: str, item: SweepItem, asking: Asking, now: datetime) -> OrderItem | None:
    """What the agent is told of this item; None when it has its end, also because no target can be made of it."""
    number, device_id = item.id or 0, item.device_id
    try:
        with session.begin_nested():
            target = leased.target_of(session, kind, number, device_id, asking, now, mark=False)
            host = devices.get(session, device_id).host
    except Exception as error:  # the edge of a beginning: it costs one device, not what others are sent
        if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError):
            raise
        _log.exception("Device %d cannot be looked at", device_id)
        leased.give_up(session, number, now)
        return None
    return None if target is None else OrderItem(number, item.attempts, host, target)


def attempts_of(order: AgentOrder) -> Mapping[int, int]:
    """The attempt of each item of an order, by its number."""
    return {int(number): attempt for number, attempt in json.loads(order.items).items()}


def settle(session: Session, order: AgentOrder, editions: Editions, now: datetime) -> bool:
    """True when all items of the order are done: the site is judged and given back, and the order is closed."""
    if order.state != "open" or orders.under_way(session, order):
        return False
    if sweeps.holds(session, lease_of(session, order)):
        after_looks(session, order.site_id, editions, now)
    _close(session, order, now)
    return True


def end_silent(session: Session, order: AgentOrder, editions: Editions, now: datetime, *, tried: bool = False) -> None:
    """The order is over: what has no result is skipped, because its agent was silent. `tried`: as in `take_back`."""
    if order.state != "open":
        return
    if sweeps.holds(session, lease_of(session, order)):
        with silent_ones(session, session.get_one(Sweep, order.sweep_id)):
            for item in orders.under_way(session, order):
                if tried:
                    credentials.in_trial(session, item.device_id, now)
                passes.end_unseen(session, item.id or 0, "skipped", "agent_silent", now)
        session.expire_all()
        after_looks(session, order.site_id, editions, now)
    _close(session, order, now)


def take_back(session: Session, order: AgentOrder, now: datetime, *, tried: bool) -> None:
    """What the order has no result of waits for another one, its attempt counted. `tried`: nobody knows any more which
    logins the agent has sent, so each that is not known to be good counts as tried.
    """
    if order.state != "open":
        return
    if sweeps.holds(session, lease_of(session, order)):
        for device_id in orders.wait_again(session, order):
            if tried:
                credentials.in_trial(session, device_id, now)
    _close(session, order, now)


def lease_of(session: Session, order: AgentOrder) -> Lease:
    """The lease that the order is."""
    sweep = session.get_one(Sweep, order.sweep_id)
    return Lease(order.sweep_id, order.site_id, sweep.kind, order.owner, sweep.school_day)


def _close(session: Session, order: AgentOrder, now: datetime) -> None:
    lease = lease_of(session, order)
    if sweeps.holds(session, lease):
        sweeps.release(session, lease, now)
    orders.close(session, order, now)
