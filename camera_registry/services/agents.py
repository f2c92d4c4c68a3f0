"""Agents as people know them: one is added for schools, its keys are renewed, it is stopped, started and removed.

Strategy: whoever adds an agent is given its join file once; the registry keeps the public half of its key at the broker
and, sealed, the key under which orders and results travel. The broker lets in whom the users file names, which is
written anew after every change. The edge commits.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from camera_registry.agents import join, nkey
from camera_registry.agents.join import Join
from camera_registry.agents.subjects import CODE
from camera_registry.agents.users import users_file
from camera_registry.models import Agent
from camera_registry.people import is_name
from camera_registry.services import agent_orders
from camera_registry.services.agent_results import TWINS, is_too_old
from camera_registry.store import agents, districts, orders, schools
from camera_registry.store.agents import AgentPlace, AgentSiteNamed
from camera_registry.vault import Vault
from probes.told import ToldError
from standards import Editions
from standards.model import Text

SILENT = timedelta(minutes=5)
"""An agent that has not greeted for so long is out of reach."""

READ_BY_ALL = 0o644
"""The mode of the file of users: public keys alone."""


class AgentError(ToldError):
    """Something about an agent cannot be done; `said` says what is wrong and what to do."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said["en"])


@dataclass(frozen=True)
class Broker:
    """The broker: its address as agents reach it, who signed its certificate (PEM; None: known to every machine), the
    public key by which it knows the registry, and the file of users that it includes (None: written by hand).
    """

    address: str
    ca: str | None
    public: Callable[[], str]
    users: Path | None


@dataclass(frozen=True)
class Wanted:
    """An agent to be made: for schools (codes), or for all schools of a unit."""

    code: str
    name: str
    schools: tuple[str, ...] = ()
    district: str = ""


@dataclass(frozen=True)
class Shown:
    """An agent as a page shows it. `state`: stopped, new (it has never greeted), too_old, silent, or well."""

    agent: Agent
    state: str
    twins: bool
    open_orders: int
    sites: tuple[AgentSiteNamed, ...]


def every(session: Session, now: datetime) -> list[Shown]:
    """All agents, by code."""
    sites, open_orders = agents.sites(session), agents.open_orders(session)
    return [
        Shown(
            each,
            state_of(each, now),
            each.twins_at is not None and now - each.twins_at < TWINS,
            open_orders.get(each.id or 0, 0),
            tuple(sites.get(each.id or 0, ())),
        )
        for each in agents.every(session)
    ]


def state_of(agent: Agent, now: datetime) -> str:
    """What is to be said of an agent first."""
    if agent.state != "active":
        return "stopped"
    if agent.seen_at is None:
        return "new"
    if is_too_old(agent):
        return "too_old"
    return "silent" if now - agent.seen_at > SILENT else "well"


def add(session: Session, vault: Vault, wanted: Wanted, broker: Broker, by: str, now: datetime) -> Join:
    """The agent is there; its join file, which nobody can make again. Raises AgentError."""
    code, name = wanted.code.strip(), wanted.name.strip()
    if not CODE.fullmatch(code):
        raise AgentError(_text("Mã trạm: 1 đến 40 chữ cái không dấu, chữ số, dấu - và _.",
                               "the code has 1 to 40 letters, digits, - and _"))  # fmt: skip
    if agents.by_code(session, code) is not None:
        raise AgentError(_text("Mã trạm này đã có; chọn mã khác.", "this code is taken; choose another"))
    if not is_name(name):
        raise AgentError(_text("Cần tên của trạm.", "the agent needs a name"))
    sites = _sites(session, wanted)
    made = Agent(code=code, name=name, made_by=by, made_at=now)
    session.add(made)
    session.flush()
    agents.put_sites(session, made.id or 0, sites)
    return _joined(session, vault, made, broker)


def renew(session: Session, vault: Vault, agent: Agent, broker: Broker, now: datetime) -> Join:
    """The agent has new keys and no others; its new join file. What was ordered is to be ordered again."""
    for order in orders.open_of(session, agent.id or 0):
        agent_orders.take_back(session, order, now, tried=True)
    agent.instance = agent.other_instance = ""
    agent.protocol = agent.seen_at = agent.twins_at = None
    return _joined(session, vault, agent, broker)


def switch(session: Session, agent: Agent) -> None:
    """The agent is stopped where it was active: it has no new orders, and ends those it has. Else it is active."""
    agent.state = "stopped" if agent.state == "active" else "active"
    session.add(agent)


def remove(session: Session, agent: Agent, editions: Editions, now: datetime) -> None:
    """The agent is gone; what it has not looked at is skipped, and its sites are the server's from now on. Nobody hears
    any more which logins it has sent.
    """
    for order in orders.open_of(session, agent.id or 0):
        agent_orders.end_silent(session, order, editions, now, tried=True)
    agents.remove(session, agent)


def users_text(session: Session, broker: Broker) -> str:
    """The users that the broker is to let in."""
    known = ((each.code, each.nkey) for each in agents.every(session))
    return users_file(known, broker.public())


def users_are_written(session: Session, broker: Broker) -> bool:
    """True where the broker's file of users names those of now, or where it is written by hand."""
    try:
        return broker.users is None or broker.users.read_text(encoding="ascii") == users_text(session, broker)
    except (OSError, UnicodeDecodeError):
        return False


def write_users(session: Session, broker: Broker) -> None:
    """The broker's file of users, where there is one, names those of now; it holds no secret. Raises AgentError."""
    if broker.users is None:
        return
    temporary = broker.users.with_name(f"{broker.users.name}.{os.getpid()}")
    try:
        temporary.write_text(users_text(session, broker), encoding="ascii")
        temporary.chmod(READ_BY_ALL)  # the unit says that files are for their owner alone, and the broker is another
        temporary.replace(broker.users)
    except OSError as error:
        raise AgentError(_unwritten(f"{broker.users}: {error.strerror}")) from None


def _unwritten(why: str) -> Text:
    return _text(
        f"Không ghi được tệp người dùng của NATS ({why}); sửa rồi chạy camera-registry agents users.",
        f"the file of users cannot be written ({why}); mend it, then run camera-registry agents users",
    )


def _joined(session: Session, vault: Vault, agent: Agent, broker: Broker) -> Join:
    made = join.make(agent.code, broker.address, broker.ca)
    agent.nkey = nkey.public_of(made.seed)
    agent.sealed = vault.seal(base64.b64encode(made.key).decode(), AgentPlace(agent.id or 0))
    session.add(agent)
    session.flush()
    return made


def _sites(session: Session, wanted: Wanted) -> Collection[int]:
    """The sites of an agent; none of another. Raises AgentError."""
    if wanted.district:
        unit = districts.by_code(session, wanted.district)
        if unit is None:
            raise AgentError(_text("Không có đơn vị quản lý nào mang mã này.", "no managing unit has this code"))
        found = agents.sites_of_district(session, unit.id or 0)
    else:
        known = schools.by_codes(session, wanted.schools)
        missing = sorted(set(wanted.schools) - known.keys())
        if missing:
            raise AgentError(_text(f"Không có trường mang mã {missing[0][:40]}.",
                                   f"no school has the code {missing[0][:40]}"))  # fmt: skip
        found = agents.sites_of_schools(session, [school.id or 0 for school in known.values()])
    if not found:
        raise AgentError(_text("Cần ít nhất một trường có điểm trường.", "name at least one school with a site"))
    taken = agents.taken(session, found)
    if taken:
        raise AgentError(_text(f"Trường {taken[0]} đã có trạm khác kiểm tra.",
                               f"another agent looks at school {taken[0]}"))  # fmt: skip
    return found


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}
