"""The RTSP server of a camera (RFC 2326): one conversation per connection, media interleaved in it.

Strategy: `Conversation` reads a request, finds its method in a table, and writes one reply. A session belongs to the
connection that set it up, because its media flow there. Order of the checks: is it RTSP, may this client, does the
address exist, does the state allow it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from probes.simulator import description, packets
from probes.simulator.clips import key_of
from probes.simulator.digest import Gate, said_in
from probes.simulator.messages import Request, read, reply
from probes.simulator.playback import Playback
from probes.simulator.refusals import Refusal, digest_of
from probes.simulator.spec import StreamSpec
from probes.simulator.state import CameraState
from probes.simulator.tape import Tape
from probes.simulator.udp import UdpWriter

_PARAMETERS = ", GET_PARAMETER, SET_PARAMETER"
_PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"
_TRACK = re.compile(r"/trackID=(\d+)$")
Headers = list[tuple[str, str]]


class Playing(Protocol):
    """A playback that goes on until it is cancelled."""

    def cancel(self) -> object:
        """Nothing more is sent."""


@dataclass(frozen=True)
class Reply:
    """What goes back for one request, but for what every reply has."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class RtspServer:
    """The streams of one camera and the gate in front of them."""

    def __init__(self, state: CameraState) -> None:
        spec = state.spec
        self.state = state
        self.gate: Gate | None = None
        if spec.rtsp_auth != "none":
            password = spec.password if spec.rtsp_password is None else spec.rtsp_password
            self.gate = Gate(
                spec.model, spec.username, password, spec.rtsp_auth, spec.digest_algorithms, qop=spec.rtsp_qop
            )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The conversation on one connection has ended and none of its sessions is left."""
        conversation = Conversation(self, writer)
        try:
            await conversation.run(reader)
        finally:
            await conversation.close()

    def tape(self, stream: StreamSpec) -> Tape:
        """What a new session of `stream` is sent."""
        ready = packets.of(key_of(stream), stream.packing)
        return Tape(ready, stream.stamped_fps or stream.fps)

    def first(self, stream: StreamSpec) -> int:
        """The picture with which a new session of `stream` begins."""
        return stream.start_at

    def play(self, playback: Playback) -> Playing:
        """`playback` begins as soon as this loop has a turn, and goes on until it is cancelled."""
        return asyncio.get_running_loop().create_task(playback.run())

    def find(self, url: str) -> tuple[StreamSpec, int | None] | None:
        """The stream at `url`, with the track when one is meant."""
        path = "/" + url.split("://", 1)[-1].partition("/")[2]
        if self.state.spec.redirect is not None:
            path = path.removeprefix("/moved")
        track = _TRACK.search(path)
        if track:
            path = path[: track.start()]
        streams = self.state.spec.streams()
        if self.state.has("any_path"):
            return streams[0][1], int(track.group(1)) if track else None
        for channel, stream in streams:
            if channel.connected and path in (stream.path, stream.path + "/"):
                number = int(track.group(1)) if track else None
                exists = number is None or number == 0 or (number == 1 and stream.audio)
                return (stream, number) if exists else None
        return None

    def gone(self, url: str) -> int:
        """The status of an address at which there is no stream: that of its channel, when this is not connected."""
        path = "/" + url.split("://", 1)[-1].partition("/")[2]
        return next((c.gone_status for c, s in self.state.spec.streams() if s.path == path and not c.connected), 404)


@dataclass
class Session:
    """What one client set up: tracks with their channels, and the playback once it runs."""

    stream: StreamSpec
    tape: Tape
    identity: str = field(default_factory=lambda: secrets.token_hex(8))
    channels: dict[int, int] = field(default_factory=dict)
    playing: Playing | None = None
    udp: UdpWriter | None = None


class Conversation:
    """The state of one connection."""

    def __init__(self, server: RtspServer, writer: asyncio.StreamWriter) -> None:
        self._server, self._state, self._writer = server, server.state, writer
        self._sessions: dict[str, Session] = {}
        self._methods: dict[str, Callable[[Request], Reply]] = {
            "OPTIONS": self._options,
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "GET_PARAMETER": self._parameter,
            "SET_PARAMETER": self._parameter,
            "TEARDOWN": self._teardown,
        }
        if self._state.spec.keepalive == "options":
            del self._methods["GET_PARAMETER"], self._methods["SET_PARAMETER"]
        self._public = _PUBLIC + (_PARAMETERS if "GET_PARAMETER" in self._methods else "")

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Requests have been answered until the client went away or fell silent for longer than a session lives."""
        loop = asyncio.get_running_loop()
        alive_until = loop.time() + self._state.spec.session_timeout_s
        while True:
            async with asyncio.timeout_at(alive_until):
                request = await read(reader)
            if self._prolongs(request):
                alive_until = loop.time() + self._state.spec.session_timeout_s
            if request is None:
                continue
            await asyncio.sleep(self._state.spec.answer_after_s)
            answer = self._answer(request)
            sequence = [("CSeq", request.headers["cseq"])] if "cseq" in request.headers else []
            self._writer.write(reply("RTSP/1.0", answer.status, [*sequence, *answer.headers], answer.body))
            await self._writer.drain()  # a playback that PLAY made begins here at the earliest, behind its reply

    def _prolongs(self, request: Request | None) -> bool:
        """True when what came is a sign of life: to most cameras anything, a report (None) too; to some one method."""
        prolongs = self._state.spec.keepalive
        playing = any(session.playing for session in self._sessions.values())
        return not playing or prolongs == "any" or (request is not None and request.method == prolongs.upper())

    async def close(self) -> None:
        """Every session of this connection is gone."""
        playing = [session.playing for session in self._sessions.values()]
        tasks = [one for one in playing if isinstance(one, asyncio.Task)]
        for identity in tuple(self._sessions):
            self._drop(identity, torn_down=False)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)

    def _answer(self, request: Request) -> Reply:
        credential = request.header("authorization")
        self._state.counters.requested("rtsp", request.method, with_credentials=credential is not None)
        if not request.version.startswith("RTSP/"):
            return Reply(400)
        if request.version != "RTSP/1.0":
            return Reply(505)
        if "cseq" not in request.headers:
            return Reply(400)
        if request.method not in self._methods:
            return Reply(501, [("Public", self._public)])
        if "require" in request.headers:
            return Reply(551, [("Unsupported", request.headers["require"])])
        if request.method != "OPTIONS":
            refusal = self._refusal(request, credential)
            if refusal:
                return refusal
        return self._methods[request.method](request)

    def _refusal(self, request: Request, credential: str | None) -> Reply | None:
        """The reply that sends this client away, or None when it may go on."""
        gate = self._server.gate
        if gate is None:
            return None
        if self._state.locked:
            if credential is not None:
                self._refused(request, credential)
            return Reply(403, [("Content-Type", "text/plain")], self._state.spec.lock_text.encode())
        judged = "missing" if credential is None else gate.judge(credential, request.method, request.target)
        if judged == "accepted":
            self._state.counters.accepted(said_in(credential or "")[0])
            return None
        if credential is not None:
            self._refused(request, credential, only_stale=judged == "stale")
        return Reply(401, [("WWW-Authenticate", one) for one in gate.challenges(stale=judged == "stale")])

    def _refused(self, request: Request, credential: str, *, only_stale: bool = False) -> None:
        name, secret = said_in(credential)
        digest = digest_of(secret) if secret else ""
        refusal = Refusal("rtsp", request.method, credential, name, digest, only_stale=only_stale)
        self._state.counters.refused(refusal)

    def _options(self, _: Request) -> Reply:
        return Reply(200, [("Public", self._public)])

    def _describe(self, request: Request) -> Reply:
        found = self._server.find(request.target)
        if found is None or found[1] is not None:
            return Reply(self._server.gone(request.target))
        accepted = request.header("accept")
        if accepted is not None and not re.search(r"application/sdp|application/\*|\*/\*", accepted):
            return Reply(406)
        stream = found[0]
        there = self._state.spec.redirect
        if there is not None and stream.path not in request.target.partition("/moved")[2]:
            host, port = self._state.host, self._state.rtsp_port
            return Reply(302, [("Location", there.format(host=host, port=port, path=stream.path))])
        base = request.target.rstrip("/") + "/"
        body = description.sdp(self._state, stream, packets.of(key_of(stream)), base)
        return Reply(200, [("Content-Base", base), ("Content-Type", "application/sdp")], body)

    def _setup(self, request: Request) -> Reply:
        found = self._server.find(request.target)
        if found is None:
            return Reply(404)
        stream, track = found
        if track is None and stream.audio:
            return Reply(459)
        transport = request.header("transport") or ""
        wanted = _client_ports(transport) if self._state.has("no_interleaved") else _interleaved(transport)
        if wanted is None:
            return Reply(461)
        session = self._session(request)
        if "session" in request.headers and session is None:
            return Reply(454)
        if session is None and self._is_full():
            return Reply(self._state.spec.full_status)
        if session and (session.playing or session.stream is not stream):
            return Reply(455)
        return self._set_up(session or self._new_session(stream), track or 0, wanted)

    def _is_full(self) -> bool:
        """True when no session is free."""
        return self._state.has("full") or (self._state.has("one_session") and bool(self._state.counters.sessions_open))

    def _set_up(self, session: Session, track: int, wanted: int) -> Reply:
        """`track` is bound to the channel that the client `wanted`, or to the next free one."""
        taken = [channel for number, channel in session.channels.items() if number != track]
        channel = wanted if wanted >= 0 and wanted not in taken else max([-2, *taken]) + 2
        session.channels[track] = channel
        ssrc = session.tape.ssrc ^ track
        if self._state.has("no_interleaved"):
            viewer = self._writer.get_extra_info("peername")[0]
            session.udp = UdpWriter(self._state.host, viewer, wanted, blocked=self._state.has("udp_blocked"))
            session.channels[track] = 0
            transport = (
                f"RTP/AVP;unicast;client_port={wanted}-{wanted + 1};server_port={session.udp.ports};ssrc={ssrc:08X}"
            )
            return Reply(200, [("Transport", transport), self._session_header(session)])
        if self._state.has("other_channels"):
            channel = session.channels[track] = channel + 6
        transport = f'RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1};ssrc={ssrc:08X};mode="PLAY"'
        return Reply(200, [("Transport", transport), self._session_header(session)])

    def _play(self, request: Request) -> Reply:
        session = self._session(request)
        if session is None:
            return Reply(454)
        found = self._server.find(request.target)
        if found is None or found[0] is not session.stream:
            return Reply(404)
        if found[1] is not None and len(session.channels) > 1:
            return Reply(460)
        headers = [self._session_header(session), ("Range", "npt=now-")]
        if session.playing is None:
            channels = (session.channels.get(description.VIDEO), session.channels.get(description.AUDIO))
            playback = self._playback(session, channels)
            url = _TRACK.sub("", request.target).rstrip("/") + f"/trackID={description.VIDEO}"
            headers.append(("RTP-Info", f"url={url};seq={playback.sequence};rtptime={playback.timestamp}"))
            session.playing = self._server.play(playback)
        return Reply(200, headers)

    def _playback(self, session: Session, channels: tuple[int | None, int | None]) -> Playback:
        writer, first = session.udp or self._writer, self._server.first(session.stream)
        return Playback(self._state, session.stream, session.tape, writer, channels, first)

    def _parameter(self, request: Request) -> Reply:
        if "session" not in request.headers:
            return Reply(200)
        session = self._session(request)
        return Reply(200, [self._session_header(session)]) if session else Reply(454)

    def _teardown(self, request: Request) -> Reply:
        session = self._session(request)
        if session is None:
            return Reply(454)
        self._drop(session.identity, torn_down=True)
        return Reply(200, [("Session", session.identity)])

    def _session(self, request: Request) -> Session | None:
        return self._sessions.get((request.header("session") or "").partition(";")[0].strip())

    def _session_header(self, session: Session) -> tuple[str, str]:
        return ("Session", f"{session.identity};timeout={self._state.spec.session_timeout_s}")

    def _new_session(self, stream: StreamSpec) -> Session:
        session = Session(stream, self._server.tape(stream))
        self._sessions[session.identity] = session
        self._state.counters.session_opened()
        return session

    def _drop(self, identity: str, *, torn_down: bool) -> None:
        session = self._sessions.pop(identity)
        if session.playing:
            session.playing.cancel()
        if session.udp:
            session.udp.close()
        self._state.counters.session_closed(torn_down=torn_down)


def _interleaved(transport: str) -> int | None:
    """The channel asked for in the first TCP transport of a Transport header; -1: any; None: no TCP was offered."""
    for one in transport.split(","):
        name, *parameters = [part.strip() for part in one.split(";")]
        if name.upper() != "RTP/AVP/TCP" or "multicast" in parameters:
            continue
        channel = re.search(r"interleaved=(\d+)", one)
        return int(channel.group(1)) if channel else -1
    return None


def _client_ports(transport: str) -> int | None:
    """The first of the two UDP ports that were asked for; None: no UDP was offered."""
    for one in transport.split(","):
        port = re.search(r"client_port=(\d+)", one)
        if port and one.split(";")[0].strip().upper() in ("RTP/AVP", "RTP/AVP/UDP") and "multicast" not in one:
            return int(port.group(1))
    return None
