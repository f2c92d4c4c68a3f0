"""The small form beside a verdict "replace": a technician saw the camera on site. It has no page of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.said import Said, SaidError
from camera_registry.store import devices
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
        note: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            with parts.writing("seen_on_site", school=school, device=code, channel=channel) as session:
                if devices.by_code(session, school, code) is None:
                    raise HTTPException(404)
                seen_on_site(session, school, code, channel, Said(current().name, parts.now(), note))
        except SaidError:
            return after(address(school, code), "not-on-site")
        return after(address(school, code), "on-site")

    return made
