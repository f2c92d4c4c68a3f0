"""Interfaces: the addresses of this machine."""

from __future__ import annotations

import socket
from ipaddress import IPv4Interface, ip_address

import psutil

_FAMILIES = (socket.AF_INET, socket.AF_INET6)


def own_interfaces() -> tuple[IPv4Interface, ...]:
    """The IPv4 addresses of this machine with their networks."""
    every = (entry for entries in psutil.net_if_addrs().values() for entry in entries)
    return tuple(
        IPv4Interface(f"{entry.address}/{entry.netmask or '255.255.255.255'}")
        for entry in every
        if entry.family == socket.AF_INET
    )


def own_addresses() -> tuple[str, ...]:
    """Every address of this machine and every broadcast address of its networks, loopback aside: a setting of its own
    says whether that may be connected to.
    """
    every = (entry for entries in psutil.net_if_addrs().values() for entry in entries if entry.family in _FAMILIES)
    texts = (text.partition("%")[0] for entry in every for text in (entry.address, entry.broadcast) if text)
    return tuple(dict.fromkeys(text for text in texts if not ip_address(text).is_loopback))
