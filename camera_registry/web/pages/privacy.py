"""The page that says what is kept, where and for how long, and what never is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.services.privacy import NEVER
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of this page."""
    made = APIRouter()

    @made.get("/privacy")
    def show(request: Request) -> Response:
        return pages.page(request, "privacy.html", {"kept": parts.kept, "never": NEVER})

    return made
