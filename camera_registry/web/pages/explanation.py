"""The page of the reasoning of one verdict, which the page of the device takes in when it is opened."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.services.checking import explanation
from camera_registry.web.pages.device import AT, address
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of this page."""
    made = APIRouter()

    @made.get(f"{AT}/channels/{{index}}/explanation")
    def explained(request: Request, school: str, code: str, index: int) -> Response:
        with parts.reading() as session:
            found = explanation(session, school, code, index, parts.edition, parts.now(), parts.sun_up, parts.zone)
        if found is None:
            raise HTTPException(404)
        values = {"explanation": found, "device": address(school, code), "code": code, "index": index}
        return pages.page(request, "explanation.html", values)

    return made
