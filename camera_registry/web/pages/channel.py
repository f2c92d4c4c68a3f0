"""The page of one channel: that channel alone, with everything; and the look that goes on, line by line."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.services.look_log import look_log
from camera_registry.web import device_shown
from camera_registry.web.pages.device import AT
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get(f"{AT}/channels/{{index}}")
    def show(request: Request, school: str, code: str, index: int) -> Response:
        with parts.reading() as session:
            values = device_shown.of_channel(session, parts, school, code, index, pages.language(request))
        return pages.page(request, "channel.html", values)

    @made.get(f"{AT}/look")
    def look(request: Request, school: str, code: str) -> Response:
        with parts.reading() as session:
            device_shown.found(session, school, code)
            log = look_log(session, school, code, parts.now())
        values = {"log": log, "address": device_shown.address(school, code), "school": school, "code": code}
        return pages.page(request, "look_log.html", values)

    return made
