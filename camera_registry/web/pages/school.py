"""The page of a school: its devices and their channels, with what each is worth."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.numbers import index_of
from camera_registry.services.actors import ACTORS
from camera_registry.services.discoveries import looks
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.manual_answers import MET, Where, answer, questions
from camera_registry.services.periods import next_due
from camera_registry.services.place_findings import of_school
from camera_registry.services.plan import Basis
from camera_registry.services.register_history import NEWEST
from camera_registry.services.register_history import of_school as changes_of
from camera_registry.services.replies import RESULTS
from camera_registry.services.replies import of_school as replies_of
from camera_registry.services.said import Said, SaidError
from camera_registry.services.school_page import school_page
from camera_registry.services.school_tasks import FIRST, tasks
from camera_registry.services.seen_both_ways import confirm, proposed
from camera_registry.store import agents, schools
from camera_registry.web.device_shown import address
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page; what is to be done is due with the next report."""
    made = APIRouter()

    @made.get("/schools/{code}")
    def show(request: Request, code: str) -> Response:
        with parts.reading() as session:
            school, sweeps = school_page(session, code), panel(session, parts.now(), code)
            pairs, discovering = proposed(session, code), looks(session, code)
            wrong = of_school(session, code, parts.editions())
            basis = Basis(parts.prices, parts.edition, parts.now(), parts.zone)
            found = {
                "tasks": tasks(session, code, basis, wrong, next_due(session, current(), parts.desk().today)),
                "replies": replies_of(session, code, parts.edition),
                "history": changes_of(session, code, current(), NEWEST),
                "asked": questions(session, code, parts.editions(), parts.now()) if school else (),
                "wrong": wrong,
                "agents": agents.of_school(session, code),
            }
        if school is None:
            raise HTTPException(404)
        return pages.page(
            request,
            "school.html",
            {
                "school": school,
                "panel": sweeps,
                "pairs": pairs,
                "looks": discovering,
                "actors": ACTORS,
                "at_first": FIRST,
                "results": RESULTS,
                **found,
            },
        )

    @made.post("/schools/{code}/same-camera")
    def one_camera(
        code: str,
        camera: Annotated[str, Form()],
        recorded: Annotated[str, Form()],
        back: Annotated[Literal["", "duplicates"], Form()] = "",
    ) -> Response:
        with parts.writing("channel_change", school=code, what="same camera") as session:
            _found(session, code)
            kept = confirm(session, code, camera, recorded)
            judge_changed(session, [code], parts.editions(), parts.now())
        page = "/duplicates" if back else f"/schools/{quote(code, safe='')}"
        return after(page, "same-camera" if kept else "not-same-camera")

    @made.post("/schools/{code}/answer")
    def say(
        code: str,
        rule: Annotated[str, Form()],
        met: Annotated[Literal["yes", "no", "unknown"], Form()],
        note: Annotated[str, Form()] = "",
        site: Annotated[str, Form()] = "",
        device: Annotated[str, Form()] = "",
        channel: Annotated[str, Form()] = "",
        back: Annotated[Literal["", "device", "channel"], Form()] = "",
    ) -> Response:
        page = _page_of_answer(code, device, channel, back)
        where = Where(code, device, index_of(channel), site)
        said = Said(current().name, parts.now(), note)
        try:
            with parts.writing("answer", school=code, device=device, rule=rule, met=met) as session:
                _found(session, code)
                answer(session, where, rule, MET[met], said, parts.editions(), parts.sun_up, parts.zone)
        except SaidError:
            return after(page, "not-answered")
        return after(page, "answered")

    return made


def _page_of_answer(code: str, device: str, channel: str, back: str) -> str:
    """The page on which the answer was given: of the school, of its device, or of a channel of that."""
    if not back or not device:
        return f"/schools/{quote(code, safe='')}"
    return address(code, device) + (f"/channels/{index_of(channel)}" if back == "channel" and channel else "")


def _found(session: Session, code: str) -> None:
    """Raises HTTPException 404 for a school that there is not, for this viewer."""
    if schools.by_code(session, code) is None:
        raise HTTPException(404)
