"""Replay: a device that says again what a capture holds, over real sockets on this machine alone.

Strategy: the whole probe runs against it unchanged. A question is answered with what the same question got: the same
operation with the same arguments, the same method at the same path, with a login or without one; asked again, the next
such answer, and the last one for ever. Packets come at the pace at which they came. What was never asked is answered
with 503, "not recorded", which the probe takes for unknown, and is listed in `missed`. TLS is replayed without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from probes.capture.exchange import Capture, Exchange, Packet, asked, login_of
from probes.errors import OurFault
from probes.target import Address

HOST = "127.0.0.1"
NOT_RECORDED = "not recorded in this folder"
_HEAD_LIMIT, _BODY_LIMIT = 65_536, 2_000_000
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d{1,7})", re.IGNORECASE)
_CLIENT_PORTS = re.compile(r"client_port\s*=\s*(\d{1,5})-(\d{1,5})", re.IGNORECASE)
_SERVER_PORTS = re.compile(r";\s*(?:server_port|source)=[^;]*", re.IGNORECASE)
_ALWAYS = ("OPTIONS", "GET_PARAMETER", "TEARDOWN")
_TOKEN = b"UsernameToken"


@dataclass(frozen=True)
class _Asked:
    """A question as it came in."""

    what: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


class Replay:
    """The device; `address` is where it listens. Use `replaying`."""

    def __init__(self, capture: Capture) -> None:
        self.address = capture.address
        self.missed: list[str] = []
        """What was asked and is not in the capture, each once."""
        self._exchanges = capture.exchanges
        self._turns: Counter[int] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> list[asyncio.Server]:
        """The servers, one for each side that was recorded; nothing listens for a side that was not."""
        servers, ports = [], {}
        for door, serve in (("onvif", self._http), ("rtsp", self._rtsp)):
            if any(e.door == door for e in self._exchanges):
                servers.append(await asyncio.start_server(serve, HOST, 0, limit=_HEAD_LIMIT))
                ports[door] = int(servers[-1].sockets[0].getsockname()[1])
        self.address = _here(self.address, ports.get("onvif", 1), ports.get("rtsp", 1))
        return servers

    async def stop(self) -> None:
        """No packet is on its way any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OurFault):
            while True:
                question = await _question(reader)
                operation, arguments = asked(question.body)
                found = self._answer("onvif", replace(question, what=operation), arguments)
                body = (found.reply.body if found else NOT_RECORDED.encode()).replace(b"rtsps://", b"rtsp://")
                head = _head("HTTP/1.1", found, {"Content-Length": str(len(body))})
                writer.write(head + body)
                await writer.drain()
        writer.close()

    async def _rtsp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        playing: asyncio.Task[None] | None = None
        ports: tuple[int, ...] = ()
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OurFault):
            while True:
                question = await _question(reader)
                found = self._answer("rtsp", question, {})
                if playing is not None and question.what == "TEARDOWN":
                    playing.cancel()
                ports = _udp_ports(question) if question.what == "SETUP" else ports
                writer.write(_rtsp_reply(question, found))
                await writer.drain()
                if found is not None and found.packets:
                    playing = asyncio.create_task(_play(writer, found.packets, ports))
                    self._tasks.add(playing)
        if playing is not None:
            playing.cancel()
        writer.close()

    def _answer(self, door: str, question: _Asked, arguments: Mapping[str, str]) -> Exchange | None:
        """The next recorded answer to `question`; None, and a line in `missed`, where there is none."""
        signed = _TOKEN in question.body or login_of(question.headers.get("authorization")) != "none"
        same = [
            (number, e)
            for number, e in enumerate(self._exchanges)
            if e.door == door and e.what == question.what and path_of(e.where) in ("", question.path)
            if all(arguments.get(key) == value for key, value in e.arguments.items())
        ]
        alike = [one for one in same if (one[1].login != "none") == signed] or same
        if not alike:
            told = " ".join([question.what, question.path, *(f"{k}={v}" for k, v in arguments.items())])
            if told not in self.missed and question.what not in _ALWAYS:
                self.missed.append(told)
            return None
        key = alike[0][0] * 2 + signed
        turn = min(self._turns[key], len(alike) - 1)
        self._turns[key] += 1
        return alike[turn][1]


@contextlib.asynccontextmanager
async def replaying(capture: Capture) -> AsyncIterator[Replay]:
    """A device that answers as in `capture` until the block ends."""
    replay = Replay(capture)
    servers = await replay.start()
    try:
        yield replay
    finally:
        for server in servers:
            server.close()
        await replay.stop()
        for server in servers:
            await server.wait_closed()


def path_of(where: str) -> str:
    """The path and query of an address, or of a path; empty for none."""
    if "://" not in where:
        return where
    parts = urlsplit(where)
    return parts.path + (f"?{parts.query}" if parts.query else "?" if where.endswith("?") else "")


def _here(address: Address, onvif_port: int, rtsp_port: int) -> Address:
    return replace(
        address, host=HOST, onvif_scheme="http", onvif_port=onvif_port, rtsp_scheme="rtsp", rtsp_port=rtsp_port
    )


async def _question(reader: asyncio.StreamReader) -> _Asked:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    size = int(length.group(1)) if length else 0
    if size > _BODY_LIMIT:
        raise OurFault("target", "a request of our own is too long")
    body = await reader.readexactly(size)
    first, *lines = head.decode("utf-8", "replace").strip().split("\r\n")
    method, where, *_ = [*first.split(" "), "", ""]
    headers = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    return _Asked(method, path_of(where), headers, body)


def _head(protocol: str, found: Exchange | None, own: Mapping[str, str]) -> bytes:
    status = found.reply.status if found else 503
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Recorded"
    headers = [
        (n, _SERVER_PORTS.sub("", v))
        for n, v in (found.reply.headers if found else ())
        if n.lower() not in {k.lower() for k in own}
    ]
    lines = [f"{protocol} {status} {phrase}", *(f"{n}: {v}" for n, v in [*headers, *own.items()]), "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _rtsp_reply(question: _Asked, found: Exchange | None) -> bytes:
    body = found.reply.body if found else b""
    own = {"CSeq": question.headers.get("cseq", "0"), **({"Content-Length": str(len(body))} if body else {})}
    if found is None and question.what in _ALWAYS:
        return f"RTSP/1.0 200 OK\r\nCSeq: {own['CSeq']}\r\n\r\n".encode()
    return _head("RTSP/1.0", found, own) + body


def _udp_ports(question: _Asked) -> tuple[int, ...]:
    """Where packets are wanted over UDP; empty where they shall come interleaved."""
    wanted = _CLIENT_PORTS.search(question.headers.get("transport", ""))
    return tuple(int(port) for port in wanted.groups()) if wanted else ()


async def _play(writer: asyncio.StreamWriter, packets: list[Packet], ports: tuple[int, ...]) -> None:
    """Sends `packets` at their pace: interleaved, or to the two UDP `ports` on this machine."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for packet in packets:
            wait = packet.at - (loop.time() - began)
            if wait > 0:
                await asyncio.sleep(wait)
            if ports:
                datagrams.sendto(packet.data, (HOST, ports[packet.channel & 1]))
            else:
                writer.write(b"$" + bytes([packet.channel]) + len(packet.data).to_bytes(2, "big") + packet.data)
                await writer.drain()
