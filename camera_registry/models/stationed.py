"""Agents at schools, the sites each looks at, and the orders that were given to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from camera_registry.models.table import LARGE, Table, moment


class Agent(Table, table=True):
    """A program at a school or a district that looks at devices there. `nkey` is the public half of its key at the
    broker, `sealed` the key under which its orders and results are sealed. State: active, stopped (no orders; the
    server looks at its sites itself). The rest is what it said when it greeted last: `protocol` null: it never did;
    `waiting` results it has kept. `other_instance` is the process that greeted before this one; where both go on,
    `twins_at` is when that was seen last.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    nkey: str = ""
    sealed: bytes = Field(default=b"", sa_type=LargeBinary)
    state: str = "active"
    version: str = ""
    protocol: int | None = None
    instance: str = ""
    other_instance: str = ""
    twins_at: datetime | None = moment(default=None)
    seen_at: datetime | None = moment(default=None)
    waiting: int = 0
    made_by: str
    made_at: datetime = moment()


class AgentSite(Table, table=True):
    """Which agent looks at a site: one at most."""

    site_id: int = Field(primary_key=True, foreign_key="site.id")
    agent_id: int = Field(foreign_key="agent.id", index=True)


class AgentOrder(Table, table=True):
    """The lease of a site that an agent has. `id` is drawn, so that a result of an order that a restored registry does
    not know meets no other. `owner` is the name under which the site is held, `items` (JSON) the attempt of each item
    by its number. `sent_at` is null until the broker has it. State: open, closed; `ended_at` is null while it is open.
    """

    __table_args__ = (
        Index(
            "agent_order_open",
            "agent_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: int = Field(primary_key=True, sa_type=LARGE, sa_column_kwargs={"autoincrement": False})
    agent_id: int = Field(foreign_key="agent.id")
    sweep_id: int = Field(foreign_key="sweep.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    owner: str
    items: str = "{}"
    state: str = "open"
    made_at: datetime = moment()
    ends_by: datetime = moment()
    sent_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
