"""Loopback addresses for cameras, one for each, also between processes that run at the same time.

Strategy: whoever holds UDP port 3702 of an address owns the address. No other program binds that port on loopback, and
the kernel lets go of it when a process dies.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address

_FIRST, _COUNT = IPv4Address("127.0.1.1"), 60_000
_PORT = 3702  # WS-Discovery


class Claim:
    """An address of one's own until `release`; a `host` that was said is taken as it is, held by others or not."""

    def __init__(self, host: str | None) -> None:
        self.held: socket.socket | None = None
        self.host = host if host is not None and self._hold(host, shared=True) else self._next_free()

    def release(self) -> None:
        """The address may be claimed by others."""
        if self.held is not None:
            self.held.close()

    def _next_free(self) -> str:
        hosts = (str(_FIRST + number) for number in range(_COUNT))
        free = next((host for host in hosts if self._hold(host)), None)
        if free is None:
            raise OSError(f"no loopback address is free from {_FIRST} on")
        return free

    def _hold(self, host: str, *, shared: bool = False) -> bool:
        """True when the address is held now, or when it may be `shared` with who holds it."""
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            held.bind((host, _PORT))
        except OSError:
            held.close()
            return shared
        self.held = held
        return True
