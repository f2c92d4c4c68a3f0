"""Asking over TCP: which ports of an address are open, and what stands behind them.

Strategy: one connection at a time to one address, and on it one harmless question that needs no login: ONVIF's
GetSystemDateAndTime, which every service has to answer (Core specification, access class PRE_AUTH), else RTSP's OPTIONS
(RFC 2326, section 10.1). There is no login here that could be sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from probes import reach
from probes.discovery.found import OpenPort, PortKind
from probes.discovery.message import STEP
from probes.discovery.plan import Pace, Plan
from probes.errors import NetworkFault, OurFault, ProbeError
from probes.http import Connection
from probes.onvif.soap import Fault, local, read
from probes.rtsp.message import Response, Splitter, request_bytes
from probes.target import ONVIF_PATH, Address, Limits, Target
from probes.visit import Visit

REPLY_LIMIT = 65_536
PORT_S = 4.0
"""A port may take so many times the seconds of an answer."""
_TLS_PORTS = frozenset({443, 8443})
_RTSP_PORTS = frozenset({554, 8554, 10554})
_TYPE = {"Content-Type": "application/soap+xml; charset=utf-8"}
_ASK_TIME = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)
_Ask = Callable[[Visit, int], Awaitable[PortKind | None]]


async def open_ports(address: str, ports: tuple[int, ...], plan: Plan, pace: Pace) -> tuple[OpenPort, ...]:
    """The open ones of `ports` at `address`, in their order; nothing is raised for what a device or a network does."""
    limits = Limits(
        connect_s=plan.answer_s,
        read_s=plan.answer_s,
        reply_bytes=REPLY_LIMIT,
        deadline_s=PORT_S * plan.answer_s * len(ports) + 1,
    )
    visit = Visit(Target(address, Address("host", address), limits=limits, networks=plan.outgoing))
    found = []
    for port in ports:
        await pace.turn()
        with suppress(OurFault):  # the time of this address is used up, or it may not be connected to
            kind = await _kind(visit, port)
            if kind is not None:
                found.append(OpenPort(port, kind))
    return tuple(found)


async def _kind(visit: Visit, port: int) -> PortKind | None:
    """What answers at `port`; None when it is closed."""
    asks: tuple[_Ask, ...] = (_stream_server, _web_server) if port in _RTSP_PORTS else (_web_server, _stream_server)
    for number, ask in enumerate(asks):
        try:
            kind = await ask(visit, port)
        except NetworkFault as error:
            if error.step == "connect" and number == 0:
                return None
            kind = None
        except OurFault:
            raise
        except ProbeError:
            kind = None
        if kind is not None:
            return kind
    return "open"


async def _web_server(visit: Visit, port: int) -> PortKind | None:
    connection = Connection(visit, "https" if port in _TLS_PORTS else "http", port)
    try:
        reply = await connection.post(ONVIF_PATH, _ASK_TIME, _TYPE, STEP, once=True)
    finally:
        await connection.close()
    return "onvif" if _is_onvif(reply.body) else "web"


def _is_onvif(body: bytes) -> bool:
    """True for the time that was asked for, or a fault of ONVIF: old devices want a login even for the time."""
    try:
        answer = read(body, STEP)
    except ProbeError:
        return False
    if isinstance(answer, Fault):
        return b"onvif.org" in body
    return local(answer) == "GetSystemDateAndTimeResponse"


async def _stream_server(visit: Visit, port: int) -> PortKind | None:
    reader = asyncio.StreamReader()
    transport, _ = await reach.connect(
        visit, port, tls=port in _TLS_PORTS, protocol=lambda: asyncio.StreamReaderProtocol(reader)
    )
    try:
        host = visit.target.address.host
        transport.write(request_bytes("OPTIONS", f"rtsp://{host}:{port}/", 1, {}))
        async with asyncio.timeout(visit.target.limits.read_s):
            return "rtsp" if await _has_response(reader) else None
    except (OSError, TimeoutError):
        return None
    finally:
        transport.abort()


async def _has_response(reader: asyncio.StreamReader) -> bool:
    """True when an RTSP reply comes. Raises MalformedReply for anything else."""
    splitter, size = Splitter(STEP), 0
    while size < REPLY_LIMIT:
        data = await reader.read(4_096)
        if not data:
            return False
        size += len(data)
        splitter.feed(data)
        item = splitter.next()
        if item is not None:
            return isinstance(item, Response)
    return False
