"""The sweep on a page: how far it is, asking for one, and pausing, going on and cancelling.

What concerns many devices, and cancelling, is asked on a page of its own before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import Viewer, current
from camera_registry.audit.doing import Plain
from camera_registry.services.audit import about
from camera_registry.services.sweeps import Scope, SweepError, ask, cancel, pause, resume
from camera_registry.store import devices, districts, schools, sweeps, totals
from camera_registry.web.language import N_
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel

Change = Callable[[Session, int], None]
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """What a page asks before it is done: message ids of its title and its button, and where the form is sent."""

    title: str
    button: str
    action: str


ALL = Asked(N_("Check all now"), N_("Begin the check"), "/sweeps/all")


def shown_panel(parts: Parts, pages: Pages, request: Request, school: str) -> tuple[str, str]:
    """The panel as it stands now, in the language of this request, and the ids of the sweeps that go on."""
    with parts.reading() as session:
        shown = panel(session, parts.now(), school)
    return bytes(pages.page(request, "sweep.html", {"panel": shown}).body).decode(), shown.ids


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
        with parts.reading() as session:
            shown = panel(session, parts.now(), school)
        page = pages.page(request, "sweep.html", {"panel": shown})
        if running and {*running.split(",")} - {str(each.progress.sweep_id) for each in shown.running}:
            page.headers["HX-Refresh"] = "true"  # one has ended: everything on the page may have changed
        return page

    @made.post("/sweeps")
    def begin(school: Annotated[str, Form(min_length=1)], device: Annotated[str, Form()] = "") -> Response:
        scope, by = Scope(school=school, device=device or None), current().name

        def work(session: Session) -> int | None:
            found = devices.by_code(session, school, device) if device else schools.by_code(session, school)
            if found is None:
                raise HTTPException(404)
            return ask(session, scope, by, parts.now()).id

        said = {"school": school, "device": device}
        return _done(parts, _page_of(scope), "asked", work, "sweep_ask", said)

    @made.post("/sweeps/all")
    def begin_all() -> Response:
        viewer = current()

        def work(session: Session) -> int | None:
            return ask(session, _all(session, viewer), viewer.name, parts.now()).id

        return _done(parts, "/", "asked", work, "sweep_ask", {"scope": "all"})

    @made.post("/sweeps/{sweep_id}/{change}")
    def change_state(sweep_id: Annotated[int, Path(ge=1, le=LARGEST_ID)], change: str) -> Response:
        if change not in changes:
            raise HTTPException(404)

        def work(session: Session) -> int:
            seen = sweeps.by_id(session, sweep_id)
            if seen is None or not sweeps.whole(session, sweep_id):  # a part of it is of others
                raise HTTPException(404)
            changes[change](session, sweep_id)
            return sweep_id

        return _done(parts, "/", change, work, "sweep_change", {"what": change})

    _add_questions(made, parts, pages)
    return made


def _add_questions(made: APIRouter, parts: Parts, pages: Pages) -> None:
    @made.get("/sweeps/all")
    def before_all(request: Request) -> Response:
        with parts.reading() as session:
            values = {"devices": totals.devices(session, None, None), "over": "", "progress": None}
        return pages.page(request, "confirm.html", {"asked": ALL, **values})

    @made.get("/sweeps/{sweep_id}/cancel")
    def before_cancelling(request: Request, sweep_id: int) -> Response:
        with parts.reading() as session:
            running = panel(session, parts.now()).running
        mine = next((each for each in running if each.progress.sweep_id == sweep_id and each.own), None)
        if mine is None:
            return after("/", "not-cancel")
        asked = Asked(N_("Cancel the check"), N_("Cancel the check"), f"/sweeps/{sweep_id}/cancel")
        return pages.page(request, "confirm.html", {"asked": asked, "over": mine.over, "progress": mine.progress})


def _all(session: Session, viewer: Viewer) -> Scope:
    """All devices that this viewer has to do with: of the unit, or of the city."""
    if viewer.district_id is None:
        return Scope()
    return Scope(district=districts.code_of(session, viewer.district_id))


def _done(
    parts: Parts, page: str, done: str, work: Callable[[Session], int | None], action: str, said: Mapping[str, Plain]
) -> Response:
    """Does the work, which says of which sweep, as `action` of the audit log; leads to the page that says so."""
    try:
        with parts.writing(action, **said) as session:
            sweep = work(session)
            about(session, sweep=sweep)
    except SweepError:
        return after(page, f"not-{done}")
    return after(page, done, sweep)


def _page_of(scope: Scope) -> str:
    """The page on which what was asked for is followed."""
    if scope.school is None:
        return "/"
    school = quote(scope.school, safe="")
    return f"/schools/{school}" if scope.device is None else f"/devices/{school}/{quote(scope.device, safe='')}"
