"""The gate: who asks, and whether they may. Every request passes here before any page sees it.

Strategy: one ASGI middleware behind the guard. A program shows a token in `Authorization`; a browser holds a cookie.
The table of routes says what is needed. Who is not signed in is sent to sign in; what a role may not do, and what is
not in the table, is not there (404), as for a row of another school. A session that still waits for something opens
only the page for that. What the gate finds out is the viewer of the request: without one no session of the database is
opened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from camera_registry.access.routes import Place, methods_of, place_of
from camera_registry.access.viewer import viewing
from camera_registry.database import DatabaseUnusableError
from camera_registry.services import signing_in
from camera_registry.services.signing_in import Known, Terms
from camera_registry.web.guard import SAFE

API = "/api/"
METRICS = "/metrics"
"""Where programs ask that watch this one; it is asked for by a token, as the API is."""
_log = logging.getLogger(__name__)
STEPS = {  # addresses  # nosec B105
    "code": "/login/code",
    "second_factor": "/login/second-factor",
    "password": "/login/password",  # nosec B105
}
"""The page of what a session waits for."""
Sessions = Callable[[], AbstractContextManager[Session]]
Refuse = Callable[[Request, int, list[str]], Response]
"""Makes the error page, or the JSON, of a status."""


@dataclass(frozen=True)
class Keys:
    """How people are known: sessions in which that is looked up and written down, how long for, the clock, the zone of
    days, and the name of the cookie.
    """

    reading: Sessions
    writing: Sessions
    terms: Terms
    now: Callable[[], datetime]
    zone: tzinfo
    cookie: str


class Gate:
    """Lets through who may, as that viewer."""

    def __init__(self, app: ASGIApp, keys: Keys, refuse: Refuse) -> None:
        self._app = app
        self._keys = keys
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on as its viewer's, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        place = place_of(request.method, scope["path"])
        if place is not None and place.action == "public":
            await self._app(scope, receive, send)
            return
        try:
            known = await run_in_threadpool(self._known, request)
        except DatabaseUnusableError as error:
            await self._refuse(request, 503, [str(error)])(scope, receive, send)
            return
        scope["known"], scope["place"] = known, place
        with viewing(known.viewer if known is not None and not known.waits_for else None):
            refused = self._refused(request, place, known)
            await (self._app if refused is None else refused)(scope, receive, send)

    def _known(self, request: Request) -> Known | None:
        keys, now = self._keys, self._keys.now()
        address = request.client.host if request.client else ""
        by_token, (scheme, _, held) = "authorization" in request.headers, _shown(request)
        cookie = request.cookies.get(keys.cookie, "")
        with keys.reading() as session:
            if by_token:
                is_token = scheme.lower() == "bearer" and _is_for_programs(request)
                return signing_in.by_program(session, held.strip(), keys.zone, address, now) if is_token else None
            if not cookie:
                return None
            known = signing_in.by_session(session, cookie, keys.terms, keys.zone, address, now)
            due = known is not None and not _by_itself(request) and signing_in.is_due(session, known, now)
        if known is not None and due:
            self._keep_seen(known, now)
        return known

    def _keep_seen(self, known: Known, now: datetime) -> None:
        """It is kept that the session is used. Where nothing can be written (the disk is full) what can be read is
        shown still: the session only ends earlier.
        """
        try:
            with self._keys.writing() as session:
                signing_in.was_seen(session, known, now)
        except DatabaseUnusableError as error:
            _log.error("It is not kept that somebody is here: %s", error)

    def _refused(self, request: Request, place: Place | None, known: Known | None) -> Response | None:
        """The answer to a request that may not pass; None for one that may."""
        action = place.action if place is not None else None
        if action == "signing_in":
            return None
        if known is None:
            return self._sign_in(request)
        if known.waits_for:
            return self._to(request, STEPS[known.waits_for])
        if place is None and (methods := methods_of(request.scope["path"])):
            answer = self._refuse(request, 405, [])
            answer.headers["Allow"] = ", ".join(methods)
            return answer
        if action is None or not known.viewer.may(action):
            return self._refuse(request, 404, [])
        if request.method not in SAFE and not known.viewer.writes:
            return self._refuse(request, 403, ["this token may only read; use one with the scope “write”"])
        return None

    def _sign_in(self, request: Request) -> Response:
        if _is_for_programs(request):
            answer = self._refuse(request, 401, ["sign in: send a token as “Authorization: Bearer …”"])
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        asked = request.url.path if request.method in SAFE and not request.url.query else _with_query(request)
        return self._to(request, "/login" if asked == "/" else f"/login?next={quote(asked, safe='')}")

    def _to(self, request: Request, address: str) -> Response:
        """Sends the browser there; a part of a page that is fetched makes the whole page go."""
        if "hx-request" in request.headers:
            return Response(status_code=204, headers={"HX-Redirect": address})
        if _is_for_programs(request):
            return self._refuse(request, 401, ["signing in is not finished: do it in the browser"])
        return RedirectResponse(address, 303)


def _is_for_programs(request: Request) -> bool:
    """True where a program asks with a token; it is not sent to a page."""
    return request.url.path.startswith(API) or request.url.path == METRICS


def _by_itself(request: Request) -> bool:
    """True for what a page asks by itself: nobody need sit in front of it."""
    return "hx-request" in request.headers or request.headers.get("accept", "") == "text/event-stream"


def _shown(request: Request) -> tuple[str, str, str]:
    """What a program shows: the scheme, and the token. It counts for the API alone, and no cookie does beside it."""
    return request.headers.get("authorization", "").partition(" ")


def _with_query(request: Request) -> str:
    if request.method not in SAFE:
        return "/"
    return f"{request.url.path}?{request.url.query}"


def known_of(request: Request) -> Known | None:
    """Who asks, signed in wholly or in part."""
    found: Any = request.scope.get("known")
    return found if isinstance(found, Known) else None
