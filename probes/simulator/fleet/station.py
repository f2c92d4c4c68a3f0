"""One camera of a fleet: the servers of `probes.simulator` behind shared doors, sending by a shared clock."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from probes.simulator.counters import Counters
from probes.simulator.fleet.answers import Prepared, Server
from probes.simulator.fleet.doors import Doors, port_of
from probes.simulator.fleet.tapes import Tapes
from probes.simulator.fleet.wheel import Rider, Wheel
from probes.simulator.listener import Listener
from probes.simulator.playback import Playback
from probes.simulator.refusals import Journal
from probes.simulator.rtsp import RtspServer
from probes.simulator.spec import CameraSpec, StreamSpec
from probes.simulator.state import CameraState
from probes.simulator.tape import Tape


@dataclass(frozen=True)
class Shared:
    """What all cameras of a fleet use together."""

    doors: Doors
    answers: Prepared
    tapes: Tapes
    wheel: Wheel


class Station:
    """A camera of `spec` and of a `kind` that answers alike, and what it saw."""

    def __init__(self, spec: CameraSpec, kind: Hashable, shared: Shared) -> None:
        onvif_port, rtsp_port = port_of(shared.doors.onvif), port_of(shared.doors.rtsp)
        host = spec.host or ""
        self.state = CameraState(spec, host, onvif_port, rtsp_port, Counters(Journal(spec)))
        self.onvif = Listener(self.state, "onvif", Server(self.state, kind, shared.answers).serve)
        self.rtsp = Listener(self.state, "rtsp", _Streams(self.state, shared).serve)


class _Streams(RtspServer):
    """The streams of one camera, from the tapes and by the clock of its fleet."""

    def __init__(self, state: CameraState, shared: Shared) -> None:
        super().__init__(state)
        self._shared = shared
        self._viewers = 0

    def tape(self, stream: StreamSpec) -> Tape:
        """The tape of the whole fleet."""
        return self._shared.tapes.of(stream)

    def first(self, stream: StreamSpec) -> int:
        """Another round of the tape than the last viewer had."""
        self._viewers += 1
        return self._shared.tapes.of(stream).begin(self._viewers)

    def play(self, playback: Playback) -> Rider:
        """`playback` is on the wheel."""
        return self._shared.wheel.play(playback)
