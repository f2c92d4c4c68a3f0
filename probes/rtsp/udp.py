"""RTP over UDP (RFC 2326 12.39), for devices that refuse it over TCP: two sockets on the address the camera sees.

Strategy: a pair of neighbouring ports, the even one for RTP and the odd one for RTCP (RFC 3550 section 11). What comes
from any other host than the one the RTSP connection leads to, or from another port than the camera named, is thrown
away unread: nobody else can put packets into a measurement. The receive buffers are small and their sizes fixed.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable

from probes.errors import OurFault
from probes.rtsp.message import Response
from probes.visit import Visit

RECEIVE_BUFFER = 524_288
"""Bytes: a key frame of a 4K stream arrives in one burst."""
_CHANCES = 16
_SERVER_PORTS = re.compile(r"server_port\s*=\s*([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?(?![0-9])", re.IGNORECASE)
_OPENER = b"\x80\x00" + bytes(10)
"""An RTP header and nothing more: it makes a firewall on the way let the answers in."""
Taker = Callable[[bytes, float], None]


class UdpPair:
    """Two bound sockets. `take` and `take_report` get the RTP and RTCP packets of the camera, with arrival times."""

    def __init__(self, visit: Visit, peer: str) -> None:
        self.take: Taker | None = None
        self.take_report: Taker | None = None
        self.ports = (0, 0)
        self._visit = visit
        self._peer = peer
        self._allowed: tuple[int | None, int | None] = (None, None)
        self._transports: list[asyncio.DatagramTransport] = []

    @classmethod
    async def bound(cls, visit: Visit, local: str, peer: str) -> UdpPair:
        """A pair at the address `local`, for packets from `peer`. Raises OurFault when no two ports are free."""
        pair = cls(visit, peer)
        sockets = _two_neighbours(local)
        pair.ports = (sockets[0].getsockname()[1], sockets[1].getsockname()[1])
        loop = asyncio.get_running_loop()
        for number, one in enumerate(sockets):
            transport, _ = await loop.create_datagram_endpoint(lambda n=number: _Half(pair, n), sock=one)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            pair._transports.append(transport)
        return pair

    def header(self) -> str:
        """What SETUP asks for."""
        return f"RTP/AVP;unicast;client_port={self.ports[0]}-{self.ports[1]}"

    def answered(self, response: Response) -> None:
        """Takes the ports that the camera sends from, and opens the way for its packets."""
        named = _SERVER_PORTS.search(response.first("transport") or "")
        if named is None:
            return
        first = int(named.group(1))
        self._allowed = (first, int(named.group(2) or first + 1))
        for transport, port in zip(self._transports, self._allowed, strict=True):
            if port is not None and 0 < port < 65_536:
                transport.sendto(_OPENER, (self._peer, port))

    def close(self) -> None:
        """The sockets are closed."""
        for transport in self._transports:
            transport.abort()

    def arrived(self, number: int, data: bytes, host: str, port: int) -> None:
        """One datagram at socket `number` (0 RTP, 1 RTCP)."""
        allowed = self._allowed[number]
        if host.partition("%")[0] != self._peer.partition("%")[0] or (allowed is not None and port != allowed):
            return
        self._visit.bore(bytes_in=len(data))
        if self._visit.tap is not None:
            self._visit.tap.packet(number, data, self._visit.seconds())
        taker = self.take_report if number else self.take
        if taker is not None:
            taker(data, self._visit.seconds())


class _Half(asyncio.DatagramProtocol):
    """One socket of a pair."""

    def __init__(self, pair: UdpPair, number: int) -> None:
        self._pair, self._number = pair, number

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._pair.arrived(self._number, data, str(addr[0]), addr[1])


def _two_neighbours(local: str) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in local else socket.AF_INET
    for _ in range(_CHANCES):
        pair = (socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM))
        try:
            for one in pair:
                one.setblocking(False)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            pair[0].bind((local, 0))
            port = pair[0].getsockname()[1]
            if port % 2 == 0 and port < 65_535:
                pair[1].bind((local, port + 1))
                return pair
        except OSError:
            pass
        for one in pair:
            one.close()
    raise OurFault("rtsp.setup", "no two neighbouring UDP ports are free on this machine")
