"""The small form beside a verdict "replace": a technician saw the camera on site. It has no page of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from camera_registry.database import writing
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.said import Said, SaidError
from camera_registry.web.notices import after
from camera_registry.web.pages.device import AT, address
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, _pages: Pages) -> APIRouter:
    """The routes of this form."""
    made = APIRouter()

    @made.post(f"{AT}/seen-on-site")
    def save(
        school: str,
        code: str,
        channel: Annotated[int, Form()],
        by: Annotated[str, Form()],
        note: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            with writing(parts.engine) as session:
                seen_on_site(session, school, code, channel, Said(by, parts.now(), note))
        except SaidError:
            return after(address(school, code), "not-on-site")
        return after(address(school, code), "on-site")

    return made
