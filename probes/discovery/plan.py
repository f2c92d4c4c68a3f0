"""Plan: what a discovery may ask and what it may cost, and the pace it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from probes.outgoing import Networks, refusal


@dataclass(frozen=True)
class Plan:
    """The addresses that are asked (all of them in `networks`, and none that `outgoing` refuses), and the TCP ports.

    `answer_s`: seconds for a connection to stand, for an answer, and for the last datagram of a round. `at_once`: how
    many addresses have a connection open, one each. `per_second`: how many addresses are asked, or connections begun.
    `known_ports`: the ports that are registered for an address, which are asked there besides `ports`.
    """

    addresses: tuple[IPv4Address, ...]
    networks: tuple[IPv4Network, ...]
    outgoing: Networks
    ports: tuple[int, ...] = (80, 443, 554, 2020, 5000, 8000, 8899)
    answer_s: float = 3.0
    at_once: int = 64
    per_second: int = 100
    known_ports: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def may_be_asked(self) -> tuple[IPv4Address, ...]:
        """The addresses without those that are refused."""
        return tuple(address for address in self.addresses if refusal(str(address), self.outgoing) is None)


class Pace:
    """Lets through at most `per_second` turns a second, evenly."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """It is one's turn."""
        now = asyncio.get_running_loop().time()
        self._next = max(now, self._next + self._gap)
        if self._next > now:
            await asyncio.sleep(self._next - now)
