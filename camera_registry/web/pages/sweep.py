"""The sweep on a page: how far it is, asking for one, and pausing, going on and cancelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.database import reading, writing
from camera_registry.services.sweeps import Scope, SweepError, ask, cancel, pause, resume
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel

Change = Callable[[Session, int], None]


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of the sweep."""
    made = APIRouter()
    changes: dict[str, Change] = {
        "pause": pause,
        "resume": resume,
        "cancel": lambda session, sweep_id: cancel(session, sweep_id, parts.now()),
    }

    @made.get("/sweep")
    def show(request: Request, school: str = "", running: str = "") -> Response:
        with reading(parts.engine) as session:
            shown = panel(session, parts.now(), school)
        page = pages.page(request, "sweep.html", {"panel": shown})
        if running and {*running.split(",")} - {str(each.progress.sweep_id) for each in shown.running}:
            page.headers["HX-Refresh"] = "true"  # one has ended: everything on the page may have changed
        return page

    @made.post("/sweeps")
    def begin(school: Annotated[str, Form()] = "", device: Annotated[str, Form()] = "") -> Response:
        scope = Scope(school=school or None, device=device or None)
        return after(_page_of(scope), _tried(parts, lambda session: ask(session, scope, "", parts.now()), "asked"))

    @made.post("/sweeps/{sweep_id}/{change}")
    def change_state(sweep_id: int, change: str) -> Response:
        if change not in changes:
            raise HTTPException(404)
        return after("/", _tried(parts, lambda session: changes[change](session, sweep_id), change))

    return made


def _tried(parts: Parts, work: Callable[[Session], Any], done: str) -> str:
    """Does the work; what the next page says of it."""
    try:
        with writing(parts.engine) as session:
            work(session)
    except SweepError:
        return f"not-{done}"
    return done


def _page_of(scope: Scope) -> str:
    """The page on which what was asked for is followed."""
    if scope.school is None:
        return "/"
    school = quote(scope.school, safe="")
    return f"/schools/{school}" if scope.device is None else f"/devices/{school}/{quote(scope.device, safe='')}"
