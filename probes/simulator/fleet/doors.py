"""The listening sockets of a fleet: four for any number of cameras, and none that anybody beyond this machine reaches.

Strategy: every address of 127.0.0.0/8 is this machine, so one socket for all addresses does for all cameras; the local
address of an accepted connection says which camera was meant. Such a socket would hear the other interfaces, too: it is
therefore bound to the interface `lo` (SO_BINDTODEVICE, socket(7); without rights since Linux 5.7), and where that does
not go, there is no fleet. `closed` is a port at which nobody listens, kept from others; `hole` is one whose queue of
connections is full, so that the kernel drops what asks for one and says nothing, as a network does without a camera.
"""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass, field

_EVERYWHERE = "0.0.0.0"  # noqa: S104  # nosec B104  of the interface lo
_BACKLOG = 4096


@dataclass(frozen=True)
class Doors:
    """The sockets of one fleet; `filling` is what fills the queue of `hole`."""

    onvif: socket.socket
    rtsp: socket.socket
    closed: socket.socket
    hole: socket.socket
    filling: tuple[socket.socket, ...] = field(default=())

    def close(self) -> None:
        """All are closed; connections that were accepted are their owners'."""
        for one in (self.onvif, self.rtsp, self.closed, self.hole, *self.filling):
            one.close()


def open_doors(onvif_port: int = 0, rtsp_port: int = 0) -> Doors:
    """Doors at these ports, or at any free ones. Raises OSError where a port is taken, or `lo` cannot be bound to."""
    with contextlib.ExitStack() as made:
        onvif, rtsp, closed, hole = (made.enter_context(_bound(port)) for port in (onvif_port, rtsp_port, 0, 0))
        onvif.listen(_BACKLOG)
        rtsp.listen(_BACKLOG)
        hole.listen(0)
        filling = tuple(made.enter_context(_asking(hole)) for _ in range(2))
        made.pop_all()
    return Doors(onvif, rtsp, closed, hole, filling)


def port_of(door: socket.socket) -> int:
    """The port of a door."""
    port: int = door.getsockname()[1]
    return port


def _bound(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((_EVERYWHERE, port))
        door.setblocking(False)
    except OSError:
        door.close()
        raise
    return door


def _asking(hole: socket.socket) -> socket.socket:
    """A connection that takes a place in the queue of `hole`, where nobody will ever accept it."""
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setblocking(False)
    one.connect_ex(("127.0.0.1", port_of(hole)))
    return one
