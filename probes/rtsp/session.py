"""One RTSP session: SETUP of the video, PLAY, the sample, TEARDOWN (RFC 2326 sections 10.4 to 10.7).

Strategy: RTP over the RTSP connection first, for it passes every firewall; where the device refuses that (461), RTP
over UDP from two ports of ours. TEARDOWN is sent always, also when the time is used up or the look is cancelled. A
SETUP whose answer does not come in time costs the connection, so that a late session dies with it. Silence over UDP is
no answer of the camera: a firewall may stand between, and so it never fails a rule.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from probes.errors import CameraFault, MalformedReply, NetworkFault, OurFault, ProbeError, Step
from probes.facts import Measured
from probes.rtsp.connection import Connection
from probes.rtsp.looks import StreamLook, expect_success
from probes.rtsp.message import SESSION_TIMEOUT_S, Response, rtp_channel, session_of
from probes.rtsp.meter import Meter
from probes.rtsp.sampling import Sampling, Wanted
from probes.rtsp.udp import UdpPair
from probes.visit import Visit

WATCH_S = 0.5
"""How often is looked for what no packet tells: silence, the end of the probe, a session to be kept alive."""
FIRST_PACKET_S = 10.0
"""How long after PLAY the first packet may take before the answer is `no_media`; twice the limit of the rule."""
STALL_S = 5.0
MOST_FULL_READS = 3
"""After so many reads that filled the buffer, packets came faster than we read."""
TEARDOWN_S = 2.0
REPORTS_DUE_S = 10.0
"""After so long at least one sender report has come: the longest interval of RFC 3550 (6.2) is 7.5 s."""
UNREADABLE = "packets came, but no picture could be read"
_INTERLEAVED = "RTP/AVP/TCP;unicast;interleaved=0-1"


class Conversation(Protocol):
    """What a session needs of the client it belongs to."""

    visit: Visit

    async def ask(
        self, look: StreamLook, method: str, uri: str, step: Step, headers: dict[str, str] | None = None
    ) -> Response:
        """The reply to one request, logged in where that is needed; raises ProbeError."""

    def connection(self) -> Connection | None:
        """The connection that there is."""

    def sign_of_life(self, uri: str, headers: dict[str, str]) -> None:
        """Sends what keeps a session alive, and waits for nothing."""

    async def close(self) -> None:
        """The connection is closed."""


class Session:
    """The session of one stream, from SETUP to TEARDOWN."""

    def __init__(self, client: Conversation, look: StreamLook, meter: Meter) -> None:
        self._client, self._look, self._meter = client, look, meter
        self._visit = client.visit
        self._name: str | None = None
        self._set_up = False
        self._opening: asyncio.Future[Response] | None = None
        self._timeout_s = SESSION_TIMEOUT_S
        self._channel = 0
        self._udp: UdpPair | None = None
        self._foreign = False
        limits, request = self._visit.target.limits, look.request
        self._wanted = Wanted(
            self._visit.target.needs,
            limits.picture and request.picture,
            min(limits.sample_s, request.sample_s or limits.sample_s),
            limits.sample_bytes,
        )

    async def sample(self, track: str) -> None:
        """Packets of `track` have been measured, as many as were needed. Raises ProbeError; ends the session always."""
        began = self._visit.seconds()
        try:
            await self._open(track)
            await self._play()
        finally:
            await self._teardown()
            if self._udp is not None:
                self._udp.close()
            self._visit.bore(session_s=self._visit.seconds() - began)

    async def _open(self, track: str) -> None:
        """There is a session, over TCP or, where that is refused, over UDP."""
        response = await self._setup(track, _INTERLEAVED)
        self._look.interleaved = response.status != 461
        if response.status == 461:
            connection = self._client.connection()
            if connection is None:
                raise MalformedReply("rtsp.setup", "461, and the connection was closed")
            self._udp = await UdpPair.bound(self._visit, *connection.ends())
            response = await self._setup(track, self._udp.header())
            if response.status == 461:
                self._look.udp = False
                raise CameraFault("malformed_reply", "rtsp.setup", "461: RTP neither over TCP nor over UDP")
        expect_success(response, "rtsp.setup")
        self._look.transport = "udp" if self._udp else "tcp"
        self._opened(response)
        self._channel = rtp_channel(response)
        if self._udp is not None:
            self._udp.answered(response)

    async def _setup(self, track: str, transport: str) -> Response:
        headers = {"Transport": transport}
        self._opening = asyncio.ensure_future(self._client.ask(self._look, "SETUP", track, "rtsp.setup", headers))
        try:
            response = await asyncio.shield(self._opening)  # cancelled or not, a session may be on its way
        except ProbeError as error:
            self._opening = None
            if error.kind in ("timeout", "our_limit"):
                await self._client.close()
            raise
        self._opening = None
        return response

    def _opened(self, response: Response) -> None:
        self._set_up = True
        self._name, self._timeout_s = session_of(response)

    async def _play(self) -> None:
        look, meter, connection = self._look, self._meter, self._client.connection()
        if connection is None:
            raise MalformedReply("rtsp.play", "the connection was closed")
        meter.started = self._visit.seconds()
        connection.full_reads = 0
        sampling = Sampling(meter, self._wanted, connection.news.set, lambda: connection.full_reads < MOST_FULL_READS)
        self._listen(connection, sampling)
        headers = {"Range": "npt=0.000-", **self._header()}
        expect_success(await self._client.ask(look, "PLAY", look.request.uri, "rtsp.play", headers), "rtsp.play")
        reason = await self._until_done(connection, sampling)
        if meter.first_packet is None:
            raise self._nothing_came(reason)
        how = "rtp over udp" if self._udp else "rtp over tcp"
        look.udp = True if self._udp else None
        look.sender_reports = True if meter.reported else False if meter.seconds() >= REPORTS_DUE_S else None
        look.measured = Measured(at=self._visit.now(), how=how, **meter.report(reason))
        if not meter.readable and meter.refused:
            raise OurFault("rtsp.sample", meter.refused)
        if not meter.readable:
            raise MalformedReply("rtsp.sample", UNREADABLE)
        if meter.known_codec is None:
            raise OurFault("rtsp.sample", f"packets of {meter.codec} are not read here")
        look.proven = meter.proven
        look.sizes = meter.sizes()
        key_frame = meter.key_frame()
        look.key_frame = (meter.codec, key_frame) if key_frame else None

    def _listen(self, connection: Connection, sampling: Sampling) -> None:
        """What comes from now on is measured; packets on channels that were not asked for are left alone."""
        meter, channel = self._meter, self._channel
        if self._udp is not None:
            self._udp.take = sampling.rtp
            self._udp.take_report = lambda data, _at: meter.rtcp(data)
            return

        def take(on: int, data: bytes, at: float) -> None:
            if on == channel:
                sampling.rtp(data, at)
            elif on == channel + 1:
                meter.rtcp(data)
            else:
                self._foreign = True

        connection.on_packet = take

    async def _until_done(self, connection: Connection, sampling: Sampling) -> str:
        visit, meter, most = self._visit, self._meter, self._wanted.most_bytes
        began = kept_alive = visit.seconds()
        bytes_before = visit.ledger.bytes_in
        while sampling.reason is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_S):
                    await connection.news.wait()
            connection.news.clear()
            now = visit.seconds()
            if connection.closed.is_set():
                return sampling.reason or "closed"
            if visit.ledger.bytes_in - bytes_before > most:  # whatever they are
                return sampling.reason or "byte_limit"
            if now - kept_alive > self._timeout_s / 2:
                kept_alive = now
                self._client.sign_of_life(self._look.request.uri, self._header())
            if meter.first_packet is None:
                if now - began > FIRST_PACKET_S:
                    return "no packet"
            elif now - meter.last_packet > STALL_S:
                meter.silence(now)
                return sampling.reason or "stalled"
            sampling.ask(now)
            if sampling.reason is None and self._out_of_time():
                return "deadline"
        return sampling.reason

    def _out_of_time(self) -> bool:
        try:
            return self._visit.time_left("rtsp.sample") < TEARDOWN_S
        except OurFault:
            return True

    def _header(self) -> dict[str, str]:
        return {"Session": self._name} if self._name else {}

    async def _teardown(self) -> None:
        """Ends the session, whatever happened, within TEARDOWN_S; whoever is cancelled meanwhile waits for it."""
        ending = asyncio.ensure_future(self._end())
        cancelled: asyncio.CancelledError | None = None
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    async def _end(self) -> None:
        """TEARDOWN of the session there is, or that is on its way; a camera that does not answer is left by closing."""
        connection = self._client.connection()
        if connection is not None:
            connection.on_packet = None
        look = self._look
        try:
            async with asyncio.timeout(TEARDOWN_S):
                await self._late_session()
                if self._client.connection() is not None and self._set_up:
                    await self._client.ask(look, "TEARDOWN", look.request.uri, "rtsp.teardown", self._header())
        except (ProbeError, TimeoutError):
            await self._client.close()

    async def _late_session(self) -> None:
        """Takes the answer to a SETUP whose look was cancelled; where none comes, there may still be a session."""
        opening, self._opening = self._opening, None
        if opening is None:
            return
        with suppress(ProbeError, TimeoutError):
            async with asyncio.timeout(TEARDOWN_S / 2):
                response = await opening
                if 200 <= response.status < 300:
                    self._opened(response)
                return
        self._set_up = True

    def _nothing_came(self, reason: str) -> ProbeError:
        """Why no packet of the stream came; only silence for the whole of FIRST_PACKET_S is a definite answer."""
        if reason == "closed":
            return MalformedReply("rtsp.sample", "the connection was closed before the first packet")
        if reason == "deadline":
            return OurFault("rtsp.sample", "the time of this probe ended before the first packet came")
        if reason == "byte_limit" or self._foreign or self._meter.bytes:
            return MalformedReply("rtsp.sample", "something came after PLAY, but no packet of the stream")
        if self._udp is not None:
            words = f"no UDP packet within {FIRST_PACKET_S:g} s after PLAY: a firewall may hold them back"
            return NetworkFault("unreachable", "rtsp.sample", words)
        return CameraFault("no_media", "rtsp.sample", f"no packet within {FIRST_PACKET_S:g} s after PLAY")
