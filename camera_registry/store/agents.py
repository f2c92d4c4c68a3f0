"""Agents: who looks at devices of schools that the server cannot reach, and at which sites."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from camera_registry.models import Agent, AgentOrder, AgentSite, School, Site


@dataclass(frozen=True)
class AgentPlace:
    """Where the sealed key of an agent stands."""

    agent_id: int

    def bound(self) -> bytes:
        """What the seal is bound to."""
        return f"camera-registry/agent/{self.agent_id}".encode()


@dataclass(frozen=True)
class AgentSiteNamed:
    """A site of an agent, as people name it."""

    site_id: int
    school: str
    school_name: str
    name: str


def every(session: Session) -> list[Agent]:
    """All agents, by code."""
    return list(session.exec(select(Agent).order_by(col(Agent.code))).all())


def active(session: Session) -> list[Agent]:
    """Those that may have orders, by id."""
    return list(session.exec(select(Agent).where(Agent.state == "active").order_by(col(Agent.id))).all())


def by_code(session: Session, code: str) -> Agent | None:
    """The agent with this code."""
    return session.exec(select(Agent).where(Agent.code == code)).first()


def by_id(session: Session, number: int) -> Agent | None:
    """The agent of this number."""
    return session.get(Agent, number)


def at_site(session: Session, site_id: int) -> Agent | None:
    """The agent that looks at this site; None where the server does, or where it is stopped."""
    wanted = select(Agent).join(AgentSite, col(AgentSite.agent_id) == col(Agent.id))
    return session.exec(wanted.where(AgentSite.site_id == site_id, Agent.state == "active")).first()


def of_school(session: Session, code: str) -> list[str]:
    """The names of the active agents that look at sites of this school."""
    wanted = (
        select(Agent.name)
        .join(AgentSite, col(AgentSite.agent_id) == col(Agent.id))
        .join(Site, col(Site.id) == col(AgentSite.site_id))
        .join(School, col(School.id) == col(Site.school_id))
        .where(School.code == code, Agent.state == "active")
    )
    return list(session.exec(wanted.distinct().order_by(col(Agent.name))).all())


def sites(session: Session) -> dict[int, list[AgentSiteNamed]]:
    """The sites of every agent, by its number, in the order of the codes of their schools."""
    wanted = (
        select(AgentSite.agent_id, Site, School)
        .join(Site, col(Site.id) == col(AgentSite.site_id))
        .join(School, col(School.id) == col(Site.school_id))
        .order_by(col(School.code), col(Site.id))
    )
    found: dict[int, list[AgentSiteNamed]] = {}
    for agent_id, site, school in session.exec(wanted).all():
        found.setdefault(agent_id, []).append(AgentSiteNamed(site.id or 0, school.code, school.name, site.name))
    return found


def taken(session: Session, site_ids: Collection[int], but: int = 0) -> list[str]:
    """The codes of the schools of those sites that another agent than `but` looks at."""
    wanted = (
        select(School.code)
        .join(Site, col(Site.school_id) == col(School.id))
        .join(AgentSite, col(AgentSite.site_id) == col(Site.id))
        .where(col(AgentSite.site_id).in_(site_ids), AgentSite.agent_id != but)
    )
    return list(session.exec(wanted.order_by(col(School.code))).all())


def sites_of_schools(session: Session, school_ids: Collection[int]) -> list[int]:
    """The ids of the sites of these schools."""
    wanted = select(Site.id).where(col(Site.school_id).in_(school_ids)).order_by(col(Site.id))
    return [site_id or 0 for site_id in session.exec(wanted).all()]


def sites_of_district(session: Session, district_id: int) -> list[int]:
    """The ids of the sites of the schools that this unit manages."""
    wanted = select(Site.id).join(School, col(School.id) == col(Site.school_id))
    found = session.exec(wanted.where(School.managed_by == district_id).order_by(col(Site.id))).all()
    return [site_id or 0 for site_id in found]


def put_sites(session: Session, agent_id: int, site_ids: Iterable[int]) -> None:
    """The agent looks at these sites and no others."""
    session.execute(delete(AgentSite).where(col(AgentSite.agent_id) == agent_id))
    session.add_all(AgentSite(site_id=site_id, agent_id=agent_id) for site_id in site_ids)
    session.flush()


def open_orders(session: Session) -> dict[int, int]:
    """How many orders every agent has that are open, by its number."""
    counted = select(AgentOrder.agent_id, func.count()).where(AgentOrder.state == "open")
    return dict(session.exec(counted.group_by(col(AgentOrder.agent_id))).all())


def remove(session: Session, agent: Agent) -> None:
    """The agent is gone, with its sites and its orders."""
    for table in (AgentOrder, AgentSite):
        session.execute(delete(table).where(col(table.agent_id) == agent.id))
    session.delete(agent)
    session.flush()
