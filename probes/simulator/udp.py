"""RTP and RTCP to a viewer over UDP, for a camera that does not send them over TCP.

Strategy: a playback writes packets framed for the RTSP connection; here the frame comes off, and even channels leave
from the RTP port, odd ones from the RTCP port.
"""

from __future__ import annotations

import contextlib
import socket


class UdpWriter:
    """Two sockets at the camera's address; `ports` are theirs, as a Transport header names them."""

    def __init__(self, host: str, viewer: str, port: int, *, blocked: bool) -> None:
        self._to = ((viewer, port), (viewer, port + 1))
        self._blocked = blocked
        self._closed = False
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for one in self._sockets:
            one.setblocking(False)
            one.bind((host, 0))
        self.ports = "-".join(str(one.getsockname()[1]) for one in self._sockets)

    def write(self, framed: bytes | bytearray) -> None:
        """Sends each of the packets in `framed`; what the network does not take is lost, as with any camera."""
        at = 0
        while at < len(framed) and not self._blocked and not self._closed:
            number, end = framed[at + 1] & 1, at + 4 + int.from_bytes(framed[at + 2 : at + 4])
            with contextlib.suppress(OSError):
                self._sockets[number].sendto(framed[at + 4 : end], self._to[number])
            at = end

    def is_closing(self) -> bool:
        """True after `close`."""
        return self._closed

    def backlog(self) -> int:
        """Bytes that wait to leave: none, for what cannot leave is lost."""
        return 0

    def close(self) -> None:
        """Nothing is sent any more."""
        self._closed = True
        for one in self._sockets:
            one.close()
