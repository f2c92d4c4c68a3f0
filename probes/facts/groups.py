"""What one probe saw, as frozen values.

Strategy: facts stand in groups (one dataclass a group); the time `at` (UTC) and the method `how` stand on the group. A
fact that could not be had is None, and a `Failure` names its path and says why. A path that is neither present nor
named by a failure was *not looked at*. `declared` is what the device says it sends, `capable` what it says it could
send, `measured` what arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from math import isfinite
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter

from probes.errors import Failure
from probes.target import Remembered

FactKind = Literal["flag", "number", "text", "texts", "numbers", "size", "encodings"]
SubjectKind = Literal["stream", "channel", "device", "site", "school", "model"]
"""Whose fact it is. No probe sees a site, a school or a model: their facts stand in the register (`standards.places`)
and in data sheets (`standards.buying.data_sheet`).
"""
StreamRole = Literal["main", "sub", "third", "extra"]
RoleSource = Literal["declared", "registered", "pattern", "assumed"]
ChannelKind = Literal["ip", "analogue", "thermal", "fisheye", "unknown"]
ChannelState = Literal["live", "no_signal", "empty", "offline", "unknown"]
Light = Literal["day", "night", "dark"]


@dataclass(frozen=True)
class PathType:
    """What a path holds: the kind of value, its unit (empty for none), and one sentence."""

    path: str
    kind: FactKind
    unit: str
    meaning: str
    subject: SubjectKind


def _fact(kind: FactKind, unit: str, meaning: str) -> Any:
    return field(default=None, metadata={"kind": kind, "unit": unit, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Group:
    """Facts that were had together: when (UTC) and by which method. `DERIVED` names properties that are facts too."""

    name: ClassVar[str] = ""
    subject: ClassVar[SubjectKind] = "stream"
    DERIVED: ClassVar[Mapping[str, tuple[FactKind, str, str]]] = {}
    at: datetime
    how: str

    def present(self) -> Iterator[tuple[str, Any]]:
        """Yields (path, value) of every fact of this group that is there, derived ones included. What is no number
        (NaN, infinity) was not seen.
        """
        names = [f.name for f in fields(self) if "kind" in f.metadata]
        for name in (*names, *self.DERIVED):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, float) and not isfinite(value)):
                yield f"{self.name}.{name}", value


class _Sized:
    width: int | None
    height: int | None

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) in pixels, or None when either is not known."""
        return (self.width, self.height) if self.width and self.height else None


_SIZE: dict[str, tuple[FactKind, str, str]] = {"size": ("size", "px", "width and height together")}


@dataclass(frozen=True, kw_only=True)
class Identity(Group):
    """Who the device says it is (ONVIF GetDeviceInformation, GetNetworkInterfaces, scopes)."""

    name = "identity"
    subject = "device"
    manufacturer: str | None = _fact("text", "", "maker, as the device writes it")
    model: str | None = _fact("text", "", "model, as the device writes it")
    firmware: str | None = _fact("text", "", "firmware version")
    serial: str | None = _fact("text", "", "serial number; not unique among rebrands")
    mac: str | None = _fact("text", "", "hardware address of the first network interface, aa:bb:cc:dd:ee:ff")
    hardware: str | None = _fact("text", "", "hardware version")
    endpoint: str | None = _fact("text", "", "endpoint UUID (GetEndpointReference), as the device writes it")


@dataclass(frozen=True, kw_only=True)
class Onvif(Group):
    """What the ONVIF side answers."""

    name = "onvif"
    subject = "device"
    answers: bool | None = _fact("flag", "", "device information, profiles and a stream address were answered")
    profiles: tuple[str, ...] | None = _fact("texts", "", "profiles claimed by the scopes: S, T, G, M …")
    media: tuple[str, ...] | None = _fact("texts", "", "media services that answered: media1, media2")
    media_profiles: int | None = _fact("number", "profiles", "media profiles listed by the service that lists most")
    scopes: tuple[str, ...] | None = _fact("texts", "", "kinds of entries in the scopes: hardware, name, type …")


@dataclass(frozen=True, kw_only=True)
class Clock(Group):
    """The clock of the device against true time (half the round trip is taken off)."""

    name = "clock"
    subject = "device"
    offset_s: float | None = _fact("number", "s", "device time less true time")
    time_source: str | None = _fact("text", "", "ntp or manual")
    zone: str | None = _fact("text", "", "POSIX time zone, as the device writes it")
    without_login: bool | None = _fact("flag", "", "the time was told without a login")


@dataclass(frozen=True, kw_only=True)
class Access(Group):
    """Does the device ask for a login, and how. Learned without sending one."""

    name = "access"
    subject = "device"
    onvif_login_required: bool | None = _fact("flag", "", "device information was refused without a login")
    rtsp_login_required: bool | None = _fact("flag", "", "DESCRIBE was refused without a login")
    onvif_schemes: tuple[str, ...] | None = _fact("texts", "", "basic, digest-md5, digest-sha-256, usernametoken")
    rtsp_schemes: tuple[str, ...] | None = _fact("texts", "", "basic, digest-md5, digest-sha-256")
    basic_in_clear: bool | None = _fact("flag", "", "only Basic is offered, without TLS")


@dataclass(frozen=True, kw_only=True)
class Security(Group):
    """What the device offers to keep others out, and what it leaves open. Told over ONVIF or seen on the way."""

    name = "security"
    subject = "device"
    https: bool | None = _fact("flag", "", "HTTPS is on (GetNetworkProtocols), or was used")
    tls_version: str | None = _fact("text", "", "the version of TLS that was agreed on, as TLSv1.2; older of several")
    rtsps: bool | None = _fact("flag", "", "streams over TLS are offered (Media2 capabilities), or were used")
    firmware_told: bool | None = _fact("flag", "", "the device tells its firmware version")
    password_length: int | None = _fact("number", "characters", "least length of a password that the device takes")
    password_uppercase: int | None = _fact("number", "characters", "upper-case letters that a password must have")
    password_digits: int | None = _fact("number", "characters", "digits that a password must have")
    password_special: int | None = _fact("number", "characters", "special characters that a password must have")
    telnet_open: bool | None = _fact("flag", "", "port 23 takes a connection; looked at with probe.open_ports")
    ftp_open: bool | None = _fact("flag", "", "port 21 takes a connection; looked at with probe.open_ports")


@dataclass(frozen=True, kw_only=True)
class ChannelInfo(Group):
    """What a channel is."""

    name = "channel"
    subject = "channel"
    kind: ChannelKind | None = _fact("text", "", "ip, analogue, thermal, fisheye or unknown")
    state: ChannelState | None = _fact("text", "", "live, no_signal, empty, offline or unknown")
    via: str | None = _fact("text", "", "direct (the device encodes) or recorder (another box encodes)")
    further_megapixels: tuple[float, ...] | None = _fact(
        "numbers", "MP", "sizes of all H.264 and H.265 streams that are smaller than the main one, from any source"
    )


@dataclass(frozen=True, kw_only=True)
class StreamInfo(Group):
    """What a stream is for."""

    name = "stream"
    role: StreamRole | None = _fact("text", "", "main, sub, third or extra, ranked by declared pixels")
    role_source: RoleSource | None = _fact("text", "", "declared, registered, pattern or assumed")
    address_octets: int | None = _fact("number", "octets", "length of the stream address as the device writes it")


@dataclass(frozen=True, kw_only=True)
class Declared(_Sized, Group):
    """What the device says this stream is set to (ONVIF encoder configuration)."""

    name = "declared"
    DERIVED = {**_SIZE, "keyframe_interval_s": ("number", "s", "GovLength over the declared rate")}
    codec: str | None = _fact("text", "", "h264, h265, mjpeg, mpeg4, av1 or other:<name>")
    width: int | None = _fact("number", "px", "width")
    height: int | None = _fact("number", "px", "height")
    fps: float | None = _fact("number", "frames/s", "FrameRateLimit over EncodingInterval")
    bitrate_kbps: int | None = _fact("number", "kbit/s", "BitrateLimit: a limit, not a rate")
    gop: int | None = _fact("number", "frames", "GovLength")
    rate_control: str | None = _fact("text", "", "cbr or vbr, where Media2 says it")
    source: str | None = _fact("text", "", "media1 or media2")

    @property
    def keyframe_interval_s(self) -> float | None:
        """Seconds between key frames by the declared numbers, or None."""
        return self.gop / self.fps if self.gop and self.fps else None


@dataclass(frozen=True)
class Encoding:
    """One codec a stream could be set to: sizes in pixels, and ranges (least, most) in frames/s, frames, kbit/s.

    A range is None where the device does not say it.
    """

    codec: str
    sizes: tuple[tuple[int, int], ...] = ()
    fps: tuple[float, float] | None = None
    gop: tuple[int, int] | None = None
    bitrate_kbps: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Capable(Group):
    """What the device says this stream could be set to (ONVIF GetVideoEncoderConfigurationOptions)."""

    name = "capable"
    DERIVED = {"codecs": ("texts", "", "codecs of all encodings")}
    encodings: tuple[Encoding, ...] | None = _fact("encodings", "", "codec, sizes and ranges, one entry a codec")
    source: str | None = _fact("text", "", "media1 or media2")

    @property
    def codecs(self) -> tuple[str, ...] | None:
        """The codecs of all encodings, or None when these are not known."""
        return None if self.encodings is None else tuple(e.codec for e in self.encodings)


@dataclass(frozen=True, kw_only=True)
class Sdp(_Sized, Group):
    """What DESCRIBE alone tells (RFC 4566, RFC 6184, RFC 7798)."""

    name = "sdp"
    DERIVED = _SIZE
    codec: str | None = _fact("text", "", "codec of the first video track")
    width: int | None = _fact("number", "px", "cropped width from the parameter sets")
    height: int | None = _fact("number", "px", "cropped height from the parameter sets")
    fps: float | None = _fact("number", "frames/s", "a=framerate, else the rate stated in the parameter sets")


@dataclass(frozen=True)
class StepReply:
    """One RTSP request: the status of the reply (None: none came) and milliseconds until it."""

    status: int | None
    ms: float


@dataclass(frozen=True, kw_only=True)
class Rtsp(Group):
    """How the RTSP conversation went (RFC 2326)."""

    name = "rtsp"
    transport: str | None = _fact("text", "", "tcp: RTP interleaved in the RTSP connection; udp: two UDP ports")
    interleaved: bool | None = _fact("flag", "", "SETUP with interleaved transport was accepted")
    udp: bool | None = _fact("flag", "", "packets came over UDP; tried only where TCP is refused, no where both are")
    methods: bool | None = _fact(
        "flag", "", "OPTIONS, DESCRIBE, SETUP, PLAY and TEARDOWN are known; no after an answer of 405 or 501"
    )
    sender_reports: bool | None = _fact("flag", "", "RTCP sender reports came; no after 10 s of packets without one")
    steps: Mapping[str, StepReply] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Measured(_Sized, Group):
    """What arrived: from the packets and the bitstream, never from what is said."""

    name = "measured"
    DERIVED = {**_SIZE, "lost_percent": ("number", "%", "packets lost of packets sent")}
    codec: str | None = _fact("text", "", "codec of the packets")
    profile: str | None = _fact("text", "", "codec profile, from the parameter sets")
    level: str | None = _fact("text", "", "codec level, from the parameter sets")
    width: int | None = _fact("number", "px", "cropped width")
    height: int | None = _fact("number", "px", "cropped height; both fields of an interlaced picture")
    fps: float | None = _fact("number", "frames/s", "the rate that is believed, see fps_method")
    fps_rtp: float | None = _fact("number", "frames/s", "rate by RTP time stamps")
    fps_wall: float | None = _fact("number", "frames/s", "rate by arrival")
    fps_method: str | None = _fact("text", "", "rtp, wall, rtcp or none: which rate is believed")
    bitrate_kbps: float | None = _fact("number", "kbit/s", "mean over whole groups of pictures")
    keyframe_interval_s: float | None = _fact("number", "s", "mean time between starts of key frames")
    keyframe_gap_s: float | None = _fact(
        "number", "s", "longest time without a new key frame, the ends of the sample included: the least they are apart"
    )
    keyframes: int | None = _fact("number", "frames", "key frames seen")
    seconds: float | None = _fact("number", "s", "length of the sample")
    frames: int | None = _fact("number", "frames", "whole frames seen")
    packets: int | None = _fact("number", "packets", "RTP packets of this stream")
    packets_lost: int | None = _fact("number", "packets", "gaps in the sequence numbers, per SSRC")
    longest_gap_s: float | None = _fact("number", "s", "longest time between the arrivals of two frames")
    first_packet_ms: float | None = _fact("number", "ms", "from PLAY to the first RTP packet")
    first_keyframe_ms: float | None = _fact("number", "ms", "from PLAY to the end of the first key frame")
    bytes: int | None = _fact("number", "B", "RTP bytes received")
    interlaced: bool | None = _fact("flag", "", "field-coded or frame with fields")
    intra_refresh: bool | None = _fact("flag", "", "pictures are refreshed bit by bit, without key frames")
    stop_reason: str | None = _fact("text", "", "needs_met, deadline, byte_limit, closed, stalled")

    @property
    def lost_percent(self) -> float | None:
        """Packets lost in per cent of those sent, or None when nothing was counted."""
        if self.packets is None or self.packets_lost is None or self.packets + self.packets_lost == 0:
            return None
        return 100.0 * self.packets_lost / (self.packets + self.packets_lost)


@dataclass(frozen=True, kw_only=True)
class Image(Group):
    """What one key frame looks like, as numbers. No frame is kept."""

    name = "image"
    light: Light | None = _fact("text", "", "day (colour, lit), night (infrared or lamp), dark")
    black: bool | None = _fact("flag", "", "no light at all in the picture")
    frozen: bool | None = _fact("flag", "", "the same picture as in an earlier look")
    blurred: bool | None = _fact("flag", "", "out of focus")
    covered: bool | None = _fact("flag", "", "covered or sprayed")
    no_signal: bool | None = _fact("flag", "", "a card of the recorder instead of a picture")
    luma_mean: float | None = _fact("number", "0-255", "mean brightness")
    sharpness: float | None = _fact("number", "", "variance of the Laplacian at 640 px width")
    overexposed: bool | None = _fact("flag", "", "over 30 % of the picture is white")
    underexposed: bool | None = _fact("flag", "", "over 30 % of the picture is black, which by night is no fault")
    colourless: bool | None = _fact("flag", "", "no colour at all: infrared light, or by day a filter that is stuck")
    smeared: bool | None = _fact("flag", "", "grey or green blocks where data was lost")
    combed: bool | None = _fact("flag", "", "teeth of two fields at what moves")
    cast: bool | None = _fact("flag", "", "a tint that the reference does not have")
    moved: bool | None = _fact("flag", "", "the view is not that of the reference")
    compared: str | None = _fact("text", "", "light of the reference: day-colour, night-infrared …")
    compared_days: float | None = _fact("number", "d", "age of the reference")
    shift_percent: float | None = _fact("number", "%", "movement of the view since the reference, of the width")
    turn_deg: float | None = _fact("number", "deg", "turn of the view since the reference, clockwise")
    sharpness_share: float | None = _fact("number", "", "sharpness over that of the reference, at 320 px width")


DEVICE_GROUPS: tuple[type[Group], ...] = (Identity, Onvif, Clock, Access, Security)
CHANNEL_GROUPS: tuple[type[Group], ...] = (ChannelInfo,)
STREAM_GROUPS: tuple[type[Group], ...] = (StreamInfo, Declared, Capable, Sdp, Rtsp, Measured, Image)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One stream as one probe saw it; `id` is the profile token, or `rtsp` for a bare address.

    `uri` never holds a login.
    """

    id: str
    uri: str | None = None
    info: StreamInfo | None = None
    declared: Declared | None = None
    capable: Capable | None = None
    sdp: Sdp | None = None
    rtsp: Rtsp | None = None
    measured: Measured | None = None
    image: Image | None = None

    def groups(self) -> Iterator[Group]:
        """Every group of facts that was had."""
        for group in (self.info, self.declared, self.capable, self.sdp, self.rtsp, self.measured, self.image):
            if group is not None:
                yield group


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One video source as one probe saw it; `token` is the ONVIF source token, `index` counts from 1."""

    index: int
    token: str | None = None
    name: str | None = None
    info: ChannelInfo | None = None
    streams: tuple[Stream, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Device:
    """The device as one probe saw it."""

    identity: Identity | None = None
    onvif: Onvif | None = None
    clock: Clock | None = None
    access: Access | None = None
    security: Security | None = None

    def groups(self) -> Iterator[Group]:
        """Every group of facts that was had."""
        for group in (self.identity, self.onvif, self.clock, self.access, self.security):
            if group is not None:
                yield group


@dataclass(frozen=True)
class Ledger:
    """What the probe cost the camera: counts, seconds of RTSP session, bytes in both directions."""

    connections: int = 0
    logins: int = 0
    tries: int = 0
    refusals: int = 0
    session_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Observation:
    """All that one probe of one device saw; immutable. `observed_at` is UTC, when the probe began."""

    target: str
    observed_at: datetime
    device: Device = field(default_factory=Device)
    channels: tuple[Channel, ...] = ()
    failures: tuple[Failure, ...] = ()
    remembered: Remembered = field(default_factory=Remembered)
    ledger: Ledger = field(default_factory=Ledger)


def to_json(observation: Observation) -> dict[str, Any]:
    """The observation as a JSON object, for a file or a queue."""
    dumped: dict[str, Any] = _observation_adapter().dump_python(observation, mode="json")
    return dumped


def from_json(data: dict[str, Any]) -> Observation:
    """The inverse of `to_json`; raises pydantic.ValidationError (a ValueError) for anything else."""
    return _observation_adapter().validate_python(data)


def group_paths(group: type[Group]) -> tuple[PathType, ...]:
    """The paths of a group of facts, derived ones included, each with its type and unit."""
    stated = [
        PathType(f"{group.name}.{f.name}", f.metadata["kind"], f.metadata["unit"], f.metadata["meaning"], group.subject)
        for f in fields(group)
        if "kind" in f.metadata
    ]
    derived = [PathType(f"{group.name}.{name}", *type_, group.subject) for name, type_ in group.DERIVED.items()]
    return (*stated, *derived)


@cache
def _observation_adapter() -> TypeAdapter[Observation]:
    return TypeAdapter(Observation)
