"""The overview: where a person begins."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.database import reading
from camera_registry.store import schools
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/")
    def show(request: Request) -> Response:
        with reading(parts.engine) as session:
            values = {"schools": list(schools.every(session).values())}
        return pages.page(request, "overview.html", values)

    return made
