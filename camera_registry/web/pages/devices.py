"""Finding a device by words; the words and the page stand in the address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.services.device_search import found
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/devices")
    def show(request: Request) -> Response:
        q = request.query_params.get("q", "").strip()
        with parts.reading() as session:
            page = found(session, q, page_of(request.query_params))
        return pages.page(request, "devices.html", {"page": page, "q": q})

    return made
