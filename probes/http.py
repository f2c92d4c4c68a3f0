"""HTTP to one camera: one kept connection, one request at a time, and a hard limit on everything.

Strategy: `h11` knows the protocol, this file owns the socket. A request has one deadline from its first byte sent to
the last byte read, so dripped headers or bodies end in time; the body has a size limit; redirects are never followed,
because a login goes only to the registered host and port. Lengths that cameras state are often wrong: what came until
the connection was closed, and what came behind the length, is given to the reader, which knows whether it is whole.
A connection is reused until the camera closes it. When a reused one turns out to be closed, the request is sent once
more on a new one, unless it is a *try* (`once`): a try is never sent twice, so it only reuses a connection that has
shown that it stays open.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import h11

from probes import reach
from probes.errors import MalformedReply, NetworkFault, OurFault, Step
from probes.target import DEFAULT_PORTS
from probes.visit import Visit

HEAD_LIMIT = 32_768
_CHUNK = 65_536
_KEPT = 4_096
_PIECES = 20_000
"""A reply in more chunks than this is made to cost us time."""
_INTERIM = 16
_SPACE_BEFORE_COLON = re.compile(rb"(?<=\n)([\w-]+)[ \t]+:")
_NO_HEADER = re.compile(rb"(?<=\n)[^\s:][^:\r\n]*\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = b"\r\n\0 "
"""What some cameras write behind a reply, and so in front of the next one."""
_PATH_SAFE = "/?&=%:;+,@!$'()*~#-._[]"
_PROVEN = 2
"""After so many replies on one connection the camera has shown that it keeps connections open."""


@dataclass(frozen=True)
class Reply:
    """A reply: status, headers (names in lower case), body, and seconds from the request to its last byte."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    seconds: float = 0.0

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every header called `name` (lower case), in order."""
        return tuple(value for key, value in self.headers if key == name)


class _ClosedByCamera(Exception):
    """The camera closed the connection before the first byte of a reply."""


@dataclass
class _Line:
    """One open TCP connection and the state of the protocol on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: h11.Connection
    served: int = 0
    blank: int = 0
    """Blanks and zeros between replies, in bytes."""

    @property
    def gone(self) -> bool:
        return self.reader.at_eof() or self.writer.is_closing()


class Connection:
    """HTTP requests to one port of the target's host, over one connection that is opened when it is needed."""

    def __init__(self, visit: Visit, scheme: str, port: int) -> None:
        self.secure = scheme == "https"
        self.last = b""
        """The first bytes of the last reply, as they came; for judging a reply that is no HTTP."""
        self.sent = False
        """True when the last request began to leave, and so the camera may have read it."""
        self._visit, self._port = visit, port
        host = visit.target.address.host
        shown = f"[{host}]" if ":" in host else host
        self._where = shown if port == DEFAULT_PORTS[scheme] else f"{shown}:{port}"
        self._line: _Line | None = None

    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str], step: Step, *, once: bool = False
    ) -> Reply:
        """The reply to one POST.

        Raises NetworkFault (unreachable, refused_connection, timeout, tls), OurFault when the reply or the probe is
        over its limit, and MalformedReply when what came back is no HTTP.
        """
        if self._line is not None and (self._line.gone or (once and self._line.served < _PROVEN)):
            await self.close()
        own = {"Content-Length": str(len(body)), "Connection": "keep-alive"}
        self.sent = False
        everything = [
            (k.encode(), v.encode("utf-8", "surrogateescape"))
            for k, v in {"Host": self._where, **headers, **own}.items()
        ]
        head = h11.Request(method="POST", target=request_target(path), headers=everything)
        chances = 2 if self._line is not None and not once else 1
        for _ in range(chances):
            with contextlib.suppress(_ClosedByCamera):
                reply = await self._exchange(head, body, step)
                if self._visit.tap is not None:
                    told = (reply.status, reply.headers, reply.body, reply.seconds)
                    self._visit.tap.http(self._port, path, (headers, body), told)
                return reply
        raise MalformedReply(step, "the connection was closed without an answer")

    async def close(self) -> None:
        """The connection is closed; the next request opens a new one."""
        line, self._line = self._line, None
        if line is None:
            return
        line.writer.close()
        try:
            async with asyncio.timeout(1.0):
                await line.writer.wait_closed()
        except (OSError, TimeoutError):
            line.writer.transport.abort()

    async def _exchange(self, head: h11.Request, body: bytes, step: Step) -> Reply:
        line = self._line = self._line or await self._open()
        limit = min(self._visit.target.limits.read_s, self._visit.time_left(step))
        done = False
        try:
            async with asyncio.timeout(limit):
                reply = await self._send_and_read(line, head, body, step)
            done = True
        except TimeoutError:
            self._visit.time_left(step)
            raise NetworkFault("timeout", step, f"no whole answer within {limit:g} s") from None
        except h11.ProtocolError as error:
            raise MalformedReply(step, f"no HTTP: {error}; it begins {self.last[:40]!r}") from None
        except OSError as error:
            if self.last:
                raise MalformedReply(step, f"the reply broke off: {error}") from None
            raise _ClosedByCamera from error
        finally:
            if not done:
                self._line = None
                line.writer.transport.abort()
        behind = line.protocol.trailing_data[0]
        if line.protocol.our_state is line.protocol.their_state is h11.DONE and not behind.strip(_BLANK):
            line.protocol = _protocol()
        else:
            await self.close()
        return replace(reply, body=reply.body + behind)

    async def _send_and_read(self, line: _Line, head: h11.Request, body: bytes, step: Step) -> Reply:
        parts = (head, h11.Data(data=body), h11.EndOfMessage())
        data = b"".join(line.protocol.send(part) or b"" for part in parts)
        began = self._visit.seconds()
        self.last, self.sent = b"", True
        line.writer.write(data)
        await line.writer.drain()
        self._visit.bore(bytes_out=len(data))
        status, received, pieces, interim = 0, bytearray(), 0, 0
        headers: tuple[tuple[str, str], ...] = ()
        while True:
            event = line.protocol.next_event()
            if event is h11.NEED_DATA:
                if not await self._receive(line) and status:
                    break
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = tuple((k.decode("latin-1"), _text(v)) for k, v in event.headers)
            elif isinstance(event, h11.InformationalResponse):
                interim += 1
                if interim > _INTERIM:
                    raise MalformedReply(step, f"more than {_INTERIM} interim replies")
            elif isinstance(event, h11.Data):
                received += event.data
                pieces += 1
                if pieces > _PIECES:
                    raise OurFault(step, f"the reply is cut into more than {_PIECES} pieces")
                if len(received) > self._visit.target.limits.reply_bytes:
                    raise OurFault(step, f"the reply is longer than {self._visit.target.limits.reply_bytes} bytes")
            elif isinstance(event, h11.EndOfMessage):
                break
        line.served += 1
        return Reply(status, headers, bytes(received), self._visit.seconds() - began)

    async def _receive(self, line: _Line) -> bool:
        """Takes what comes next; false when the camera has closed the connection."""
        data = await line.reader.read(_CHUNK)
        if not data and not self.last:
            raise _ClosedByCamera
        self._visit.bore(bytes_in=len(data))
        came = data if self.last else data.lstrip(_BLANK)
        line.blank += len(data) - len(came)
        if line.blank > HEAD_LIMIT:
            raise h11.RemoteProtocolError("blanks without end")
        if len(self.last) < _KEPT:
            self.last = (self.last + came)[:_KEPT]
        head_is_due = line.protocol.their_state is h11.SEND_RESPONSE
        if came or not data:  # nothing at all would be the end
            line.protocol.receive_data(_mended(came) if head_is_due else came)
        return bool(data)

    async def _open(self) -> _Line:
        reader = asyncio.StreamReader()
        transport, protocol = await reach.connect(
            self._visit, self._port, tls=self.secure, protocol=lambda: asyncio.StreamReaderProtocol(reader)
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, asyncio.get_running_loop())
        return _Line(reader, writer, _protocol())


def _protocol() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)


def _text(value: bytes) -> str:
    """A header value as text that goes back to the camera byte by byte, whatever it is; UTF-8 where it is that."""
    return value.decode("utf-8", "surrogateescape")


def _mended(data: bytes) -> bytes:
    """`data` without what some cameras write into a head: blanks before a colon, and lines that are no header."""
    end = _HEAD_END.search(data)
    cut = end.end() if end else len(data)
    return _NO_HEADER.sub(b"", _SPACE_BEFORE_COLON.sub(rb"\1:", data[:cut])) + data[cut:]


def request_target(path: str) -> str:
    """`path` as it stands in the request line, which is also what a Digest login has to sign."""
    return quote(path or "/", safe=_PATH_SAFE)
