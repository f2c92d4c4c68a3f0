"""One RTSP connection: requests out, replies and packets in.

Strategy: a buffered protocol stamps the arrival time once a read, splits what came, hands replies to whoever waits and
packets to whoever measures. The receive buffer is small, so that a camera which sends faster than real time is held
back by TCP and not by us.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping

from probes import reach
from probes.errors import MalformedReply, NetworkFault, OurFault, ProbeError, Step
from probes.rtsp.message import Packet, Request, Response, Splitter, request_bytes
from probes.visit import Visit

BUFFER = 65_536
RECEIVE_BUFFER = 131_072
CSEQ_DIGITS = 10
PacketTaker = Callable[[int, bytes, float], None]


class ClosedByCameraError(MalformedReply):
    """The camera closed the connection instead of answering."""


class Connection(asyncio.BufferedProtocol):
    """An RTSP connection. `on_packet` (channel, bytes, arrival in seconds) is called for each interleaved packet."""

    def __init__(self, visit: Visit, port: int = 554) -> None:
        self.visit = visit
        self._port = port
        self.on_packet: PacketTaker | None = None
        self.closed = asyncio.Event()
        self.news = asyncio.Event()
        """Set when whoever samples should look: the connection is closed, or more came than a whole sample may be."""
        self.full_reads = 0
        self.error: ProbeError | None = None
        self._buffer = bytearray(BUFFER)
        self._splitter = Splitter()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Response] | None = None
        self._asked: tuple[str, str, Mapping[str, str], float] = ("", "", {}, 0.0)
        self._cseq = 0
        self._unanswered = 0

    @classmethod
    async def open(cls, visit: Visit, port: int, *, tls: bool) -> Connection:
        """Connects to the host of the target. Raises NetworkFault or OurFault."""
        _, connection = await reach.connect(visit, port, tls=tls, protocol=lambda: cls(visit, port))
        return connection

    async def request(
        self, method: str, uri: str, headers: Mapping[str, str], step: Step, limit_s: float | None = None
    ) -> Response:
        """The reply to one request. `limit_s` seconds hold instead of the limits of the visit: a session is ended even
        when the time of the probe is used up.

        Raises NetworkFault timeout, ClosedByCameraError, MalformedReply when what comes is no RTSP, OurFault.
        """
        limit = min(self.visit.target.limits.read_s, self.visit.time_left(step)) if limit_s is None else limit_s
        self._splitter.step = step
        self._waiting = asyncio.get_running_loop().create_future()
        self._asked = (method, uri, headers, self.visit.seconds())
        self._unanswered = 0
        self.send(method, uri, headers)
        try:
            async with asyncio.timeout(limit):
                return await self._waiting
        except TimeoutError:
            if limit_s is None:
                self.visit.time_left(step)
            raise NetworkFault("timeout", step, f"no answer to {method} within {limit:g} s") from None
        except ConnectionError:
            closed = ClosedByCameraError(step, f"the connection was closed instead of an answer to {method}")
            raise self.error or closed from None
        finally:
            self._waiting = None

    def send(self, method: str, uri: str, headers: Mapping[str, str]) -> None:
        """Sends a request without waiting for its reply; nothing happens when the connection is closed."""
        self._cseq += 1
        data = request_bytes(method, uri, self._cseq, headers)
        if self._transport is None or self.closed.is_set():
            self._fail(ConnectionError("closed"))
            return
        self.visit.bore(bytes_out=len(data))
        self._transport.write(data)

    def ends(self) -> tuple[str, str]:
        """Our address and that of the camera, as this connection has them; empty where it is closed."""
        if self._transport is None:
            return "", ""
        ours, theirs = (self._transport.get_extra_info(name) for name in ("sockname", "peername"))
        return str(ours[0]), str(theirs[0])

    async def close(self) -> None:
        """The connection is closed, whatever state it was in."""
        if self._transport is not None:
            self._transport.abort()
            await self.closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport and makes the receive buffer small."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (asyncio promises it; mypy does not know)  # nosec B101
        self._transport = transport
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  (the protocol asks for it)
        """The one buffer of this connection; as a view, because asyncio's TLS reads on into a slice of it."""
        return memoryview(self._buffer)

    def buffer_updated(self, nbytes: int) -> None:
        """Splits what came. Nothing is raised into the event loop: it would be printed, and nobody would be told."""
        at = self.visit.seconds()
        self.full_reads += nbytes == BUFFER
        self.visit.bore(bytes_in=nbytes)
        self._unanswered += nbytes
        self._splitter.feed(memoryview(self._buffer)[:nbytes])
        try:
            if self.on_packet is not None:
                self._splitter.packets(self._packet_at(at))
            while (item := self._splitter.next()) is not None:
                self._take(item, at)
            self._bear()
        except ProbeError as error:
            self._give_up(error)
        except Exception as error:  # noqa: BLE001  (bytes that no parser foresaw are the camera's fault all the same)
            self._give_up(MalformedReply(self._splitter.step, f"what came could not be read ({type(error).__name__})"))

    def _bear(self) -> None:
        """Says when more came than a whole sample may be; raises OurFault when it came instead of an answer."""
        limit = self.visit.target.limits.sample_bytes
        if self._unanswered <= limit:
            return
        self.news.set()
        if self._waiting is not None and not self._waiting.done():
            raise OurFault(self._splitter.step, f"more than {limit} bytes came, and no answer to {self._asked[0]}")

    def _give_up(self, error: ProbeError) -> None:
        self.error = error
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio passes it)
        """Wakes whoever waits."""
        self.closed.set()
        self.news.set()
        self._fail(ConnectionError("closed"))

    def _packet_at(self, at: float) -> Callable[[int, bytes], None]:
        """What takes a packet that arrived `at`, as long as anybody measures."""
        tap = self.visit.tap

        def take(channel: int, data: bytes) -> None:
            if self.on_packet is not None:
                if tap is not None:
                    tap.packet(channel, data, at)
                self.on_packet(channel, data, at)

        return take

    def _take(self, item: Response | Request | Packet, at: float) -> None:
        if isinstance(item, Packet):
            self._packet_at(at)(item.channel, item.data)
        elif isinstance(item, Response):
            self._answered(item)

    def _answered(self, response: Response) -> None:
        if self._waiting is not None and not self._waiting.done() and self._answers(response):
            self._tell(response)
            self._waiting.set_result(response)

    def _tell(self, response: Response) -> None:
        """The tap of the visit hears of an answer at once, before the packets behind it."""
        if self.visit.tap is not None:
            method, uri, sent, began = self._asked
            headers = tuple((name, value) for name, values in response.headers.items() for value in values)
            told = (response.status, headers, response.body, self.visit.seconds() - began)
            self.visit.tap.rtsp(self._port, method, uri, sent, told)

    def _answers(self, response: Response) -> bool:
        """Replies to requests that nobody waited for come late; some cameras leave CSeq out, which must do."""
        cseq = (response.first("cseq") or "").strip()
        readable = cseq.isascii() and cseq.isdigit() and len(cseq) < CSEQ_DIGITS
        return not readable or int(cseq) == self._cseq

    def _fail(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
