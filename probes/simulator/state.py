"""What both servers of one camera share: its spec, where it listens, its clock and its counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from probes.simulator.counters import Counters
from probes.simulator.spec import CameraSpec, ChannelSpec, Fault, StreamSpec


@dataclass
class CameraState:
    """One running camera. Ports are 0 until the listeners have theirs."""

    spec: CameraSpec
    host: str
    onvif_port: int = 0
    rtsp_port: int = 0
    counters: Counters = field(default_factory=Counters)

    def has(self, fault: Fault) -> bool:
        """True when the camera misbehaves in this way."""
        return fault in self.spec.faults

    @property
    def locked(self) -> bool:
        """True when no login is accepted any more, right or wrong."""
        limit = self.spec.lock_after
        return self.spec.locked or (limit is not None and self.counters.refused_in_all >= limit)

    def now(self) -> datetime:
        """The camera's own time in UTC: what the time of a UsernameToken is compared with."""
        return datetime.now(UTC) + timedelta(seconds=self.spec.clock_offset_s)

    def reported_now(self) -> datetime:
        """What the camera calls UTC: wrong by the zone when it labels its local time so."""
        return self.now() + self.zone_offset if self.spec.clock_is_local_time_labelled_utc else self.now()

    @property
    def zone_offset(self) -> timedelta:
        """How far local time is ahead of UTC."""
        return timedelta(seconds=self.spec.zone_offset_s)

    def stream_url(self, stream: StreamSpec) -> str:
        """The address of `stream` as the camera hands it out."""
        if self.spec.stream_uri is not None:
            return self.spec.stream_uri.format(host=self.host, port=self.rtsp_port, path=stream.path)
        scheme = "rtsps" if "rtsp" in self.spec.tls else "rtsp"
        return f"{scheme}://{self.spec.stream_uri_host or self.host}:{self.rtsp_port}{stream.path}"

    def service_url(self, path: str) -> str:
        """The address of a service as the camera hands it out."""
        if self.spec.xaddr is not None:
            return self.spec.xaddr.format(host=self.host, port=self.onvif_port, path=path)
        scheme = "https" if "onvif" in self.spec.tls else "http"
        return f"{scheme}://{self.spec.xaddr_host or self.host}:{self.onvif_port}{path}"

    def find_stream(self, token: str) -> tuple[ChannelSpec, StreamSpec] | None:
        """The stream with this token and its channel."""
        return next((pair for pair in self.spec.streams() if pair[1].token == token), None)
