"""Watch: every request has an id, one line in the log, and its place in the figures.

Strategy: the outermost middleware. The line has the route as the table writes it, and no address, no question and no
body: what a person types may be a secret. Who asked is told by the role alone.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from camera_registry.services.signing_in import Known
from camera_registry.watching.marks import begin_request, request_id
from camera_registry.watching.requests import route_of
from camera_registry.web.parts import Parts

HEADER = "X-Request-ID"
_log = logging.getLogger("camera_registry.requests")


class Watch:
    """Counts and tells what was asked and how it was answered."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and tells of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        word = scope["request_id"] = request_id(Headers(scope=scope).get(HEADER, ""))
        begin_request(word)
        began, answered = time.perf_counter(), {"status": 500, "seconds": 0.0}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = word
                answered.update(status=message["status"], seconds=time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._tell(scope, int(answered["status"]), answered["seconds"] or time.perf_counter() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], route_of(scope["method"], scope["path"])
        self._parts.requests.seen(method, route, status, seconds)
        known: Any = scope.get("known")
        role = known.viewer.role if isinstance(known, Known) else "nobody"
        values = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000), "role": role}
        level = logging.DEBUG if route.startswith("/static/") else logging.INFO
        _log.log(level, "%(method)s %(route)s %(status)d %(ms)d ms %(role)s", values, extra={"values": values})
