"""The page that asks before a device or a channel is taken out of the register, and says what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.numbers import number_of
from camera_registry.services.as_cells import Key, NoSuchRowError
from camera_registry.services.registering import StaleError
from camera_registry.services.removing import RemoveRefusedError, removal, remove
from camera_registry.web.language import N_
from camera_registry.web.pages.device import AT, address
from camera_registry.web.pages.edit_school import address as of_school
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

WORDS: Mapping[str, str] = {
    "looks": N_("checks of it, and what they found"),
    "measurements": N_("measurements and streams"),
    "results": N_("results and their changes"),
    "waivers": N_("waivers"),
    "answers": N_("answers of the school, and what was seen on site"),
    "acceptances": N_("acceptances"),
    "handovers": N_("handovers to the operations centre"),
    "photos": N_("photos of the mounting place, which can be deleted on the page of the device"),
}
"""What hangs on a device or a channel, as message ids."""
REFUSED = 409


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, school: str, code: str, channel: str, status: int = 200) -> Response:
        with parts.reading() as session:
            try:
                found = removal(session, _key(school, code, channel))
            except NoSuchRowError:
                raise HTTPException(404) from None
        values = {"found": found, "words": WORDS, "name": f"{code}/{channel}" if channel else code, "channel": channel}
        return pages.page(
            request, "remove.html", {**values, "address": address(school, code), "status": status}, status
        )

    @made.get(f"{AT}/remove")
    def ask(request: Request, school: str, code: str, channel: str = "") -> Response:
        return shown(request, school, code, channel)

    @made.post(f"{AT}/remove")
    def do(
        request: Request,
        school: str,
        code: str,
        channel: Annotated[str, Form()] = "",
        version: Annotated[str, Form()] = "",
    ) -> Response:
        action, hand = "channel_change" if channel else "device_change", parts.hand()
        try:
            with parts.writing(action, school=school, device=code, what="removed") as session:
                remove(session, _key(school, code, channel), number_of(version) or 0, hand)
        except (StaleError, RemoveRefusedError):
            return shown(request, school, code, channel, REFUSED)
        except NoSuchRowError:
            raise HTTPException(404) from None
        return RedirectResponse(f"{address(school, code) if channel else of_school(school)}?done=removed", 303)

    return made


def _key(school: str, code: str, channel: str) -> Key:
    return ("channel", school, code, channel) if channel else ("device", school, code)
