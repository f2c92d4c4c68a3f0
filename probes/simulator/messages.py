"""Requests and replies of HTTP/1.1 and RTSP/1.0, which have the same grammar.

Strategy: `read` takes one request off a stream or raises; `reply` makes bytes. `$` blocks between RTSP requests
(RTP and RTCP from the client) are read and come back as None.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

LARGEST_BODY = 1 << 20
_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    411: "Length Required",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    460: "Only Aggregate Operation Allowed",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    551: "Option Not Supported",
}
Headers = Iterable[tuple[str, str]]


class NotAMessage(ValueError):
    """What came is not a request: the connection is of no use any more."""


@dataclass(frozen=True)
class Request:
    """One request; header names are in lower case, the target is exactly as sent."""

    method: str
    target: str
    version: str
    headers: dict[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return self.headers.get(name)


async def read(reader: asyncio.StreamReader) -> Request | None:
    """The next request, or None for a block of interleaved data. IncompleteReadError at the end of the stream."""
    first = await reader.readexactly(1)
    if first == b"$":
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:]))
        return None
    try:
        raw = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise NotAMessage("the header does not end") from error
    line, *rest = raw.decode("latin-1").lstrip("\r\n").rstrip("\r\n").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3:
        raise NotAMessage(f"not a request line: {line[:80]!r}")
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    return Request(parts[0], parts[1], parts[2], headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise NotAMessage(f"a body of {length[:20]!r} bytes")
    return await reader.readexactly(int(length))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if len(body) + size > LARGEST_BODY:
            raise NotAMessage("a body that is too long")
        chunk = await reader.readexactly(size + 2)
        if size == 0:
            return body
        body += chunk[:-2]


def reply(protocol: str, status: int, headers: Headers = (), body: bytes = b"") -> bytes:
    """The bytes of a reply; Content-Length is added when there is a body, and always in HTTP."""
    lines = [f"{protocol} {status} {_REASONS[status]}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body or protocol.startswith("HTTP"):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
