"""Asking over UDP: WS-Discovery to the multicast group, and to each address by itself.

Strategy: the question goes in every form to the group, on the interfaces whose whole network lies within what may be
asked, and to port 3702 of each address, because multicast ends at the first router and switches may drop it. Datagrams
get lost, so whoever was not heard is asked once more. An answer counts for the address it came from, if that address
may be asked at all; whatever it says of other addresses is kept as words. How much one address may answer is limited.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from ipaddress import IPv4Interface
from typing import Any

from probes.discovery import message
from probes.discovery.message import FORMS, GROUP, PORT, Said
from probes.discovery.plan import Pace, Plan
from probes.errors import ProbeError

ROUNDS = 2
"""How often a silent address is asked."""
ANSWERS = 32
"""So many datagrams of one address are read at most."""
_log = logging.getLogger(__name__)


async def ask(
    plan: Plan, interfaces: tuple[IPv4Interface, ...], heard_of: Callable[[int], None]
) -> dict[str, list[Said]]:
    """What each address said of itself, by address; `heard_of` is told how many have been asked in this round.

    `interfaces` are those on which the group is asked.
    """
    ear = _Ear({str(address) for address in plan.addresses})
    loop = asyncio.get_running_loop()
    with ExitStack() as opened:

        async def endpoint(bound: socket.socket) -> asyncio.DatagramTransport:
            transport, _ = await loop.create_datagram_endpoint(lambda: ear, sock=bound)
            opened.callback(transport.abort)
            return transport

        group = [await endpoint(_group_socket(interface)) for interface in interfaces]
        each = await endpoint(_socket(""))
        pace = Pace(plan.per_second)
        for _ in range(ROUNDS):
            for transport in group:
                _send(transport, GROUP)
            for number, address in enumerate(map(str, plan.addresses), 1):
                if address not in ear.heard:
                    await pace.turn()
                    _send(each, address)
                heard_of(number)
            await asyncio.sleep(plan.answer_s)
    return ear.heard


def _send(transport: asyncio.DatagramTransport, to: str) -> None:
    """The question in every form; what the network says against it is told to the protocol."""
    for form in FORMS:
        transport.sendto(message.probe(form, f"urn:uuid:{uuid.uuid4()}"), (to, PORT))


class _Ear(asyncio.DatagramProtocol):
    """Reads what comes from the addresses that were asked."""

    def __init__(self, asked: set[str]) -> None:
        self.heard: dict[str, list[Said]] = {}
        self._asked = asked
        self._answers: Counter[str] = Counter()

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Keeps what is said, once."""
        host = str(addr[0])
        if host not in self._asked or self._answers[host] >= ANSWERS:
            return
        self._answers[host] += 1
        try:
            found = message.read(data)
        except ProbeError as error:
            _log.debug("%s: %s", host, error)
            return
        known = self.heard.setdefault(host, []) if found else []
        known.extend(said for said in dict.fromkeys(found) if said not in known)

    def error_received(self, exc: Exception) -> None:
        """An address that cannot be reached is one that does not answer."""
        _log.debug("asking over UDP: %s", exc)


def _socket(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind((address, 0))
    return made


def _group_socket(interface: IPv4Interface) -> socket.socket:
    """A socket that asks the group on this interface: no router passes it on, and this machine does not hear it."""
    made = _socket(str(interface.ip))
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface.ip.packed)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    return made
