"""What may be registered twice, over all schools that are seen: cameras also seen through a recorder, and devices."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.services.duplicates import pairs, say_not_same, twins
from camera_registry.store import schools
from camera_registry.web.notices import after
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/duplicates")
    def show(request: Request) -> Response:
        query = request.query_params
        q, page = query.get("q", "").strip(), page_of(query)
        what = "devices" if query.get("what") == "devices" else "cameras"
        with parts.reading() as session:
            of_cameras = pairs(session, q, page if what == "cameras" else 1)
            of_devices = twins(session, q, page if what == "devices" else 1)
        values = {"q": q, "what": what, "pairs": of_cameras, "twins": of_devices}
        return pages.page(request, "duplicates.html", values)

    @made.post("/schools/{code}/not-same")
    def not_same(
        code: str,
        first: Annotated[str, Form()],
        second: Annotated[str, Form()],
        back: Annotated[Literal["", "cameras", "devices"], Form()] = "",
    ) -> Response:
        with parts.writing("not_same", school=code, what=f"{first} {second}") as session:
            if schools.by_code(session, code) is None:
                raise HTTPException(404)
            kept = say_not_same(session, first, second, current().name, parts.now())
        page = f"/duplicates?what={back}" if back else f"/schools/{quote(code, safe='')}"
        return after(page, "apart" if kept else "not-apart")

    return made
