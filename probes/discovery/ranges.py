"""Ranges: which addresses may be asked, from the networks a person registered or named. Pure.

Strategy: everything that may not be asked is refused here, before a socket is opened: public addresses, link-local
ones, loopback (unless the settings allow it, as for simulated cameras), IPv6 (a /64 cannot be gone through), and more
than LARGEST addresses at once. A refusal says what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Network, collapse_addresses, ip_network

from probes.target import TargetError

Network = IPv4Network | IPv6Network
LARGEST = 4_096
"""So many addresses are asked at most in one go: a /20."""
PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
LOOPBACK = IPv4Network("127.0.0.0/8")


class RangeError(TargetError):
    """The range may not be asked; the text says why and what to write instead."""


def parse_network(text: str) -> IPv4Network:
    """The network a person wrote (`192.168.1.0/24`, `192.168.1.7`). Raises RangeError."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise RangeError(f"{text[:40]!r} is no network; write it like 192.168.1.0/24") from None
    return _ipv4(network)


def allowed(networks: Iterable[Network], *, loopback: bool) -> tuple[IPv4Network, ...]:
    """`networks` without overlaps, when every one of them may be asked. Raises RangeError for the first that may not.

    `loopback`: addresses of 127.0.0.0/8 may be asked too.
    """
    may = (*PRIVATE, LOOPBACK) if loopback else PRIVATE
    told = [_ipv4(network) for network in networks]
    for network in told:
        if not any(network.subnet_of(one) for one in may):
            names = ", ".join(map(str, PRIVATE))
            raise RangeError(
                f"{network} is no private network, and others are not looked through; name a part of {names}"
            )
    return tuple(collapse_addresses(told))


def addresses(networks: Iterable[IPv4Network], without: Iterable[IPv4Address] = ()) -> tuple[IPv4Address, ...]:
    """Every address of a host in `networks`, in order, but those of `without`. Raises RangeError for too many."""
    told = tuple(networks)
    if sum(network.num_addresses for network in told) > LARGEST:
        largest = max(told, key=lambda network: network.num_addresses)
        raise RangeError(
            f"{', '.join(map(str, told))}: more than {LARGEST} addresses, which are too many to look through at once; "
            f"name a part with --network, as in --network {largest.network_address}/24"
        )
    left_out = frozenset(without)
    return tuple(address for network in told for address in network.hosts() if address not in left_out)


def _ipv4(network: Network) -> IPv4Network:
    if isinstance(network, IPv4Network):
        return network
    raise RangeError(f"{network}: IPv6 networks are too large to look through; register the addresses by hand")
