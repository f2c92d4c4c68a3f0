"""The page of a device: what it is, what was seen of it, and the form for its login."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.models import Device
from camera_registry.services.actors import ACTORS
from camera_registry.services.device_access import lock
from camera_registry.services.device_certificate import accept, changed
from camera_registry.services.device_login import (
    LoginUnusableError,
    held,
    set_account,
    set_login,
    set_onvif_login,
    try_again,
)
from camera_registry.services.device_page import device_page
from camera_registry.services.differences import of_device as differences_of
from camera_registry.services.on_site import seen_at
from camera_registry.services.photos import of_device as photos_of
from camera_registry.services.register_history import NEWEST
from camera_registry.services.register_history import of_device as changes_of
from camera_registry.services.waived import on_device
from camera_registry.store import devices
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel
from probes.login import UNANSWERED_TRIES
from standards import Editions

AT = "/devices/{school}/{code}"


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, school: str, code: str, wrong: str = "") -> Response:
        with parts.reading() as session:
            values = _values(session, school, code, parts.editions())
            values["locked_until"], values["tries_left"] = lock(_found(session, school, code), parts.now())
            values["on_site"] = seen_at(session, school, code)
            values["photos"] = photos_of(session, _found(session, school, code))
            values["certificates"] = changed(_found(session, school, code))
            values["differences"] = {(d.channel, d.field): d for d in differences_of(session, school, code)}
            values["history"] = changes_of(session, school, code, current(), NEWEST)
            values["panel"] = panel(session, parts.now(), school)
            values["page"] = on_device(session, values["page"], parts.desk())
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
                device = _found(session, school, code)
                put(session, parts.vault(), device, username.strip(), password, parts.now(), by=current().account_id)
                waits = held(session, device, parts.now())
        except LoginUnusableError as error:
            return shown(request, school, code, f"onvif-{error.field}" if door == "onvif" else error.field)
        return after(address(school, code), "held" if waits else "login")

    @made.post(f"{AT}/onvif-account")
    def save_account(school: str, code: str, account: Annotated[Literal["same", "none"], Form()]) -> Response:
        with parts.writing("device_change", school=school, device=code, what=f"onvif account {account}") as session:
            set_account(session, parts.vault(), _found(session, school, code), account, parts.now())
        return after(address(school, code), "account")

    @made.post(f"{AT}/try-again")
    def once_more(school: str, code: str) -> Response:
        return bought(school, code, "try-again")

    @made.post(f"{AT}/try-stream")
    def at_the_stream_too(school: str, code: str) -> Response:
        return bought(school, code, "try-stream")

    def bought(school: str, code: str, which: str) -> Response:
        with parts.writing("device_login_again", school=school, device=code, what=which) as session:
            device = _found(session, school, code)
            try_again(session, device, at_stream=which == "try-stream")
            waits = held(session, device, parts.now())
        return after(address(school, code), "held" if waits else which)

    @made.post(f"{AT}/certificate")
    def accept_certificate(school: str, code: str, fingerprint: Annotated[str, Form()]) -> Response:
        with parts.writing("device_certificate", school=school, device=code) as session:
            kept = accept(session, _found(session, school, code), fingerprint, parts.now())
        return after(address(school, code), "certificate" if kept else "not-certificate")

    @made.get(f"{AT}/login")
    def back(school: str, code: str) -> Response:
        return RedirectResponse(address(school, code), 303)

    return made


def address(school: str, code: str) -> str:
    """Where the page of this device is."""
    return f"/devices/{quote(school, safe='')}/{quote(code, safe='')}"


def _found(session: Session, school: str, code: str) -> Device:
    device = devices.by_code(session, school, code)
    if device is None:
        raise HTTPException(404)
    return device


def _values(session: Session, school: str, code: str, editions: Editions) -> dict[str, Any]:
    page = device_page(session, school, code, editions)
    if page is None:
        raise HTTPException(404)
    device = _found(session, school, code)
    of_onvif = [login for login in page.logins if set(login.doors) == {"onvif"}]
    others = [login for login in page.logins if login not in of_onvif]
    return {
        "page": page,
        "address": address(school, code),
        "username": others[-1].username if others else device.username,
        "onvif_username": of_onvif[-1].username if of_onvif else "",
        "onvif_account": device.onvif_account,
        "actors": ACTORS,
        "most_unanswered": UNANSWERED_TRIES,
    }
