"""The page of a school: its devices and their channels, with what each is worth."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.database import reading
from camera_registry.services.school_page import school_page
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
        if school is None:
            raise HTTPException(404)
        return pages.page(request, "school.html", {"school": school, "panel": sweeps})

    return made
