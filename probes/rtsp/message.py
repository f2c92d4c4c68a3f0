"""RTSP messages (RFC 2326) and RTP interleaved in them (section 10.12), without input or output.

Strategy: feed bytes as they come, then take items until there is none: a `Response`, a `Packet` of an interleaved
channel, or a `Request` of the server (some send OPTIONS or ANNOUNCE; nobody has to answer). `None` means: need more.
MalformedReply means: not RTSP, or over a limit. Headers are read leniently: any case, blanks around names, blanks after
values, folded lines, a bare line feed, a reply without a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from probes.errors import MalformedReply, Step, clean_text

HEAD_LIMIT = 32_768
BODY_LIMIT = 262_144
_STATUS = re.compile(rb"RTSP/\d\.\d[ \t]+(\d{3})[ \t]*([^\r\n]*)", re.IGNORECASE)
_REQUEST = re.compile(rb"([A-Z_]{3,20})[ \t]+(\S+)[ \t]+RTSP/\d\.\d[ \t]*", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_DOLLAR = 0x24
_TIMEOUT = re.compile(r"timeout\s*=\s*0*([1-9][0-9]{0,4})(?![0-9])", re.IGNORECASE)
_INTERLEAVED = re.compile(r"interleaved\s*=\s*([0-9]{1,3})(?![0-9])", re.IGNORECASE)
SESSION_TIMEOUT_S = 60.0
"""Seconds that a session lives where the server does not say (RFC 2326 12.37)."""


@dataclass(frozen=True)
class Response:
    """A reply: status, phrase, headers (names in lower case; several of one name in order) and body."""

    status: int
    phrase: str
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str) -> str | None:
        """The first header of that name (lower case), or None."""
        values = self.headers.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class Request:
    """A request that the server sent to us."""

    method: str


class Packet(NamedTuple):
    """The bytes of one interleaved packet and its channel id. A named tuple, because so many are made."""

    channel: int
    data: bytes


class Splitter:
    """Splits the bytes of one RTSP connection into messages and interleaved packets."""

    def __init__(self, step: Step = "rtsp.options") -> None:
        self.step: Step = step
        self._buffer = bytearray()
        self._at = 0

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Adds bytes as they arrived."""
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        self._buffer += data

    def packets(self, take: Callable[[int, bytes], None]) -> None:
        """Gives channel and bytes of every whole packet up to the next message; `take` may raise."""
        data = bytes(self._buffer[self._at :]) if self._at else bytes(self._buffer)
        at, end = 0, len(data)
        while at + 4 <= end and data[at] == _DOLLAR:
            behind = at + 4 + (data[at + 2] << 8 | data[at + 3])
            if behind > end:
                break
            self._at += behind - at
            take(data[at + 1], data[at + 4 : behind])
            at = behind

    def next(self) -> Response | Request | Packet | None:
        """The next whole item, or None when more bytes are needed. Raises MalformedReply."""
        buffer, at = self._buffer, self._at
        if len(buffer) - at >= 4 and buffer[at] == _DOLLAR:
            end = at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
            if end > len(buffer):
                return None
            self._at = end
            return Packet(buffer[at + 1], bytes(buffer[at + 4 : end]))
        if at >= len(buffer) or buffer[at] == _DOLLAR:
            return None
        return self._message()

    def _message(self) -> Response | Request | None:
        while self._at < len(self._buffer) and self._buffer[self._at] in b"\r\n\0 ":
            self._at += 1
        if self._at < len(self._buffer) and self._buffer[self._at] == _DOLLAR:
            return self.next()  # type: ignore[return-value]  # a packet after blank bytes; the caller takes all three
        ending = _HEAD_END.search(self._buffer, self._at)
        head = bytes(self._buffer[self._at : ending.start() if ending else self._at + HEAD_LIMIT])
        self._refuse_other_protocols(head)
        if ending is None:
            if len(self._buffer) - self._at > HEAD_LIMIT:
                raise MalformedReply(self.step, f"the headers of the reply are longer than {HEAD_LIMIT} bytes")
            return None
        lines = head.replace(b"\r\n", b"\n").split(b"\n")
        headers = _headers(lines[1:])
        length = _content_length(headers, self.step)
        if len(self._buffer) < ending.end() + length:
            return None
        body = bytes(self._buffer[ending.end() : ending.end() + length])
        self._at = ending.end() + length
        status = _STATUS.match(lines[0])
        if status:
            return Response(int(status.group(1)), clean_text(status.group(2).decode("latin-1")), headers, body)
        request = _REQUEST.match(lines[0])
        if request:
            return Request(request.group(1).decode("ascii"))
        raise MalformedReply(self.step, f"not an RTSP reply: {lines[0][:60]!r}")

    def _refuse_other_protocols(self, head: bytes) -> None:
        start = head[:5].upper()
        if start == b"RTSP/"[: len(start)] or _REQUEST.match(head):
            return
        first_word = head.split(b" ", 1)[0]
        unfinished = b"\n" not in head and len(head) < 2048 and len(first_word) <= 20
        if not unfinished or not first_word.replace(b"_", b"").isalpha():
            raise MalformedReply(self.step, f"not an RTSP reply: {head[:60]!r}")


def request_bytes(method: str, uri: str, cseq: int, headers: Mapping[str, str]) -> bytes:
    """One request as bytes. Line ends inside values are dropped, so that no value can add a header."""
    fields = {"CSeq": str(cseq), "User-Agent": "camera-registry", **headers}
    lines = [f"{method} {_one_line(uri)} RTSP/1.0", *(f"{k}: {_one_line(v)}" for k, v in fields.items()), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def session_of(response: Response) -> tuple[str | None, float]:
    """The session id of a reply to SETUP, without its parameters, and how many seconds it lives."""
    session, _, parameters = (response.first("session") or "").partition(";")
    timeout = _TIMEOUT.search(parameters)
    return session.strip() or None, float(timeout.group(1)) if timeout else SESSION_TIMEOUT_S


def rtp_channel(response: Response) -> int:
    """The interleaved channel id of the RTP packets; the server may have changed the 0 that was asked for."""
    given = _INTERLEAVED.search(response.first("transport") or "")
    return int(given.group(1)) if given and int(given.group(1)) < 256 else 0


def _one_line(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def _headers(lines: list[bytes]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    last = ""
    for line in lines:
        text = line.decode("utf-8", "surrogateescape")
        if text.startswith((" ", "\t")) and last:
            found[last] = (*found[last][:-1], f"{found[last][-1]} {text.strip()}")
            continue
        name, colon, value = text.partition(":")
        if colon:
            last = name.strip().lower()
            found[last] = (*found.get(last, ()), value.strip())
    return found


def _content_length(headers: Mapping[str, tuple[str, ...]], step: Step) -> int:
    value = headers.get("content-length", ("0",))[0]
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise MalformedReply(step, f"Content-Length is {value[:20]!r}")
    if int(value) > BODY_LIMIT:
        raise MalformedReply(step, f"Content-Length {value} is over {BODY_LIMIT} bytes")
    return int(value)
