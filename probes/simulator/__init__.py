"""Simulated IP cameras: ONVIF and RTSP over real sockets on loopback addresses of their own.

`running(spec, …)` runs cameras in a thread; `presets` has specs to begin with; `spec` says what can be asked for.
Nothing here is shared with the clients that it tests.
"""

from probes.simulator.background import running, running_async
from probes.simulator.camera import Camera
from probes.simulator.counters import Counters
from probes.simulator.refusals import Refusal
from probes.simulator.spec import CameraSpec, ChannelSpec, EncodingSpec, Fault, StreamSpec

__all__ = [
    "Camera",
    "CameraSpec",
    "ChannelSpec",
    "Counters",
    "EncodingSpec",
    "Fault",
    "Refusal",
    "StreamSpec",
    "running",
    "running_async",
]
