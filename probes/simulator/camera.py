"""One simulated camera: an ONVIF server and an RTSP server at one loopback address."""

from __future__ import annotations

import asyncio

from probes.simulator import hostile, hosts, packets
from probes.simulator.clips import key_of
from probes.simulator.counters import Counters
from probes.simulator.discovery import Responder
from probes.simulator.listener import Listener
from probes.simulator.onvif import OnvifServer
from probes.simulator.refusals import Journal
from probes.simulator.rtsp import RtspServer
from probes.simulator.spec import CameraSpec, StreamSpec
from probes.simulator.state import CameraState


class Camera:
    """A camera of a spec. `host`, `onvif_port` and `rtsp_port` are true once it was started."""

    def __init__(self, spec: CameraSpec) -> None:
        if spec.hostile:
            hostile.mode(spec.hostile)  # a wrong name is said before an address is taken
        self._claim = hosts.Claim(spec.host)
        self.state = CameraState(spec, self._claim.host, counters=Counters(Journal(spec)))
        onvif = hostile.served(self.state, "onvif", OnvifServer(self.state).serve)
        rtsp = hostile.served(self.state, "rtsp", RtspServer(self.state).serve)
        self._onvif, self._rtsp = Listener(self.state, "onvif", onvif), Listener(self.state, "rtsp", rtsp)
        self._responder = Responder(self.state)

    async def start(self) -> None:
        """Both ports listen, and every clip is ready to be sent."""
        for _, stream in self.spec.streams():
            await asyncio.to_thread(packets.of, key_of(stream))
        self.state.onvif_port = await self._onvif.start(self.spec.onvif_port)
        self.state.rtsp_port = await self._rtsp.start(self.spec.rtsp_port)
        if self.spec.discoverable and self._claim.held is not None:
            await self._responder.start(self._claim.held)

    async def stop(self) -> None:
        """Nothing listens any more, every connection is closed, and the address is free."""
        await self._responder.stop()
        await self._onvif.stop()
        await self._rtsp.stop()
        self._claim.release()

    @property
    def spec(self) -> CameraSpec:
        """What the camera is."""
        return self.state.spec

    @property
    def counters(self) -> Counters:
        """What the camera saw since it was made; may be read from any thread."""
        return self.state.counters

    @property
    def host(self) -> str:
        """The loopback address."""
        return self.state.host

    @property
    def onvif_port(self) -> int:
        """The port of the ONVIF services."""
        return self.state.onvif_port

    @property
    def rtsp_port(self) -> int:
        """The port of the streams."""
        return self.state.rtsp_port

    @property
    def onvif_url(self) -> str:
        """Where the device service really is, whatever the camera says."""
        scheme = "https" if "onvif" in self.spec.tls else "http"
        return f"{scheme}://{self.host}:{self.onvif_port}/onvif/device_service"

    def rtsp_url(self, stream: StreamSpec | str) -> str:
        """Where a stream (or the stream with this token) really is."""
        path = stream.path if isinstance(stream, StreamSpec) else self._by_token(stream).path
        scheme = "rtsps" if "rtsp" in self.spec.tls else "rtsp"
        return f"{scheme}://{self.host}:{self.rtsp_port}{path}"

    def _by_token(self, token: str) -> StreamSpec:
        found = self.state.find_stream(token)
        if found is None:
            raise KeyError(token)
        return found[1]
