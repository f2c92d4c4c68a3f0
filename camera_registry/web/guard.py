"""The guard: what a request has to look like before any page sees it, and what every answer says to the browser.

Strategy: one ASGI middleware. The host must be one of ours, because a stranger's name may be made to point here. A
request that may change something must come from our own pages: the browser says so in Sec-Fetch-Site, else in Origin,
and one that says neither is refused. A program that shows the API a token needs to say neither: no browser sends one
by itself, and the gate looks at no cookie then. Its body is UTF-8, and has a length and a limit. Answers tell the
browser to load nothing from elsewhere, to run nothing inline, to show us in no frame, and to keep no page.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from camera_registry.importing.book import MOST_BYTES

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
_CHARSET = re.compile(r'charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)
"""How the letters of a body are written; other ways than UTF-8 can make signs that are none."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 64 * 1024
_BUNDLE = 8 * 1024 * 1024
_LIST = MOST_BYTES + 1024 * 1024
_ROWS = 512 * 1024
LARGER = {
    "/standards/confirm": 32 * 1024 * 1024,
    "/import": _LIST,
    "/handover/states": _LIST,
    "/api/v1/imports": _LIST,
    "/api/v1/visits": 256 * 1024,
    "/api/v1/visits/photos": 768 * 1024,
    "/api/v1/changes-of-many": _ROWS,
    "/bundles": _BUNDLE,
    "/bundles/take": _BUNDLE,
    "/api/v1/bundles": _BUNDLE,
}
"""Where a file is sent (the scan of a document, which is not kept; a photo; a bundle, in base64; a list to be imported,
with what a form adds), a recorder with all its channels, or many rows at once.
"""
GRID = re.compile(r"/api/v1/schools/[^/]+/devices/[^/]+/channels")
"""Where the channels of a device are sent as one grid."""
TOO_LARGE = (
    "Tệp quá lớn: mỗi lần chỉ nhận tối đa {most}. Quay lại, xóa hình ảnh và sheet không cần, hoặc chia thành nhiều "
    "tệp.\nThe file is too large: at most {most} are taken at a time. Go back, delete pictures and sheets that are "
    "not needed, or part it into several files.\n"
)
REPLIES = "/replies"
"""How addresses end to which a reply with its photo is sent."""
ONE_CLICK = "/unsubscribe/"
"""Where a program of e-mail posts in the name of its person (RFC 8058): what the address is signed for, and no more."""
WATCHED = frozenset({"/healthz", "/readyz"})
"""What is asked on this machine, too, by whoever looks whether the program works: no page of a stranger can have a name
of `HERE`.
"""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
READ_AWAY = 64 * 1024 * 1024
READ_AWAY_S = 30.0
LARGE_FORMS = ("/channels/edit", "/channels/bulk", "/devices/bulk", "/chosen/check", "/chosen/waivers")
"""How addresses end to which the form of many rows is sent."""
LARGEST_FORM = 1024 * 1024
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def policy(images: str = "") -> str:
    """What a browser may load: of ours alone, and images of the origin `images` too, where one is given."""
    return POLICY.replace("img-src 'self' data:", f"img-src 'self' data: {images}") if images else POLICY


HSTS = "max-age=31536000"
"""Behind TLS: a browser that was here comes back by no other way for a year (RFC 6797)."""
SAID_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further, and what to do."""

    status: int
    text: str


class Guard:
    """Lets through what comes from our own pages under our own names."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, https: bool = False, images: str = "") -> None:
        self._app = app
        self._said = {
            **SAID_ALWAYS,
            "Content-Security-Policy": policy(images),
            **({"Strict-Transport-Security": HSTS} if https else {}),
        }
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._said.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        largest = largest_of(scope["method"], scope["path"])
        headers = Headers(scope=scope)
        elsewhere = scope["path"].startswith(ONE_CLICK)
        by_token = scope["path"].startswith("/api/") and headers.get("authorization", "").lower().startswith("bearer ")
        hosts = self._hosts | HERE if scope["path"] in WATCHED else self._hosts
        refused = refusal(scope["method"], headers, hosts, largest, by_token=by_token or elsewhere)
        if refused is not None and refused.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            if scope["path"] in LARGER:
                refused = Refusal(refused.status, TOO_LARGE.format(most=_in_words(largest)))
            await _read_away(receive, int(headers["content-length"][:12]))
        app = self._app if refused is None else PlainTextResponse(refused.text, refused.status)
        await app(scope, receive, send_with_headers)


async def _read_away(receive: Receive, length: int) -> None:
    """A body that is too large has come and is kept nowhere: so who sends it (a browser, a proxy) hears the answer,
    which is lost on a line that is closed meanwhile. One that is far too large, or slow, is not waited for.
    """
    if length > READ_AWAY:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(READ_AWAY_S):
            while (await receive()).get("more_body", False):
                pass


def largest_of(method: str, path: str) -> int:
    """So many bytes the body of a request to this path may have."""
    if path in LARGER:
        return LARGER[path]
    if path.endswith(LARGE_FORMS):
        return LARGEST_FORM
    if path.endswith(REPLIES):
        return LARGEST_FORM
    return _ROWS if method == "PUT" and GRID.fullmatch(path) else LARGEST_BODY


def _in_words(size: int) -> str:
    """The size in MB, in KB where it is below one."""
    return f"{size // 1024 // 1024} MB" if size >= 1024 * 1024 else f"{size // 1024} KB"


def refusal(
    method: str, headers: Headers, hosts: Collection[str], largest: int = LARGEST_BODY, *, by_token: bool = False
) -> Refusal | None:
    """Why this request is refused; None when it may pass. `largest`: bytes of a body. `by_token`: a program asks the
    API, or by a signed address.
    """
    named = headers.getlist("host")
    if len(named) != 1 or host_of(named[0]) not in hosts:
        return Refusal(421, "This name is not one of this server. Add it to the setting web.hosts.\n")
    if method in SAFE:
        return None
    if not by_token and not _same_origin(headers, named[0]):
        return Refusal(403, "This request does not come from a page of this server. Open the page and try again.\n")
    if method == "DELETE" and not {"content-length", "transfer-encoding"} & set(headers.keys()):
        return None  # one that says neither has no body (RFC 9112, 6.3)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        return Refusal(411, "The length of the body must be said.\n")
    charset = _CHARSET.search(headers.get("content-type", ""))
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        return Refusal(415, "The letters must be sent as UTF-8.\n")
    return Refusal(413, "The body is too large.\n") if int(length[:12]) > largest else None


def host_of(named: str) -> str:
    """The host of a Host header, in lower case, without port and brackets; empty when it is none."""
    found = _HOST.fullmatch(named.lower())
    return found["name"].strip("[]") if found else ""


def _same_origin(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin", "").lower() in (f"http://{host}".lower(), f"https://{host}".lower())
