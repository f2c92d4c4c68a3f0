"""Connections: to which of the addresses of a name they go, and under which name."""

import asyncio
import contextlib
import ssl

import pytest
import trustme

from probes import open_ports, reach
from probes.errors import NetworkFault, NotAllowed
from probes.http import Connection
from probes.interfaces import own_addresses
from probes.names import look_up
from probes.outgoing import Networks, refusal
from probes.target import Address, Limits, Target
from probes.visit import Visit

NAME = "camera.truong.example"
LOOPBACK = Networks(("127.0.0.0/8",), loopback=True)


def visit_of(answers, networks=LOOPBACK, host=NAME):
    """A visit of `host`, for which a name server answers so; and what it was asked."""
    asked = []

    async def resolve(name):
        asked.append(name)
        return answers

    return Visit(
        Target("k", Address("host", host), limits=Limits(connect_s=3), networks=networks), resolve=resolve
    ), asked


@contextlib.asynccontextmanager
async def listening(take, host="127.0.0.1", tls=None):
    """The port of a server at `host` that answers with `take`."""
    server = await asyncio.start_server(take, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def closing(_reader, writer):
    """A server that closes at once."""
    writer.close()


def test_the_first_address_that_takes_a_connection_is_that_of_all_others():
    """One of two is dead: the other is used, and stays the only one; the name is asked for once."""

    async def go():
        async with listening(closing, "127.9.66.2") as port:
            visit, asked = visit_of(["127.9.66.1", "127.9.66.2", "127.9.66.3"])
            for _ in range(2):
                transport, _ = await reach.connect(visit, port, tls=False, protocol=asyncio.Protocol)
                assert transport.get_extra_info("peername")[0] == "127.9.66.2"
                transport.abort()
        return visit.addresses, asked, visit.ledger.connections

    assert asyncio.run(go()) == (("127.9.66.2",), [NAME], 2)


def test_every_answer_is_checked_before_the_first_connection():
    """The refused one stands last, and the first would take a connection: none is made. The words tell the address."""

    async def go():
        came = []

        async def take(_reader, writer):
            came.append(1)
            writer.close()

        async with listening(take) as port:
            visit, _ = visit_of(["127.0.0.1", "10.0.0.9"])
            with pytest.raises(NotAllowed, match="in none of the networks") as caught:
                await reach.connect(visit, port, tls=False, protocol=asyncio.Protocol)
            await asyncio.sleep(0.05)
        return came, caught.value, port

    came, error, port = asyncio.run(go())
    assert came == []
    assert (error.kind, error.step) == ("not_allowed", "connect")
    assert error.detail.startswith(f"{NAME}:{port}: 10.0.0.9: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "::ffff:127.0.0.1"])
def test_an_address_is_not_looked_up(host):
    """However it is spelled: it is what it is, and no name server is asked."""

    async def go():
        async with listening(closing) as port:
            visit, asked = visit_of([], host=host)
            transport, _ = await reach.connect(visit, port, tls=False, protocol=asyncio.Protocol)
            transport.abort()
        return asked

    assert asyncio.run(go()) == []


def test_a_name_without_an_address_is_unreachable():
    """No answer is no address; nothing of ours breaks."""
    visit, _ = visit_of([])
    with pytest.raises(NetworkFault, match="the name has no address") as caught:
        asyncio.run(reach.connect(visit, 80, tls=False, protocol=asyncio.Protocol))
    assert caught.value.kind == "unreachable"


def test_tls_and_http_say_the_name_and_go_to_the_address():
    """SNI and Host hold what was registered: a server of several names knows which is meant."""
    names, heads = [], []

    async def take(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def go():
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert(NAME).configure_cert(tls)
        tls.sni_callback = lambda _socket, name, _context: names.append(name)
        async with listening(take, "127.9.66.4", tls) as port:
            visit, _ = visit_of(["127.9.66.4"])
            connection = Connection(visit, "https", port)
            await connection.post("/x", b"", {}, "onvif.clock")
            await connection.close()
            return port

    port = asyncio.run(go())
    assert names == [NAME]
    assert f"Host: {NAME}:{port}".lower() in heads[0].decode().lower()


def test_ports_of_a_refused_address_are_neither_open_nor_closed():
    """Telnet and FTP are connections like all others: none is made, and the fact is missing with the kind."""

    async def go():
        async with listening(closing) as port:
            visit, _ = visit_of(["127.0.0.1"], networks=Networks(("127.0.0.0/8",)))
            return await open_ports.look(visit, {"telnet_open": port}), visit

    found, visit = asyncio.run(go())
    assert (found, visit.ledger.connections) == ({}, 0)
    assert [(f.kind, f.facts) for f in visit.failures] == [("not_allowed", ("security.telnet_open",))]


def test_the_system_looks_a_name_up():
    """Each address once; what is no name raises what `reach` understands."""
    assert set(asyncio.run(look_up("localhost"))) <= {"127.0.0.1", "::1"}
    with pytest.raises((OSError, UnicodeError)):
        asyncio.run(look_up("a" * 300))


def test_the_addresses_of_this_machine_are_refused_wherever_they_are_registered():
    """Those of its interfaces; loopback has a setting of its own."""
    known = Networks(("0.0.0.0/0", "::/0"), own_addresses(), loopback=True)
    assert None not in {refusal(address, known) for address in own_addresses()}
    assert refusal("127.0.0.1", known) is None
