"""Orders: the leases of sites that agents have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from camera_registry.models import Agent, AgentOrder, AgentSite, Sweep, SweepItem, SweepSite
from camera_registry.store.places import choose

GOING_ON = ("planned", "running")


def by_id(session: Session, number: int) -> AgentOrder | None:
    """The order of this number."""
    return session.get(AgentOrder, number)


def open_of(session: Session, agent_id: int) -> list[AgentOrder]:
    """The open orders of an agent, the oldest first."""
    wanted = select(AgentOrder).where(AgentOrder.agent_id == agent_id, AgentOrder.state == "open")
    return list(session.exec(wanted.order_by(col(AgentOrder.made_at), col(AgentOrder.id))).all())


def to_close(session: Session, now: datetime) -> list[AgentOrder]:
    """The open orders whose time is over, and those of which no item is being looked at any more."""
    here = (SweepItem.sweep_id == AgentOrder.sweep_id, SweepItem.site_id == AgentOrder.site_id)
    looked_at = choose(col(SweepItem.id)).where(*here, col(SweepItem.ended_at).is_(None), SweepItem.state == "leased")
    over = (col(AgentOrder.ends_by) < now) | ~looked_at.correlate(AgentOrder).exists()
    wanted = select(AgentOrder).where(AgentOrder.state == "open", over)
    return list(session.exec(wanted.order_by(col(AgentOrder.made_at), col(AgentOrder.id))).all())


def unsent(session: Session, agent_id: int) -> list[int]:
    """The open orders of an agent that the broker does not have, the oldest first."""
    wanted = select(AgentOrder.id).where(AgentOrder.agent_id == agent_id, AgentOrder.state == "open")
    wanted = wanted.where(col(AgentOrder.sent_at).is_(None))
    return list(session.exec(wanted.order_by(col(AgentOrder.made_at), col(AgentOrder.id))).all())


def may_be_more(session: Session, agent_id: int, at_once: int) -> bool:
    """True where an active agent has fewer open orders than it may, and a site of its own waits in a sweep that goes
    on; whether that may begin now is not asked.
    """
    wanted = (
        select(SweepSite.site_id)
        .join(AgentSite, col(AgentSite.site_id) == col(SweepSite.site_id))
        .join(Agent, col(Agent.id) == col(AgentSite.agent_id))
        .join(Sweep, col(Sweep.id) == col(SweepSite.sweep_id))
        .where(col(Agent.id) == agent_id, col(Agent.state) == "active")
        .where(col(Sweep.state).in_(GOING_ON), col(SweepSite.state) != "done")
    )
    return len(open_of(session, agent_id)) < at_once and session.exec(wanted.limit(1)).first() is not None


def close(session: Session, order: AgentOrder, now: datetime) -> None:
    """The order is closed: nothing that comes of it counts any more."""
    order.state, order.ended_at = "closed", now
    session.add(order)
    session.flush()


def was_sent(session: Session, number: int, now: datetime) -> None:
    """The broker has this order."""
    session.execute(update(AgentOrder).where(col(AgentOrder.id) == number).values(sent_at=now))


def sent_before(session: Session, moment: datetime) -> list[AgentOrder]:
    """The open orders that the broker had before this moment."""
    wanted = select(AgentOrder).where(AgentOrder.state == "open", col(AgentOrder.sent_at) < moment)
    return list(session.exec(wanted.order_by(col(AgentOrder.id))).all())


def under_way(session: Session, order: AgentOrder) -> list[SweepItem]:
    """The items of the order that are still being looked at."""
    mine = (SweepItem.sweep_id == order.sweep_id, SweepItem.site_id == order.site_id)
    wanted = select(SweepItem).where(*mine, SweepItem.state == "leased").order_by(col(SweepItem.id))
    return list(session.exec(wanted).all())


def item(session: Session, number: int) -> SweepItem | None:
    """The item of this number, as it is now."""
    wanted = select(SweepItem).where(SweepItem.id == number).execution_options(populate_existing=True)
    return session.exec(wanted).first()


def wait_again(session: Session, order: AgentOrder) -> list[int]:
    """The items of the order that were being looked at wait again, with the attempt counted; their devices."""
    mine = under_way(session, order)
    for each in mine:
        each.state = "waiting"
        session.add(each)
    session.flush()
    return [each.device_id for each in mine]
