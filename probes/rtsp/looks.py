"""What is asked of one stream and what it showed: the values that the RTSP side of a probe passes around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.errors import CameraFault, MalformedReply, ProbeError, Step
from probes.facts import Measured, Rtsp, Sdp, StepReply
from probes.rtsp.message import Response

_METHODS = ("options", "describe", "setup", "play", "teardown")
_METHOD_UNKNOWN, _LOGIN_WANTED = (405, 501), 401
_BUSY = {453, 503}
_BUSY_AT_SETUP = {406, 500}
"""What some devices say, besides, when no session is free; at any other step it means what it says."""


@dataclass(frozen=True)
class StreamRequest:
    """One stream to ask for. `sample` asks for packets too; `patience_s` is how long a key frame is waited for;
    `sample_s` the longest sample, where that is shorter than the limits allow.
    At a `guess` no login is tried. `picture`: a whole key frame is waited for.
    """

    id: str
    uri: str
    sample: bool = False
    patience_s: float | None = None
    guess: bool = False
    sample_s: float | None = None
    picture: bool = True


@dataclass
class StreamLook:
    """What one stream showed; `error` is the step at which it ended early. `proven`: the parameter sets came with the
    pictures; where they stood in the description alone, only a decoded key frame shows that they belong together.
    `interleaved`: the answer to SETUP over TCP; `transport`: how the packets were sent in the end. `udp` and
    `sender_reports` are those of `facts.Rtsp`. `hint`: words of the device by which its maker may be known.
    """

    request: StreamRequest
    rtsp: Rtsp | None = None
    sdp: Sdp | None = None
    measured: Measured | None = None
    key_frame: tuple[str, bytes] | None = None
    sizes: tuple[int, ...] = ()
    proven: bool = False
    error: ProbeError | None = None
    steps: dict[str, StepReply] = field(default_factory=dict)
    interleaved: bool | None = None
    transport: str | None = None
    udp: bool | None = None
    sender_reports: bool | None = None
    description: bytes = field(default=b"", repr=False)
    hint: str = ""


def expect_success(response: Response, step: Step) -> None:
    """Nothing, for a reply of success; raises CameraFault busy, no_such_stream or unsupported, and MalformedReply."""
    status, words = response.status, f"{response.status} {response.phrase}"
    if 200 <= status < 300:
        return
    if status in _BUSY or (status in _BUSY_AT_SETUP and step == "rtsp.setup"):
        raise CameraFault("busy", step, words)
    if status in (404, 410):
        raise CameraFault("no_such_stream", step, words)
    if status in (405, 501, 551):
        raise CameraFault("unsupported", step, words)
    raise MalformedReply(step, words)


def methods_known(steps: Mapping[str, StepReply]) -> bool | None:
    """Whether the camera knows every method that a session needs; None where an answer tells nothing of that."""
    statuses = [steps[name].status if name in steps else None for name in _METHODS]
    if any(status in _METHOD_UNKNOWN for status in statuses):
        return False
    known = (status is not None and (200 <= status < 300 or status == _LOGIN_WANTED) for status in statuses)
    return True if all(known) else None
