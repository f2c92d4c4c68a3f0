"""One camera of a fleet: the servers of `probes.simulator` behind shared doors, sending by a shared clock."""

from __future__ import annotations

from dataclasses import dataclass

from probes.simulator.counters import Counters
from probes.simulator.fleet.doors import Doors, port_of
from probes.simulator.fleet.tapes import Tapes, anywhere
from probes.simulator.fleet.wheel import Rider, Wheel
from probes.simulator.listener import Listener
from probes.simulator.onvif import OnvifServer
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
    tapes: Tapes
    wheel: Wheel


class Station:
    """A camera of `spec`, and what it saw."""

    def __init__(self, spec: CameraSpec, shared: Shared) -> None:
        onvif_port, rtsp_port = port_of(shared.doors.onvif), port_of(shared.doors.rtsp)
        host = spec.host or ""
        self.state = CameraState(spec, host, onvif_port, rtsp_port, Counters(Journal(spec)))
        self.onvif = Listener(self.state, "onvif", OnvifServer(self.state).serve)
        self.rtsp = Listener(self.state, "rtsp", _Streams(self.state, shared).serve)


class _Streams(RtspServer):
    """The streams of one camera, from the tapes and by the clock of its fleet."""

    def __init__(self, state: CameraState, shared: Shared) -> None:
        super().__init__(state)
        self._shared = shared

    def tape(self, stream: StreamSpec) -> Tape:
        """The tape of the whole fleet."""
        return self._shared.tapes.of(stream)

    def first(self, tape: Tape, stream: StreamSpec) -> int:
        """Some round of the tape."""
        return anywhere(tape, stream)

    def play(self, playback: Playback) -> Rider:
        """`playback` is on the wheel."""
        return self._shared.wheel.play(playback)
