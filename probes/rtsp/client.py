"""The RTSP side of a probe: asks for streams, starts one, measures it, stops it (RFC 2326).

Strategy: one connection, in this order: OPTIONS; DESCRIBE without a login, which is at once the `authentication` fact
and the challenge; DESCRIBE of every stream, the ones to be sampled last; then a session (`session`) for the one to be
sampled. A connection that the camera closes is opened again, and that is no try. A camera that sends us on is followed
once, on its own host and, where a port was registered, on that port: behind a forwarding router the port is the camera.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from probes.errors import CameraFault, MalformedReply, ProbeError, Step, clean_text
from probes.facts import Access, Rtsp, Sdp, StepReply
from probes.rtsp import sdp
from probes.rtsp.connection import ClosedByCameraError, Connection
from probes.rtsp.login import RtspLogin
from probes.rtsp.looks import StreamLook, StreamRequest, expect_success, methods_known
from probes.rtsp.message import Response
from probes.rtsp.meter import Meter
from probes.rtsp.session import TEARDOWN_S, Session
from probes.target import DEFAULT_PORTS
from probes.visit import Visit

CLOSING_S = 0.03
"""How long a camera may take to close the connection after its challenge, before a login is sent on it."""
_MOVED = (301, 302, 303, 305, 307, 308)
_STEP_NAMES = {"OPTIONS": "options", "DESCRIBE": "describe", "SETUP": "setup", "PLAY": "play", "TEARDOWN": "teardown"}


class RtspClient:
    """Looks at the streams of one device, one after the other, over one connection."""

    def __init__(self, visit: Visit, port: int, *, tls: bool = False) -> None:
        self.visit = visit
        self._port = self._own_port = port
        self._tls = tls
        self._connection: Connection | None = None
        self._login = RtspLogin(visit, tls=tls)
        self._status: int | None = None
        self._takes_parameters = False
        self._options: StepReply | None = None  # asked once a connection, and so for every stream that follows

    async def look(self, requests: Sequence[StreamRequest]) -> list[StreamLook]:
        """Looks at `requests` in order; failures stand in the looks, nothing is raised. Call `close` after the last."""
        looks = []
        for request in requests:
            look = StreamLook(request)
            self._login.only_known = request.guess
            looks.append(look)
            try:
                await self._look_at(look)
            except ProbeError as error:
                look.error = error
            if look.steps:
                steps = {**({} if self._options is None else {"options": self._options}), **look.steps}
                look.rtsp = Rtsp(
                    at=self.visit.now(),
                    how="rtsp",
                    transport=look.transport,
                    interleaved=look.interleaved,
                    udp=look.udp,
                    sender_reports=look.sender_reports,
                    methods=methods_known(steps),
                    steps=steps,
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
        look.description = response.body
        video = description.video()
        if not description.media:
            raise MalformedReply("rtsp.describe", "the session description describes nothing")
        if video is None:
            raise CameraFault("no_media", "rtsp.describe", "the session description has no video")
        bases = (response.first("content-base"), response.first("content-location"), description.control)
        meter = self._new_meter(look, video)
        look.sdp = self._sdp_facts(video, meter)
        if look.request.sample:
            await Session(self, look, meter).sample(sdp.track_address(uri, bases, video.control))

    async def _describe(self, look: StreamLook) -> tuple[Response, str]:
        uri = look.request.uri
        await self._go_to(self._own_port)
        if not await self._connect():
            options = await self.ask(look, "OPTIONS", uri, "rtsp.options")
            self._options = look.steps["options"]
            self._takes_parameters = "GET_PARAMETER" in (options.first("public") or "").upper()
        response = await self.ask(look, "DESCRIBE", uri, "rtsp.describe", {"Accept": "application/sdp"})
        look.hint = clean_text(f"{response.first('server') or ''} {self._login.realm}")
        if response.status in _MOVED and not self._login.left_open:
            uri = await self._follow(response, uri)
            response = await self.ask(look, "DESCRIBE", uri, "rtsp.describe", {"Accept": "application/sdp"})
        expect_success(response, "rtsp.describe")
        return response, uri

    def connection(self) -> Connection | None:
        """The connection that there is."""
        return self._connection

    def sign_of_life(self, uri: str, headers: dict[str, str]) -> None:
        """Keeps a session alive, without waiting: by GET_PARAMETER where the camera says that it knows it, for some
        count nothing else; else by OPTIONS (RFC 2326 10.8).
        """
        if self._connection is None:
            return
        method = "GET_PARAMETER" if self._takes_parameters else "OPTIONS"
        signed = self._login.signed(method, uri) if self._takes_parameters else {}
        self._connection.send(method, uri, {**headers, **signed})

    async def ask(
        self, look: StreamLook, method: str, uri: str, step: Step, headers: dict[str, str] | None = None
    ) -> Response:
        """The reply to one request, logged in where that is needed; raises ProbeError."""
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

    async def _follow(self, response: Response, uri: str) -> str:
        """Where a camera sends us on to, and the connection is one to there.

        Raises MalformedReply for any other host or scheme, and for another port where one was registered.
        """
        location, asked = (response.first("location") or "").strip(), urlsplit(uri)
        try:
            there = urlsplit(f"{asked.scheme}://{asked.netloc}{location}" if location.startswith("/") else location)
            port = there.port or DEFAULT_PORTS[there.scheme]
        except (ValueError, KeyError):
            raise MalformedReply("rtsp.describe", f"sent on to what is no RTSP address: {location}") from None
        if there.hostname != asked.hostname or there.scheme != asked.scheme:
            raise MalformedReply("rtsp.describe", f"sent on to another host, which is not followed: {location}")
        if port != self._own_port and self.visit.target.address.rtsp_port is not None:
            raise MalformedReply("rtsp.describe", f"sent on to port {port}, which is not the registered one")
        await self._go_to(port)
        return there._replace(netloc=there.netloc.rpartition("@")[2]).geturl()

    async def _go_to(self, port: int) -> None:
        """What is asked next goes to `port`."""
        if port != self._port:
            await self.close()
            self._port = port

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


def port_of(uri: str) -> tuple[int, bool]:
    """The port of an RTSP address, and whether it asks for TLS."""
    parts = urlsplit(uri)
    return parts.port or DEFAULT_PORTS[parts.scheme], parts.scheme == "rtsps"
