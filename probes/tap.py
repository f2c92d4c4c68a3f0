"""Tap: a listener on everything that a probe and a device say to each other, for `probes.capture`.

Strategy: the two connections tell it of each exchange when it is over, and of each packet when it comes; it never
changes anything. A visit without one has none to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

Headers = tuple[tuple[str, str], ...]


class Tap(Protocol):
    """Hears what is said. `seconds` is how long the answer took; `arrival` is of the clock of the visit."""

    def http(
        self, port: int, path: str, sent: tuple[Mapping[str, str], bytes], reply: tuple[int, Headers, bytes, float]
    ) -> None:
        """One HTTP exchange: headers and body that were sent; status, headers, body and seconds of the reply."""

    def rtsp(
        self, port: int, method: str, uri: str, sent: Mapping[str, str], reply: tuple[int, Headers, bytes, float]
    ) -> None:
        """One RTSP exchange, in the same way."""

    def packet(self, channel: int, data: bytes, arrival: float) -> None:
        """One RTP (even `channel`) or RTCP packet."""
