"""The register wizard: one page that works without signal, and the program of the browser that keeps it there.

Strategy: the page is a shell without anybody's data; what it shows of schools it asks the API for (`api.visits`) and
keeps in the browser. The service worker stands at the root, so that it may answer for the page.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from camera_registry.importing.columns import FILES
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

SERVICE_WORKER = Path(__file__).parent.parent / "static" / "register" / "sw.js"


def router(parts: Parts, pages: Pages) -> APIRouter:  # noqa: ARG001  (every page is made of both)
    """The routes of this page."""
    made = APIRouter()

    @made.get("/register")
    def show(request: Request) -> Response:
        columns = {"device": FILES["devices.csv"], "channel": FILES["channels.csv"]}
        return pages.page(request, "register.html", {"columns": columns})

    @made.get("/sw.js")
    def service_worker() -> Response:
        return FileResponse(SERVICE_WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    return made
