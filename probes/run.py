"""Run: one look at one device, from target to observation.

Strategy: ONVIF first (who it is, which streams there are), then RTSP (what they really send), then one key frame. Each
step writes its own failures into the visit and the next goes on with what there is, so an observation always comes out.
What no step foresaw is caught at its edge, logged, and costs that step alone.

    ways (which channels) -> turns (whose turn, how long) -> channels (its streams) -> key_frames (its picture)
    -> open_ports (where a person wants to know)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from probes import open_ports
from probes.channels import ChannelLooker
from probes.errors import CameraFault, ProbeError, without_login
from probes.facts import Access, Channel, Observation, Security
from probes.key_frames import KeyFrames, Looker, Progress
from probes.line import Room
from probes.pictures import Pictures
from probes.rtsp.client import RtspClient, port_of
from probes.rtsp.looks import StreamLook, StreamRequest
from probes.target import Target
from probes.turns import in_turns
from probes.visit import Learned, Visit
from probes.ways import Found, find
from probes.without_onvif import remember_paths


async def look(
    target: Target,
    looker: Looker | None = None,
    progress: Progress | None = None,
    learned: Learned | None = None,
    line: Room | None = None,
) -> Observation:
    """Everything one probe sees of `target`; nothing is raised for what a camera or a network does.

    `looker` None leaves the picture out. `progress` is told the name of each part as it begins: `onvif`, `stream`,
    `picture`. `learned` is told at once what became of a login, so that it can be kept whatever happens to the rest.
    `line` is where a sample takes room before it begins; None: it need not ask.
    """
    visit = Visit(target, learned=learned or (lambda _version, _state: None), line=line)
    return await look_on(visit, looker, progress)


async def look_on(visit: Visit, looker: Looker | None = None, progress: Progress | None = None) -> Observation:
    """The same on a `visit` of one's own, with a clock or a tap that is not the usual one."""
    return await _Run(visit, looker, progress or (lambda _: None)).observe()


class _Run:
    def __init__(self, visit: Visit, looker: Looker | None, progress: Progress) -> None:
        self.visit = visit
        self.looker = looker
        self.progress = progress
        self.pictures = Pictures(visit.target.remembered.pictures)
        self._clients: dict[tuple[int, bool], RtspClient] = {}

    async def observe(self) -> Observation:
        began = self.visit.now()
        try:
            found = await find(self.visit, self._ask_stream, self.progress)
            device = found.device
            self.pictures.of(device.identity)
            key_frames = KeyFrames(self.visit, self.looker, self.pictures, self.progress)
            looked = await in_turns(self.visit, found.channels, self._channel_looker(found, key_frames).look_at)
            if not found.one_stream:
                remember_paths(self.visit, looked)
            device = replace(device, access=self._access(device.access, asked=bool(self._clients)))
        finally:
            for client in self._clients.values():
                await client.close()
        device = replace(device, security=self._security(device.security, await self._open_ports()))
        return Observation(
            target=self.visit.target.key,
            observed_at=began,
            device=device,
            channels=tuple(_shown(channel, self.visit.target.without_passwords) for channel in looked),
            failures=tuple(self.visit.failures),
            remembered=replace(
                self.visit.remembered,
                pictures=self.pictures.remembered(looked),
                pictured=key_frames.nights.remembered(looked),
            ),
            ledger=self.visit.ledger,
        )

    def _channel_looker(self, found: Found, key_frames: KeyFrames) -> ChannelLooker:
        return ChannelLooker(
            self.visit, self._ask_stream, key_frames, self.progress, known=found.known, one_stream=found.one_stream
        )

    async def _ask_stream(self, request: StreamRequest) -> StreamLook:
        port, tls = port_of(request.uri)
        client = self._clients.get((port, tls))
        if client is None:
            client = self._clients[port, tls] = RtspClient(self.visit, port, tls=tls)
        return (await client.look([request]))[0]

    def _access(self, told: Access | None, *, asked: bool) -> Access | None:
        halves = [half for half in (client.access() for client in self._clients.values()) if half is not None]
        if not halves:
            if asked or self.visit.target.address.kind != "rtsp":
                error = CameraFault("malformed_reply", "rtsp.describe", "no stream answered, with or without a login")
                last = self.visit.failures[-1] if self.visit.failures else None
                cause = ProbeError(last.kind, last.step, last.detail) if last else error
                self.visit.failed(cause, ["access.rtsp_login_required"])
            return told
        half = halves[-1]
        if told is None:
            return half
        return replace(
            told,
            how=f"{told.how}, {half.how}",
            rtsp_login_required=half.rtsp_login_required,
            rtsp_schemes=half.rtsp_schemes,
            basic_in_clear=bool(told.basic_in_clear or half.basic_in_clear),
        )

    async def _open_ports(self) -> dict[str, bool]:
        """Which ports are open; nothing where nobody wants to know, and of a device that could not be reached."""
        wanted = self.visit.target.limits.open_ports and self.visit.ledger.connections
        return await open_ports.look(self.visit) if wanted else {}

    def _security(self, told: Security | None, ports: dict[str, bool]) -> Security | None:
        """What ONVIF told, and what was seen on the way."""
        used = any(tls and client.access() is not None for (_, tls), client in self._clients.items())
        version = self.visit.tls_version
        if not (used or version or ports):
            return told
        told = told or Security(at=self.visit.now(), how="connections")
        seen: dict[str, Any] = {"tls_version": version, "rtsps": used or told.rtsps, **ports}
        return replace(told, **seen)


def _shown(channel: Channel, hidden: Callable[[str], str]) -> Channel:
    """`channel` as it is written down: makers who keep the login in the path of a stream do not get it shown."""
    streams = (replace(s, uri=hidden(without_login(s.uri))) if s.uri else s for s in channel.streams)
    return replace(channel, streams=tuple(streams))
