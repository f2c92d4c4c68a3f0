"""Signing in with a password, and signing out.

Strategy: every wrong answer says the same. Each try is counted and committed before anything is compared. A token is
new at every login, so none that was planted in a browser is worth anything; signing out ends the session here, too.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from camera_registry.access import passwords
from camera_registry.audit.doing import Actor, Doing
from camera_registry.services import signing_in
from camera_registry.services.audit import record
from camera_registry.store import accounts, sessions
from camera_registry.web.gate import known_of
from camera_registry.web.language import N_
from camera_registry.web.pages.login_steps import shown, waiting
from camera_registry.web.parts import Parts, actor_of
from camera_registry.web.rendering import Pages

WRONG = N_("The login or the password is not right.")
UNKNOWN = "unknown"
"""Who failed to sign in under a login that nobody has: what was typed there may be a password, and is not kept."""
LONGEST_ADDRESS = 2000


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/login")
    def show(request: Request, next: str = "") -> Response:  # noqa: A002  (the name in the address)
        return shown(pages, request, "login", next=local(next))

    @made.post("/login")
    def sign_in(  # an empty form  # nosec B107
        request: Request,
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "",  # noqa: A002  (as above)
    ) -> Response:
        name, address, now = login.strip().casefold(), _address(request), parts.now()
        again = {"login": login[:100], "next": local(next)}
        with parts.signing_in() as session:
            until = signing_in.counted(session, name, address, now)
        if until is not None:
            return waiting(pages, request, "login", until, now, **again)
        with parts.signing_in_reading() as session:
            kept = signing_in.kept_of(session, name)
        begun = None
        if passwords.is_password(kept, password) and kept is not None:
            with parts.signing_in() as session:
                browser = request.headers.get("user-agent", "")
                begun = signing_in.begin(session, name, kept, parts.access, address, browser, now)
                if begun is not None:
                    person = Actor(name, begun[1].name, begun[1].role, address)
                    record(session, Doing(person, "login", details={"what": "password"}), now)
        if begun is None:
            with parts.signing_in() as session:
                who = name if accounts.by_login(session, name) is not None else UNKNOWN
                record(session, Doing(Actor(who, where=address), "login_failed"), now)
            return shown(pages, request, "login", 401, wrong=WRONG, **again)
        answer = RedirectResponse(local(next) or "/", 303)
        _set_cookie(answer, parts, begun[0])
        return answer

    @made.post("/logout")
    def sign_out(request: Request) -> Response:
        known, answer = known_of(request), RedirectResponse("/login", 303)
        if known is None:
            return answer
        with parts.signing_in() as session:
            row = sessions.by_id(session, known.viewer.session_id)
            if row is not None:
                row.ended_at = row.ended_at or parts.now()
                session.add(row)
                record(session, Doing(actor_of(known.viewer), "logout"), parts.now())
        answer.delete_cookie(parts.cookie, secure=parts.https, httponly=True, samesite="lax")
        return answer

    return made


def local(address: str) -> str:
    """The address, when it is one of our own pages; else nothing: nobody is sent elsewhere from here."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return ""
    if not address.isprintable() or len(address) > LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if not parts.scheme and not parts.netloc else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _set_cookie(answer: Response, parts: Parts, token: str) -> None:
    longest = int(parts.access.longest.total_seconds())
    answer.set_cookie(parts.cookie, token, max_age=longest, httponly=True, samesite="lax", secure=parts.https, path="/")
