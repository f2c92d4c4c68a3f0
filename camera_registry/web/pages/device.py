"""The page of a device: what it is, what was seen of it, and the form for its login."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.services.device_certificate import accept
from camera_registry.services.device_login import (
    LoginUnusableError,
    held,
    set_account,
    set_login,
    set_onvif_login,
    try_again,
)
from camera_registry.web import device_shown
from camera_registry.web.device_shown import address, found
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

__all__ = ["AT", "address", "router"]
AT = "/devices/{school}/{code}"


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, school: str, code: str, wrong: str = "") -> Response:
        with parts.reading() as session:
            values = device_shown.shown(session, parts, school, code, pages.language(request))
        return pages.page(request, "device.html", {**values, "wrong": wrong}, 422 if wrong else 200)

    @made.get(AT)
    def show(request: Request, school: str, code: str) -> Response:
        return shown(request, school, code)

    @made.post(f"{AT}/login")
    def save_login(  # an empty form  # nosec B107
        request: Request,
        school: str,
        code: str,
        username: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        door: Annotated[str, Form()] = "",
    ) -> Response:
        put = set_onvif_login if door == "onvif" else set_login
        try:
            with parts.writing("device_login", school=school, device=code, doors=door or "all") as session:
                device = found(session, school, code)
                put(session, parts.vault(), device, username.strip(), password, parts.now(), by=current().account_id)
                waits = held(session, device, parts.now())
        except LoginUnusableError as error:
            return shown(request, school, code, f"onvif-{error.field}" if door == "onvif" else error.field)
        return after(address(school, code), "held" if waits else "login")

    @made.post(f"{AT}/onvif-account")
    def save_account(school: str, code: str, account: Annotated[Literal["same", "none"], Form()]) -> Response:
        with parts.writing("device_change", school=school, device=code, what=f"onvif account {account}") as session:
            set_account(session, parts.vault(), found(session, school, code), account, parts.now())
        return after(address(school, code), "account")

    @made.post(f"{AT}/try-again")
    def once_more(school: str, code: str) -> Response:
        return bought(school, code, "try-again")

    @made.post(f"{AT}/try-stream")
    def at_the_stream_too(school: str, code: str) -> Response:
        return bought(school, code, "try-stream")

    def bought(school: str, code: str, which: str) -> Response:
        with parts.writing("device_login_again", school=school, device=code, what=which) as session:
            device = found(session, school, code)
            try_again(session, device, at_stream=which == "try-stream")
            waits = held(session, device, parts.now())
        return after(address(school, code), "held" if waits else which)

    @made.post(f"{AT}/certificate")
    def accept_certificate(school: str, code: str, fingerprint: Annotated[str, Form()]) -> Response:
        with parts.writing("device_certificate", school=school, device=code) as session:
            kept = accept(session, found(session, school, code), fingerprint, parts.now())
        return after(address(school, code), "certificate" if kept else "not-certificate")

    @made.get(f"{AT}/login")
    def back(school: str, code: str) -> Response:
        return RedirectResponse(address(school, code), 303)

    return made
