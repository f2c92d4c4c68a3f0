"""What programs ask that watch this one: is it alive, is it ready, how is it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from camera_registry.reports.prometheus import CONTENT_TYPE, prometheus_text
from camera_registry.reports.prometheus_around import families
from camera_registry.services.figures import figures
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:  # noqa: ARG001  (every page is made of both)
    """The routes of this page."""
    made = APIRouter()

    @made.get("/healthz")
    async def alive() -> Response:
        return PlainTextResponse("ok\n")

    @made.get("/readyz")
    def ready() -> Response:
        known = {} if parts.machine is None else parts.machine.ready()
        words = {name: "ok" if works else "not usable" for name, works in known.items()}
        return JSONResponse({"ready": all(known.values()), "parts": words}, 200 if all(known.values()) else 503)

    @made.get("/metrics")
    def metrics() -> Response:
        now = parts.now()
        with parts.reading() as session:
            known = figures(session, now)
        around = [] if parts.machine is None else list(families(parts.machine.around(now)))
        text = prometheus_text(known, around, parts.requests.registry)
        return Response(text, headers={"content-type": CONTENT_TYPE})

    return made
