"""The sockets of a fleet stay on loopback, and the two ports of the dead behave as networks do."""

import socket

import pytest

from probes.simulator.fleet.doors import open_doors, port_of


@pytest.fixture
def doors():
    """Doors that are closed again."""
    made = open_doors()
    yield made
    made.close()


def test_no_door_hears_anything_but_the_loopback_interface(doors):
    """Each socket is bound to `lo`, though its address is that of all."""
    for door in (doors.onvif, doors.rtsp, doors.closed, doors.hole):
        assert door.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0") == b"lo"


def test_one_door_stands_for_every_address(doors):
    """The accepted connection knows which address was meant."""
    for host in ("127.16.0.1", "127.200.3.4"):
        with socket.create_connection((host, port_of(doors.onvif)), timeout=20):
            doors.onvif.settimeout(20)
            accepted, _ = doors.onvif.accept()
            assert accepted.getsockname()[0] == host
            accepted.close()


def test_the_closed_port_refuses_at_once(doors):
    """Nobody listens there, and nobody else can have the port."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.16.0.1", port_of(doors.closed)), timeout=20)


def test_the_hole_says_nothing(doors):
    """A connection is neither accepted nor refused."""
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.16.0.1", port_of(doors.hole)), timeout=0.3)


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(doors):
    """The second fleet at the same port is told so."""
    with pytest.raises(OSError, match="in use"):
        open_doors(0, port_of(doors.rtsp))
