"""The RTSP side of a probe: asks for streams, starts one, measures it, stops it (RFC 2326 over interleaved TCP).

Strategy: one connection, in this order: OPTIONS; DESCRIBE without a login, which is at once the `authentication` fact
and the challenge; DESCRIBE of every stream, the ones to be sampled last; SETUP of the video alone; PLAY; sample until
every need is met; TEARDOWN always, also when the time is used up or the look is cancelled. A SETUP whose answer does
not come in time costs the connection, so that a late session dies with it. A connection that the camera closes is
opened again, and that is no try.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from probes.errors import CameraFault, MalformedReply, OurFault, ProbeError, Step
from probes.facts import Access, Measured, Rtsp, Sdp, StepReply
from probes.rtsp import sdp
from probes.rtsp.connection import ClosedByCameraError, Connection
from probes.rtsp.login import RtspLogin
from probes.rtsp.message import SESSION_TIMEOUT_S, Response, rtp_channel, session_of
from probes.rtsp.meter import Meter
from probes.target import DEFAULT_PORTS
from probes.visit import Visit

TICK_S = 0.1
FIRST_PACKET_S = 10.0
"""How long after PLAY the first packet may take before the answer is `no_media`; twice the limit of the rule."""
STALL_S = 5.0
CLOSING_S = 0.03
"""How long a camera may take to close the connection after its challenge, before a login is sent on it."""
TEARDOWN_S = 2.0
UNREADABLE = "packets came, but no picture could be read"
_BUSY = {453, 503}
_STEP_NAMES = {"OPTIONS": "options", "DESCRIBE": "describe", "SETUP": "setup", "PLAY": "play", "TEARDOWN": "teardown"}


@dataclass(frozen=True)
class StreamRequest:
    """One stream to ask for. `sample` asks for packets too; `patience_s` is how long a key frame is waited for."""

    id: str
    uri: str
    sample: bool = False
    patience_s: float | None = None


@dataclass
class StreamLook:
    """What one stream showed; `error` is the step at which it ended early. `proven`: the parameter sets came with the
    pictures; where they stood in the description alone, only a decoded key frame shows that they belong together.
    """

    request: StreamRequest
    rtsp: Rtsp | None = None
    sdp: Sdp | None = None
    measured: Measured | None = None
    key_frame: tuple[str, bytes] | None = None
    proven: bool = False
    error: ProbeError | None = None
    steps: dict[str, StepReply] = field(default_factory=dict)
    interleaved: bool | None = None


class RtspClient:
    """Looks at the streams of one device, one after the other, over one connection."""

    def __init__(self, visit: Visit, port: int, *, tls: bool = False) -> None:
        self.visit = visit
        self._port = port
        self._tls = tls
        self._connection: Connection | None = None
        self._login = RtspLogin(visit, tls=tls)
        self._session: str | None = None
        self._set_up = False
        self._opening: asyncio.Future[Response] | None = None
        self._timeout_s = SESSION_TIMEOUT_S
        self._status: int | None = None

    async def look(self, requests: Sequence[StreamRequest]) -> list[StreamLook]:
        """Looks at `requests` in order; failures stand in the looks, nothing is raised. Call `close` after the last."""
        looks = []
        for request in requests:
            look = StreamLook(request)
            looks.append(look)
            try:
                await self._look_at(look)
            except ProbeError as error:
                look.error = error
            if look.steps:
                look.rtsp = Rtsp(
                    at=self.visit.now(),
                    how="rtsp",
                    transport="tcp" if look.interleaved else None,
                    interleaved=look.interleaved,
                    steps=dict(look.steps),
                )
        return looks

    def access(self) -> Access | None:
        """What was learned about logging in, or None when no stream was asked for."""
        return self._login.access()

    async def close(self) -> None:
        """The connection is closed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _look_at(self, look: StreamLook) -> None:
        response, uri = await self._describe(look)
        description = sdp.parse(response.body)
        video = description.video()
        if not description.media:
            raise MalformedReply("rtsp.describe", "the session description describes nothing")
        if video is None:
            raise CameraFault("no_media", "rtsp.describe", "the session description has no video")
        bases = (response.first("content-base"), response.first("content-location"), description.control)
        meter = self._new_meter(look, video)
        look.sdp = self._sdp_facts(video, meter)
        if look.request.sample:
            await self._sample(look, meter, sdp.track_address(uri, bases, video.control))

    async def _describe(self, look: StreamLook) -> tuple[Response, str]:
        uri = look.request.uri
        if not await self._connect():
            await self._ask(look, "OPTIONS", uri, "rtsp.options")
        response = await self._ask(look, "DESCRIBE", uri, "rtsp.describe", {"Accept": "application/sdp"})
        if response.status in (301, 302, 303, 307) and not self._login.left_open:
            uri = self._redirected(response, uri)
            response = await self._ask(look, "DESCRIBE", uri, "rtsp.describe", {"Accept": "application/sdp"})
        _expect_success(response, "rtsp.describe")
        return response, uri

    async def _ask(
        self, look: StreamLook, method: str, uri: str, step: Step, headers: dict[str, str] | None = None
    ) -> Response:
        began = self.visit.seconds()
        self._status = None
        try:
            return await self._login.ask(self._send, method, uri, step, headers or {})
        finally:
            spent = round((self.visit.seconds() - began) * 1000, 1)
            look.steps[_STEP_NAMES[method]] = StepReply(self._status, spent)

    async def _send(self, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        """Sends on the connection there is, or on a new one where the camera has closed it.

        A try is never sent twice: it waits a moment, in case the camera closes after its challenge, and is then sent
        once. Other questions that open no session are asked again.
        """
        trying = "Authorization" in headers and not self._login.good
        if trying and self._connection is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await self._connection.closed.wait()
        limit = TEARDOWN_S if method == "TEARDOWN" else None
        reused = await self._connect()
        try:
            response = await self._connection_now().request(method, uri, headers, step, limit)
        except ClosedByCameraError:
            if trying or not reused or method not in ("OPTIONS", "DESCRIBE"):
                raise
            await self._connect()
            response = await self._connection_now().request(method, uri, headers, step)
        self._status = response.status
        return response

    async def _connect(self) -> bool:
        """There is an open connection; True when it was open before."""
        if self._connection is not None and not self._connection.closed.is_set():
            return True
        await self.close()
        self._connection = await Connection.open(self.visit, self._port, tls=self._tls)
        return False

    def _connection_now(self) -> Connection:
        if self._connection is None:
            raise MalformedReply("connect", "the connection was closed")
        return self._connection

    def _redirected(self, response: Response, uri: str) -> str:
        location = response.first("location") or ""
        try:
            there = urlsplit(location)
        except ValueError:
            raise MalformedReply("rtsp.describe", f"sent on to what is no address: {location}") from None
        if there.hostname != urlsplit(uri).hostname or there.scheme not in DEFAULT_PORTS:
            raise MalformedReply("rtsp.describe", f"sent on to another host, which is not followed: {location}")
        return location

    def _new_meter(self, look: StreamLook, video: sdp.Media) -> Meter:
        return Meter(
            video.codec,
            self.visit.seconds(),
            clock_rate=video.clock_rate,
            fmtp=video.fmtp,
            parameter_sets=video.parameter_sets(),
            patience_s=look.request.patience_s,
        )

    def _sdp_facts(self, video: sdp.Media, meter: Meter) -> Sdp:
        size = meter.size or video.size or (None, None)
        return Sdp(
            at=self.visit.now(),
            how="rtsp describe",
            codec=video.codec,
            width=size[0],
            height=size[1],
            fps=video.framerate or meter.stated_fps(),
        )

    async def _sample(self, look: StreamLook, meter: Meter, track: str) -> None:
        began = self.visit.seconds()
        try:
            channel = await self._setup(look, track)
            await self._play(look, meter, channel)
        finally:
            await self._teardown(look)
            self.visit.bore(session_s=self.visit.seconds() - began)

    async def _setup(self, look: StreamLook, track: str) -> int:
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        self._opening = asyncio.ensure_future(self._ask(look, "SETUP", track, "rtsp.setup", transport))
        try:
            response = await asyncio.shield(self._opening)  # cancelled or not, a session may be on its way
        except ProbeError as error:
            self._opening = None
            if error.kind in ("timeout", "our_limit"):
                await self.close()
            raise
        self._opening = None
        if response.status == 461:
            look.interleaved = False
            raise OurFault("rtsp.setup", "the device refuses RTP over TCP (461), and UDP is not looked at")
        if response.status == 500:
            raise CameraFault("busy", "rtsp.setup", "500: as a rule no session is free")
        _expect_success(response, "rtsp.setup")
        look.interleaved = True
        self._opened(response)
        return rtp_channel(response)

    def _opened(self, response: Response) -> None:
        self._set_up = True
        self._session, self._timeout_s = session_of(response)

    async def _play(self, look: StreamLook, meter: Meter, channel: int) -> None:
        connection = self._connection_now()
        meter.started = self.visit.seconds()
        connection.full_reads = 0

        foreign = set[int]()

        def take(channel_id: int, data: bytes, at: float) -> None:
            if channel_id == channel:
                meter.rtp(data, at)
            elif channel_id == channel + 1:
                meter.rtcp(data)
            else:
                foreign.add(channel_id)

        connection.on_packet = take
        headers = {"Range": "npt=0.000-", **self._session_header()}
        response = await self._ask(look, "PLAY", look.request.uri, "rtsp.play", headers)
        _expect_success(response, "rtsp.play")
        reason = await self._until_done(look, meter, connection)
        if meter.first_packet is None:
            raise _nothing_came(reason, other=bool(foreign or meter.bytes))
        look.measured = Measured(at=self.visit.now(), how="rtp over tcp", **meter.report(reason))
        if not meter.readable:
            raise MalformedReply("rtsp.sample", UNREADABLE)
        if meter.known_codec is None:
            raise OurFault("rtsp.sample", f"packets of {meter.codec} are not read here")
        look.proven = meter.proven
        key_frame = meter.key_frame()
        look.key_frame = (meter.codec, key_frame) if key_frame else None

    async def _until_done(self, look: StreamLook, meter: Meter, connection: Connection) -> str:
        limits, needs = self.visit.target.limits, self.visit.target.needs
        began = kept_alive = self.visit.seconds()
        bytes_before = self.visit.ledger.bytes_in
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await connection.closed.wait()
            now = self.visit.seconds()
            meter.kept_up = connection.full_reads < 3
            if connection.closed.is_set():
                return "closed"
            if self.visit.ledger.bytes_in - bytes_before > limits.sample_bytes:  # whatever they are
                return "byte_limit"
            if meter.first_packet is None:
                if now - began > FIRST_PACKET_S:
                    return "no packet"
                if self._out_of_time():
                    return "deadline"
                continue
            if meter.met(needs, limits.picture):
                return "needs_met"
            if now - meter.last_packet > STALL_S:
                meter.silence(now)
                return "stalled"
            if now - meter.first_packet > limits.sample_s or self._out_of_time():
                return "deadline"
            if now - kept_alive > self._timeout_s / 2:
                kept_alive = now
                connection.send("OPTIONS", look.request.uri, self._session_header())

    def _out_of_time(self) -> bool:
        try:
            return self.visit.time_left("rtsp.sample") < TEARDOWN_S
        except OurFault:
            return True

    def _session_header(self) -> dict[str, str]:
        return {"Session": self._session} if self._session else {}

    async def _teardown(self, look: StreamLook) -> None:
        """Ends the session, whatever happened, within TEARDOWN_S; whoever is cancelled meanwhile waits for it."""
        ending = asyncio.ensure_future(self._end(look))
        cancelled: asyncio.CancelledError | None = None
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    async def _end(self, look: StreamLook) -> None:
        """TEARDOWN of the session there is, or that is on its way; a camera that does not answer is left by closing."""
        connection = self._connection
        if connection is not None:
            connection.on_packet = None
        try:
            async with asyncio.timeout(TEARDOWN_S):
                await self._late_session()
                if self._connection is not None and self._set_up:
                    await self._ask(look, "TEARDOWN", look.request.uri, "rtsp.teardown", self._session_header())
        except (ProbeError, TimeoutError):
            await self.close()
        finally:
            self._session, self._set_up = None, False

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


def port_of(uri: str) -> tuple[int, bool]:
    """The port of an RTSP address, and whether it asks for TLS."""
    parts = urlsplit(uri)
    return parts.port or DEFAULT_PORTS[parts.scheme], parts.scheme == "rtsps"


def _nothing_came(reason: str, *, other: bool) -> ProbeError:
    """Why no packet of the stream came; only silence for the whole of FIRST_PACKET_S is a definite answer."""
    if reason == "closed":
        return MalformedReply("rtsp.sample", "the connection was closed before the first packet")
    if reason == "deadline":
        return OurFault("rtsp.sample", "the time of this probe ended before the first packet came")
    if reason == "byte_limit" or other:
        return MalformedReply("rtsp.sample", "something came after PLAY, but no packet of the stream")
    return CameraFault("no_media", "rtsp.sample", f"no packet within {FIRST_PACKET_S:g} s after PLAY")


def _expect_success(response: Response, step: Step) -> None:
    status, words = response.status, f"{response.status} {response.phrase}"
    if 200 <= status < 300:
        return
    if status in _BUSY:
        raise CameraFault("busy", step, words)
    if status in (404, 410):
        raise CameraFault("no_such_stream", step, words)
    if status in (405, 501, 551):
        raise CameraFault("unsupported", step, words)
    raise MalformedReply(step, words)
