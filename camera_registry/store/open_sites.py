"""The sites of sweeps that are not done: which are leased, which is the first that waits, and the taking of one.

Strategy: statements that are built once, for they are asked for every site of a night. A site that has an active agent
is that agent's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, literal_column, text, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from camera_registry.models import Agent, AgentSite, SweepSite, UtcDateTime

SITE: Any = SweepSite.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
AGENT = "agent/"
"""How the name of an owner begins that is an agent: its leases last for hours."""


def leased(session: Session) -> Sequence[Any]:
    """The sites that are leased, with the number of their active agent."""
    return session.execute(_LEASED).all()


def first_waiting(session: Session, free: dict[str, Any], agent_id: int | None) -> Sequence[Any]:
    """The first site of a sweep that waits and may begin, of those of this agent (None: of those without one); `free`
    names the sweep, now, and where not.
    """
    if agent_id is None:
        return session.execute(_FIRST_WAITING, free).all()
    return session.execute(_FIRST_OF_AGENT, {**free, "agent": agent_id}).all()


def lasts(row: Any, now: datetime, until: datetime) -> bool:
    """A lease that has not run out, and does not end so late that its clock must have been wrong. What an agent has
    ends when its order does.
    """
    if row.leased_until is None or row.leased_until < now:
        return False
    return bool(row.owner.startswith(AGENT) or row.leased_until <= until + (until - now))


def _taking() -> Any:
    here = (SITE.c.sweep_id == bindparam("sweep")) & (SITE.c.site_id == bindparam("site"))
    as_seen = (SITE.c.state == bindparam("was")) & (SITE.c.owner == bindparam("of"))
    values = {"state": "leased", "owner": bindparam("by"), "leased_until": bindparam("ends", type_=UtcDateTime())}
    return update(SITE).where(here, as_seen).values(values)


def _open(state: str) -> Any:
    """The sites in this state: as `sweep_site_open` has them, which knows none that is done."""
    columns = (*SITE.c["sweep_id", "site_id", "rank", "state", "owner", "leased_until"], _AGENT_THERE.label("agent_id"))
    return sa_select(*columns).where(SITE.c.state == literal_column(f"'{state}'"), text("state <> 'done'"))


def _first(agent: Any) -> Any:
    return (
        _open("waiting")
        .where(
            SITE.c.sweep_id == bindparam("sweep"),
            SITE.c.not_before.is_(None) | (SITE.c.not_before <= bindparam("now", type_=UtcDateTime())),
            SITE.c.site_id.not_in(bindparam("not_at", expanding=True)),
            agent,
        )
        .order_by(SITE.c.rank, SITE.c.site_id)
        .limit(1)
    )


_AGENT_THERE: Any = (
    sa_select(col(AgentSite.agent_id))
    .join(Agent, col(Agent.id) == col(AgentSite.agent_id))
    .where(col(AgentSite.site_id) == SITE.c.site_id, col(Agent.state) == "active")
    .correlate(SITE)
    .scalar_subquery()
)
_LEASED = _open("leased")
_FIRST_WAITING = _first(_AGENT_THERE.is_(None))
_FIRST_OF_AGENT = _first(bindparam("agent", type_=Integer()) == _AGENT_THERE)
TAKE = _taking()
"""Takes the site `sweep`, `site` for the owner `by` until `ends`, while it is still in the state `was`, `of` its
owner.
"""
