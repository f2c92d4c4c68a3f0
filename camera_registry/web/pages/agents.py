"""Agents: programs at schools that the server cannot reach; the join file of each is given out once."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.agents import join
from camera_registry.agents.join import Join
from camera_registry.models import Agent
from camera_registry.numbers import LARGEST
from camera_registry.services import agents as services
from camera_registry.services.agents import AgentError, Wanted
from camera_registry.services.audit import detail
from camera_registry.store import agents, districts
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from probes.told import ToldError
from standards.model import Text

NO_BROKER: Text = {
    "vi": "Máy chủ chưa nối với NATS: đặt agents.server trong config.toml (docs/agents.md).",
    "en": "The server has no broker: set agents.server in config.toml (docs/agents.md).",
}
Number = Annotated[int, Path(ge=1, le=LARGEST)]
_log = logging.getLogger(__name__)


class Typed(BaseModel):
    """The form as it was typed."""

    code: str = ""
    name: str = ""
    schools: str = ""
    district: str = ""

    def wanted(self) -> Wanted:
        """What was meant: schools apart by spaces, commas or lines."""
        schools = tuple(dict.fromkeys(self.schools.replace(",", " ").replace(";", " ").split()))
        return Wanted(self.code, self.name, schools, self.district)


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, typed: Typed | None = None, wrong: Text | None = None) -> Response:
        with parts.reading() as session:
            values = {
                "found": services.every(session, parts.now()),
                "units": districts.every(session),
                "behind": parts.broker is not None and not services.users_are_written(session, parts.broker),
            }
        values |= {"typed": typed or Typed(), "wrong": wrong, "broker": parts.broker}
        return pages.page(request, "agents.html", values, 422 if wrong else 200)

    @made.get("/agents")
    def show(request: Request) -> Response:
        return shown(request)

    @made.post("/agents")
    def add(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        if parts.broker is None:
            return shown(request, typed, NO_BROKER)
        try:
            with parts.writing("agent_change", what=typed.code.strip()[:40], outcome="added") as session:
                who, now = current().name, parts.now()
                joined = services.add(session, parts.vault(), typed.wanted(), parts.broker, who, now)
        except AgentError as error:
            return shown(request, typed, error.said)
        return _given(parts, joined)

    @made.post("/agents/{number}/keys")
    def renew(request: Request, number: Number) -> Response:
        if parts.broker is None:
            return shown(request, None, NO_BROKER)
        with parts.writing("agent_change") as session:
            agent = _found(session, number)
            detail(session, what=agent.code, outcome="new keys")
            joined = services.renew(session, parts.vault(), agent, parts.broker, parts.now())
        return _given(parts, joined)

    @made.post("/agents/{number}/switch")
    def switch(number: Number) -> Response:
        with parts.writing("agent_change") as session:
            agent = _found(session, number)
            services.switch(session, agent)
            detail(session, what=agent.code, outcome="on" if agent.state == "active" else "off")
        return after("/agents", "agent-switched")

    @made.post("/agents/{number}/remove")
    def remove(number: Number) -> Response:
        with parts.writing("agent_change") as session:
            agent = _found(session, number)
            detail(session, what=agent.code, outcome="removed")
            services.remove(session, agent, parts.editions(), parts.now())
        _write_users(parts)
        return after("/agents", "agent-removed")

    return made


def _given(parts: Parts, joined: Join) -> Response:
    """The join file, which is nowhere else; who may connect is written before."""
    _write_users(parts)
    headers = {"Content-Disposition": f'attachment; filename="{joined.agent}.join"'}
    return Response(join.text(joined), media_type="application/json", headers=headers)


def _write_users(parts: Parts) -> None:
    """The broker lets in whom it should; the page says it where that could not be written."""
    if parts.broker is None:
        return
    try:
        with parts.reading() as session:
            services.write_users(session, parts.broker)
    except ToldError as error:
        _log.error("%s", error)


def _found(session: Session, number: int) -> Agent:
    agent = agents.by_id(session, number)
    if agent is None:
        raise HTTPException(404)
    return agent
