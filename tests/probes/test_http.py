"""The HTTP client against cameras that answer with scripted bytes."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import trustme

from probes.errors import MalformedReply, NetworkFault, OurFault, ProbeError
from probes.http import Connection, Reply
from probes.target import Address, Limits, Remembered, Target
from probes.visit import Visit

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\nhello"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server that is one function; counts connections and keeps what it was sent."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.connections = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(self, secure: bool = False) -> AsyncIterator[Server]:
        """The server listens on 127.0.0.1 until the block ends."""
        tls = None
        if secure:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self.serve(reader, writer)
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1.0)
        finally:
            writer.transport.abort()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


def answering(*replies: bytes, close: bool = False) -> tuple[Serve, list[bytes]]:
    """A server that gives one reply a request, the last one again and again, and the requests it saw."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            writer.write(replies[min(len(seen), len(replies)) - 1])
            await writer.drain()
            if close:
                return

    return serve, seen


def visit(*, host: str = "127.0.0.1", remembered: Remembered | None = None, **limits: float) -> Visit:
    """A visit with short limits."""
    short = Limits(**{"connect_s": 2.0, "read_s": 2.0, **limits})  # type: ignore[arg-type]
    target = Target("k", Address("host", host), limits=short, remembered=remembered or Remembered())
    return Visit(target)


@contextlib.asynccontextmanager
async def connected(
    serve: Serve, under: Visit | None = None, secure: bool = False
) -> AsyncIterator[tuple[Connection, Server]]:
    """A connection to a server that is `serve`."""
    async with Server(serve).running(secure) as server:
        connection = Connection(under or visit(), "https" if secure else "http", server.port)
        try:
            yield connection, server
        finally:
            await connection.close()


async def post(connection: Connection, *, once: bool = False) -> Reply:
    """One request, always the same."""
    return await connection.post("/onvif", b"<a/>", {"Content-Type": "text/xml"}, "onvif.device", once=once)


def failing(serve: Serve, under: Visit | None = None, secure: bool = False) -> ProbeError:
    """The error of one request to a server that is `serve`."""

    async def run() -> ProbeError:
        async with connected(serve, under, secure) as (connection, _):
            with pytest.raises(ProbeError) as raised:
                await post(connection)
            return raised.value

    return asyncio.run(run())


def test_a_connection_is_kept_and_used_again() -> None:
    """Two requests go over one connection, and the second one is a whole request."""
    serve, seen = answering(OK)

    async def run() -> None:
        async with connected(serve) as (connection, server):
            first, second = await post(connection), await post(connection)
            assert (first.status, first.body, second.body) == (200, b"hello", b"hello")
            assert first.all("content-type") == ("text/xml",)
            assert server.connections == 1

    asyncio.run(run())
    assert seen[0] == seen[1]
    assert seen[1].startswith(b"POST /onvif HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Length: 4\r\n" in seen[1]


def test_a_camera_that_closes_after_each_reply_is_connected_to_again() -> None:
    """Old gSOAP servers close without saying so: the request goes once more, over a new connection."""
    serve, seen = answering(OK, close=True)

    async def run() -> None:
        async with connected(serve) as (connection, server):
            for _ in range(3):
                assert (await post(connection)).body == b"hello"
            assert server.connections == 3

    asyncio.run(run())
    assert len(seen) == 3


def test_a_try_is_never_sent_twice() -> None:
    """A camera that keeps the connection, then takes a request with a login and closes: it has seen the login once."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            if len(seen) == 4:
                return
            writer.write(OK)

    async def run() -> None:
        async with connected(serve) as (connection, server):
            for _ in range(3):
                await post(connection)
            with pytest.raises(MalformedReply, match="closed without an answer"):
                await post(connection, once=True)
            assert server.connections == 1

    asyncio.run(run())
    assert len(seen) == 4


def test_a_try_does_not_use_a_connection_that_may_be_closing() -> None:
    """After one reply nobody knows whether the camera keeps connections: the try gets a new one and is not lost."""
    serve, seen = answering(OK, close=True)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            await post(connection)
            assert (await post(connection, once=True)).status == 200

    asyncio.run(run())
    assert len(seen) == 2


@pytest.mark.parametrize(
    "reply",
    [
        OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        OK.replace(b"\r\n", b"\n"),
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
    ],
    ids=["length", "chunked", "continue", "bare line feeds", "until close", "said to close"],
)
def test_a_reply_is_read_whole_byte_by_byte(reply: bytes) -> None:
    """However a reply is framed and cut up, its body is the same."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for byte in reply:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            assert (await post(connection)).body == b"hello"

    asyncio.run(run())


def dripping(head: bytes) -> Serve:
    """A server that sends `head` and then one byte after another, for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    return serve


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"], ids=len
)
def test_dripped_bytes_end_in_time(head: bytes) -> None:
    """A camera that always sends one more byte is stopped by the deadline of the request."""
    error = failing(dripping(head), visit(read_s=0.2))
    assert (type(error), error.kind) == (NetworkFault, "timeout")


def test_a_silent_camera_is_a_timeout() -> None:
    """A camera that accepts and says nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    assert failing(serve, visit(read_s=0.2)).kind == "timeout"


def test_the_end_of_the_whole_probe_is_our_limit() -> None:
    """When the time of the probe is used up the camera is not to blame."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    assert isinstance(failing(serve, visit(deadline_s=0.2)), OurFault)


def test_a_reply_over_the_limit_is_not_read_to_its_end() -> None:
    """Reading stops at the limit, whatever length was announced."""
    serve, _ = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 3_000)
    under = visit(reply_bytes=1_000)
    error = failing(serve, under)
    assert (type(error), error.kind) == (OurFault, "our_limit")
    assert under.ledger.bytes_in < 10_000


@pytest.mark.parametrize(
    "reply",
    [
        b"\x00\x01\x02\xff" * 20,
        b"RTSP/1.0 405 Method Not Allowed\r\nCSeq: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Le",
    ],
    ids=["junk", "rtsp", "endless header", "cut in the head"],
)
def test_what_is_no_http_is_malformed(reply: bytes) -> None:
    """Junk, another protocol, a header without end, a head that breaks off."""
    serve, _ = answering(reply, close=True)
    assert isinstance(failing(serve), MalformedReply)


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"hello"),
        (b"\r\n\0" + OK, b"hello"),
    ],
    ids=["too long", "too short", "no last chunk", "blanks before it"],
)
def test_a_wrong_length_costs_no_byte_of_the_body(reply: bytes, body: bytes) -> None:
    """What came is given to the reader, which knows whether it is whole; the next request has a new connection."""
    serve, _ = answering(reply, close=True)

    async def run() -> tuple[Reply, Reply]:
        async with connected(serve) as (connection, _):
            return await post(connection), await post(connection)

    assert [r.body for r in asyncio.run(run())] == [body, body]


def test_the_first_bytes_of_a_strange_reply_are_kept() -> None:
    """The caller can see that RTSP was spoken."""
    serve, _ = answering(b"RTSP/1.0 405 Method Not Allowed\r\n\r\n", close=True)

    async def run() -> bytes:
        async with connected(serve) as (connection, _):
            with pytest.raises(MalformedReply):
                await post(connection)
            return connection.last

    assert asyncio.run(run()).startswith(b"RTSP/1.0 405")


def test_a_camera_that_closes_without_an_answer_is_asked_once() -> None:
    """On a new connection there is no excuse: nothing is sent again."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))

    assert isinstance(failing(serve), MalformedReply)
    assert len(seen) == 1


def test_a_closed_port_is_told_from_an_address_that_is_not_there() -> None:
    """Refused means that something is at the address; a name without an address is unreachable."""

    async def run(host: str) -> str:
        async with Server(answering(OK)[0]).running() as server:
            port = server.port
        with pytest.raises(NetworkFault) as raised:
            await post(Connection(visit(host=host), "http", port))
        return raised.value.kind

    assert asyncio.run(run("127.0.0.1")) == "refused_connection"
    assert asyncio.run(run("x" * 70 + ".example")) == "unreachable"


def test_a_redirect_is_given_back_and_not_followed() -> None:
    """A login must not follow a camera to another host."""
    serve, seen = answering(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")

    async def run() -> Reply:
        async with connected(serve) as (connection, _):
            return await post(connection)

    reply = asyncio.run(run())
    assert (reply.status, reply.all("location")) == (302, ("http://192.0.2.1/",))
    assert len(seen) == 1


def test_bytes_and_connections_are_counted() -> None:
    """The ledger holds what the camera had to bear."""
    serve, seen = answering(OK)
    under = visit()

    async def run() -> None:
        async with connected(serve, under) as (connection, _):
            await post(connection)

    asyncio.run(run())
    assert (under.ledger.connections, under.ledger.bytes_in, under.ledger.bytes_out) == (1, len(OK), len(seen[0]))


def test_a_self_signed_certificate_is_accepted_and_pinned() -> None:
    """The first visit keeps the fingerprint, a second one with the same certificate goes through."""
    serve, _ = answering(OK)

    async def run(under: Visit) -> Server:
        async with connected(serve, under, secure=True) as (connection, server):
            assert (await post(connection)).body == b"hello"
            return server

    first = visit()
    server = asyncio.run(run(first))
    print_of_first = first.remembered.fingerprints[str(server.port)]
    assert len(print_of_first) == 64


def test_a_changed_certificate_ends_the_conversation_before_anything_is_sent() -> None:
    """Another box at the same address does not get the login."""
    serve, seen = answering(OK)

    async def run() -> ProbeError:
        async with Server(serve).running(secure=True) as server:
            known = Remembered(fingerprints={str(server.port): "0" * 64})
            with pytest.raises(NetworkFault) as raised:
                await post(Connection(visit(remembered=known), "https", server.port))
            return raised.value

    error = asyncio.run(run())
    assert (error.kind, error.step) == ("tls", "tls")
    assert "is now" in error.detail
    assert seen == []


def test_a_port_without_tls_is_a_tls_failure() -> None:
    """Plain HTTP on a port that was registered as https."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def run() -> str:
        async with Server(serve).running() as server:
            with pytest.raises(NetworkFault) as raised:
                await post(Connection(visit(), "https", server.port))
            return raised.value.kind

    assert asyncio.run(run()) == "tls"


@pytest.mark.parametrize("realm", ["Camera Cổng", "é"])
def test_what_a_camera_writes_in_a_header_goes_back_byte_by_byte(realm: str) -> None:
    """A realm that is not ASCII can be answered: headers are UTF-8 where they are valid UTF-8."""
    challenge = f'Digest realm="{realm}"'
    reply = b"HTTP/1.1 401 x\r\nWWW-Authenticate: " + challenge.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    serve, seen = answering(reply)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            said = (await post(connection)).all("www-authenticate")[0]
            assert said == challenge
            await connection.post("/", b"", {"Authorization": said}, "onvif.device")

    asyncio.run(run())
    assert b"Authorization: " + challenge.encode() in seen[1]


def test_a_header_in_latin_1_is_read_and_can_be_answered() -> None:
    """It is no UTF-8, and no reason to fail: the camera gets the bytes back that it wrote."""
    reply = b'HTTP/1.1 401 x\r\nWWW-Authenticate: Digest realm="\xe9"\r\nContent-Length: 0\r\n\r\n'
    serve, _ = answering(reply)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            said = (await post(connection)).all("www-authenticate")[0]
            assert said.encode("utf-8", "surrogateescape") == b'Digest realm="\xe9"'
            assert (await connection.post("/", b"", {"Authorization": said}, "onvif.device")).status == 401

    asyncio.run(run())


def test_a_space_before_the_colon_of_a_header_is_read_over() -> None:
    """Some cameras write `Content-Length : 5`; the body keeps every byte."""
    body = b"a : b\nc : d"
    reply = b"HTTP/1.1 200 OK\r\nServer : x\r\nContent-Length\t : %d\r\n\r\n" % len(body) + body
    serve, _ = answering(reply)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            said = await post(connection)
            assert (said.body, said.all("server")) == (body, ("x",))

    asyncio.run(run())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 300_000, "our_limit"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000, "malformed_reply"),
    ],
    ids=["chunks of one byte", "interim replies"],
)
def test_a_reply_made_to_cost_time_ends_soon(reply: bytes, kind: str) -> None:
    """Each piece costs CPU, and hundreds of cameras share one loop."""
    serve, _ = answering(reply)
    assert failing(serve).kind == kind


def test_whether_a_request_left_is_known() -> None:
    """A closed port has seen nothing of it; a camera that hangs up may have read it."""
    serve, _ = answering(b"", close=True)

    async def run() -> None:
        async with connected(serve) as (connection, _):
            assert not connection.sent
            with pytest.raises(MalformedReply):
                await post(connection)
            assert connection.sent
        with pytest.raises(NetworkFault):
            await post(connection)
        assert not connection.sent

    asyncio.run(run())
