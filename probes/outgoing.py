"""Outgoing: which addresses may be connected to. Pure; one rule for workers, discovery and the import.

Strategy: what is judged is an address as numbers, never a spelling: names were looked up before, and `literal` reads
every way of writing an IPv4 address that the system would read. An IPv6 address that leads to an IPv4 one (mapped,
6to4, NAT64) is refused with it. First comes what is refused wherever it is registered, then what is allowed. Whoever
points at a camera by hand (`inspect`) is not held to it: ANYWHERE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
Reason = Literal["special", "loopback", "server", "outside", "public"]

REASONS: Mapping[Reason, str] = {
    "special": "link-local, multicast, broadcast, reserved and metadata addresses are never connected to",
    "loopback": "loopback addresses are connected to only where [outgoing] loopback is true",
    "server": "it is an address of this server, or in a network of the setting [outgoing] refused",
    "outside": "it is in none of the networks that are registered for the site",
    "public": "no network is registered for the site, and the address is not private",
}
"""Why an address is refused, in the words of a failure."""

_PART = re.compile(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*", re.ASCII)


@lru_cache(maxsize=4_096)
def network(text: str) -> IpNetwork:
    """The network of a CIDR text; one of mapped addresses is the IPv4 network it means. Raises ValueError."""
    read = ip_network(text.strip(), strict=False)
    if isinstance(read, IPv6Network) and read.prefixlen >= 96 and read.network_address.ipv4_mapped is not None:
        return IPv4Network((read.network_address.ipv4_mapped, read.prefixlen - 96))
    return read


def _all(*texts: str) -> tuple[IpNetwork, ...]:
    return tuple(network(text) for text in texts)


PRIVATE = _all("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""RFC 1918 and RFC 4193."""
LOOPBACK = _all("127.0.0.0/8", "::1/128")
_NEVER = _all(
    *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),  # unspecified, link-local, multicast, reserved
    *("::/128", "fe80::/10", "fec0::/10", "ff00::/8"),  # the same of IPv6, and the site-local addresses of old
    *(
        "fd00:ec2::/32",
        "fd20:ce::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
    ),  # metadata that are not link-local
    *(
        "2001::/32",
        "64:ff9b:1::/48",
    ),  # Teredo, and NAT64 of local use: the IPv4 address inside stands at no fixed place
)
_LEADS_TO_IPV4 = {
    IPv6Network("::ffff:0:0/96"): 0,  # mapped
    IPv6Network("::ffff:0:0:0/96"): 0,  # translated (RFC 7915)
    IPv6Network("::/96"): 0,  # compatible
    IPv6Network("64:ff9b::/96"): 0,  # NAT64 (RFC 6052)
    IPv6Network("2002::/16"): 80,  # 6to4 (RFC 3056)
}
"""Networks whose addresses hold an IPv4 address -> how many bits stand behind it."""
_ISATAP = 0x5EFE
_UNIVERSAL = 0x0200_0000


@dataclass(frozen=True)
class Networks:
    """Where a probe may connect to, as CIDR texts; JSON both ways.

    `allowed`: the networks of the site; without any, every private address. `refused`: the server's own, wherever they
    are registered. `loopback`: 127.0.0.0/8 and ::1 are not refused for what they are. `anywhere`: nothing is refused.
    Raises ValueError for a text that is no network.
    """

    allowed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    loopback: bool = False
    anywhere: bool = False

    def __post_init__(self) -> None:
        for text in (*self.allowed, *self.refused):
            network(text)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Networks:
        """The inverse of `dataclasses.asdict`; raises KeyError, TypeError or ValueError for what is none of ours."""
        return cls(tuple(data["allowed"]), tuple(data["refused"]), data["loopback"], data["anywhere"])


PRIVATE_ONLY = Networks()
"""Every private address; neither networks of a site nor those of this server are known."""
ANYWHERE = Networks(anywhere=True)
"""For whoever points somewhere by hand, on their own machine."""


def refusal(address: str, known: Networks) -> Reason | None:
    """Why `address` may not be connected to; None: it may. A text that is no address may not."""
    if known.anywhere:
        return None
    told = literal(address)
    if told is None:
        return "special"
    for each in (told, *_ipv4_inside(told)):
        reason = _never(each, known)
        if reason is not None:
            return reason
    return _elsewhere(_plain(told), known)


def literal(text: str) -> IpAddress | None:
    """The address that `text` spells, also in decimal, octal, hexadecimal or with fewer parts (127.1), as inet_aton
    reads it; None for a name.
    """
    try:
        return ip_address(text)
    except ValueError:
        return _spelled(text)


def wholly_refused(one: IpNetwork, known: Networks) -> bool:
    """No address of the network may ever be connected to, whatever is registered."""
    never = (*_NEVER, *(() if known.loopback else LOOPBACK), *map(network, known.refused))
    return any(within(one, each) for each in never)


def within(one: IpNetwork, other: IpNetwork) -> bool:
    """True when all of `one` lies in `other`."""
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.subnet_of(other)
    return isinstance(other, IPv6Network) and one.subnet_of(other)


def is_private(address: IpAddress) -> bool:
    """True for an address of RFC 1918 or RFC 4193, and one that maps to it."""
    return any(_plain(address) in each for each in PRIVATE)


def _never(address: IpAddress, known: Networks) -> Reason | None:
    if any(address in each for each in _NEVER) or _is_broadcast(address, known):
        return "special"
    if not known.loopback and any(address in each for each in LOOPBACK):
        return "loopback"
    return "server" if any(address in network(text) for text in known.refused) else None


def _elsewhere(address: IpAddress, known: Networks) -> Reason | None:
    if known.allowed:
        return None if any(address in network(text) for text in known.allowed) else "outside"
    may = (*PRIVATE, *LOOPBACK) if known.loopback else PRIVATE
    return None if any(address in each for each in may) else "public"


def _is_broadcast(address: IpAddress, known: Networks) -> bool:
    networks = (each for text in known.allowed if (each := network(text)).prefixlen < 31)
    return address.version == 4 and any(address == each.broadcast_address for each in networks)


def _plain(address: IpAddress) -> IpAddress:
    """The system connects to a mapped address over IPv4."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _ipv4_inside(address: IpAddress) -> Iterator[IPv4Address]:
    if isinstance(address, IPv4Address) or int(address) <= 1:  # :: and ::1 hold none
        return
    for prefix, behind in _LEADS_TO_IPV4.items():
        if address in prefix:
            yield IPv4Address(int(address) >> behind & 0xFFFF_FFFF)
    if (int(address) >> 32 & 0xFFFF_FFFF) & ~_UNIVERSAL == _ISATAP:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def _spelled(text: str) -> IPv4Address | None:
    parts = text.split(".")
    if len(parts) > 4 or not all(_PART.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (_number(part) for part in parts)
    except ValueError:  # more digits than any address has
        return None
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    return IPv4Address(sum(number << 24 - 8 * place for place, number in enumerate(first)) + last)


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part, 16)
    return int(part, 8 if part.startswith("0") else 10)
