"""The page of a school: its devices and their channels, with what each is worth."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.database import reading, writing
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.school_page import school_page
from camera_registry.services.seen_both_ways import confirm, proposed
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/schools/{code}")
    def show(request: Request, code: str) -> Response:
        with reading(parts.engine) as session:
            school, sweeps = school_page(session, code), panel(session, parts.now(), code)
            pairs = proposed(session, code)
        if school is None:
            raise HTTPException(404)
        return pages.page(request, "school.html", {"school": school, "panel": sweeps, "pairs": pairs})

    @made.post("/schools/{code}/same-camera")
    def one_camera(code: str, camera: Annotated[str, Form()], recorded: Annotated[str, Form()]) -> Response:
        with writing(parts.engine) as session:
            kept = confirm(session, code, camera, recorded)
            judge_changed(session, [code], parts.editions(), parts.now())
        return after(f"/schools/{quote(code, safe='')}", "same-camera" if kept else "not-same-camera")

    return made
