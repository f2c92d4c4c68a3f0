"""Ranges: which addresses may be asked, from the networks a person registered or named. Pure.

Strategy: a network that may not be looked through is refused here, before a socket is opened: public ones, link-local
ones, loopback (unless the settings allow it, as for simulated cameras), IPv6 (a /64 cannot be gone through), those in
which every address is refused (`outgoing`), and more than LARGEST addresses at once. A refusal says what to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, ip_network

from probes.outgoing import LOOPBACK, PRIVATE, IpNetwork, Networks, wholly_refused, within
from probes.target import TargetError

LARGEST = 4_096
"""So many addresses are asked at most in one go: a /20."""


class RangeError(TargetError):
    """The range may not be asked; the text says why and what to write instead."""


def parse_network(text: str) -> IPv4Network:
    """The network a person wrote (`192.168.1.0/24`, `192.168.1.7`). Raises RangeError."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise RangeError(f"{text[:40]!r} is no network; write it like 192.168.1.0/24") from None
    return _ipv4(network)


def allowed(networks: Iterable[IpNetwork], outgoing: Networks) -> tuple[IPv4Network, ...]:
    """`networks` without overlaps, when all of them may be asked. Raises RangeError for the first that may not."""
    may = (*PRIVATE, *LOOPBACK) if outgoing.loopback else PRIVATE
    told = [_ipv4(network) for network in networks]
    for network in told:
        if not any(within(network, one) for one in may):
            names = ", ".join(str(one) for one in PRIVATE if one.version == 4)
            raise RangeError(
                f"{network} is no private network, and others are not looked through; name a part of {names}"
            )
        if wholly_refused(network, outgoing):
            raise RangeError(f"{network} is refused by the setting [outgoing] refused, or is this server's own address")
    return tuple(collapse_addresses(told))


def addresses(networks: Iterable[IPv4Network]) -> tuple[IPv4Address, ...]:
    """Every address of a host in `networks`, in order. Raises RangeError for too many."""
    told = tuple(networks)
    if sum(network.num_addresses for network in told) > LARGEST:
        largest = max(told, key=lambda network: network.num_addresses)
        raise RangeError(
            f"{', '.join(map(str, told))}: more than {LARGEST} addresses, which are too many to look through at once; "
            f"name a part with --network, as in --network {largest.network_address}/24"
        )
    return tuple(address for network in told for address in network.hosts())


def _ipv4(network: IpNetwork) -> IPv4Network:
    if isinstance(network, IPv4Network):
        return network
    raise RangeError(f"{network}: IPv6 networks are too large to look through; register the addresses by hand")
