"""RTP over UDP: whose packets are taken, and the ports that are asked for."""

import asyncio
import socket

import pytest

from probes.rtsp.message import Response
from probes.rtsp.udp import UdpPair
from probes.target import Address, Target
from probes.visit import Visit


def taken(transport, *senders):
    """What a pair takes of one packet from each of `senders` (sockets) after the camera's reply `transport`."""

    async def go():
        visit = Visit(Target("k", Address("rtsp", "127.0.0.1")))
        pair = await UdpPair.bound(visit, "127.0.0.1", "127.0.0.1")
        got = []
        pair.take = lambda data, _at: got.append(data)
        pair.answered(Response(200, "OK", {"transport": (transport,)}))
        for number, sender in enumerate(senders):
            sender.sendto(b"packet %d" % number, ("127.0.0.1", pair.ports[0]))
        await asyncio.sleep(0.05)
        pair.close()
        return got, pair, visit

    return asyncio.run(go())


@pytest.fixture
def senders():
    """Two sockets of the camera, and one of a stranger at another address."""
    made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for one, host in zip(made, ("127.0.0.1", "127.0.0.1", "127.0.0.9"), strict=True):
        one.bind((host, 0))
    yield made
    for one in made:
        one.close()


@pytest.mark.field(25)
def test_only_packets_from_the_named_port_of_the_camera_are_taken(senders):
    """Others at the same address, and strangers, put nothing into a measurement, and are not counted."""
    port = senders[0].getsockname()[1]
    got, _, visit = taken(f"RTP/AVP;unicast;client_port=2-3;server_port={port}-{port + 1}", *senders)
    assert got == [b"packet 0"]
    assert visit.ledger.bytes_in == len(b"packet 0")


@pytest.mark.field(25)
@pytest.mark.parametrize("said", ["RTP/AVP;unicast", "RTP/AVP;server_port=x", "server_port=999999-3", ""])
def test_a_camera_that_names_no_port_may_send_from_any(senders, said):
    """Its address alone counts then."""
    got, _, _ = taken(said, *senders)
    assert got == [b"packet 0", b"packet 1"]


def test_the_ports_are_neighbours_and_the_first_is_even(senders):
    """As RFC 3550 section 11 has it; SETUP asks for these."""
    _, pair, _ = taken("", *senders)
    assert pair.ports[1] == pair.ports[0] + 1
    assert pair.ports[0] % 2 == 0
    assert pair.header() == f"RTP/AVP;unicast;client_port={pair.ports[0]}-{pair.ports[1]}"
