"""What a simulated camera is: frozen values, nothing that runs.

Strategy: a `CameraSpec` says everything a camera does, right or wrong. Plain differences between models (clock, logins,
what is declared) are fields; misbehaviour is a name in the closed set `Fault`. To add a fault: one name here with its
meaning in `FAULTS`, and one condition where it shows. Specs are read from JSON by `__main__`, so unknown names are
errors there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from pydantic import ConfigDict

Codec = Literal["h264", "h265", "mjpeg"]
Scene = Literal[
    "day", "night", "black", "no_signal", "blurred", "covered", "moved", "overexposed", "ir_stuck", "corridor"
]
Coding = Literal["frames", "fields", "refresh"]
Packing = Literal["plain", "marked_sets", "annex_b", "shifting_type"]
Algorithm = Literal["MD5", "SHA-256"]
OnvifLogin = Literal["usernametoken", "digest", "none"]
RtspLogin = Literal["digest", "basic", "none"]
Media = Literal["media1", "media2"]
Size = tuple[int, int]
Range = tuple[int, int]
Fault = Literal[
    "offline_onvif",
    "offline_rtsp",
    "silent",
    "drip_headers",
    "garbage",
    "html_404",
    "no_options",
    "viewer_only",
    "says_little",
    "strict_pre_auth",
    "clock_wants_login",
    "one_session",
    "full",
    "no_interleaved",
    "no_media",
    "hang_mid_stream",
    "frozen",
    "udp_blocked",
    "other_channels",
    "stray_packets",
    "any_path",
    "one_address",
    "discovery_two_addresses",
    "discovery_undeclared",
    "discovery_garbage",
    "discovery_any_only",
    "discovery_as_hello",
    "discovery_group_only",
]
FAULTS: dict[Fault, str] = {
    "offline_onvif": "nothing listens at the ONVIF port",
    "offline_rtsp": "nothing listens at the RTSP port",
    "silent": "both ports accept a connection and never say anything",
    "drip_headers": "both ports answer with the bytes of a header that never ends, slowly",
    "garbage": "both ports answer with bytes that are neither HTTP nor RTSP",
    "html_404": "the ONVIF port is a web server that has never heard of ONVIF",
    "no_options": "GetVideoEncoderConfigurationOptions is not supported",
    "viewer_only": "the login is right but may not read the network, the time server, the options or password rules",
    "says_little": "no firmware version, no scope of hardware or name, not whether streams over TLS are offered",
    "strict_pre_auth": "operations that need no login still refuse a wrong one",
    "clock_wants_login": "not even the time is told without a login",
    "one_session": "a second RTSP session is refused",
    "full": "every RTSP session is refused: others have all that there are",
    "no_interleaved": "RTP over the RTSP connection gets 461, RTP over UDP is sent",
    "no_media": "PLAY is accepted and no packet follows",
    "hang_mid_stream": "packets stop after one second, and the connection stays open",
    "frozen": "the very same pictures are sent to everybody, to the byte: the encoder repeats what it once had",
    "udp_blocked": "packets over UDP never arrive, as behind a firewall",
    "other_channels": "SETUP answers with other interleaved channels than were asked for",
    "one_address": "every ONVIF service answers at the path of the device service, and nowhere else",
    "any_path": "every RTSP path gives the first stream",
    "stray_packets": "packets come on a channel that nobody set up, and reports of an unknown source",
    "discovery_two_addresses": "its answer to a discovery probe names a link-local address first, then its own",
    "discovery_undeclared": "its answer to a discovery probe uses prefixes that nobody declared, and lacks RelatesTo",
    "discovery_garbage": "its answer to a discovery probe is no XML, and then one that breaks off",
    "discovery_any_only": "it answers only discovery probes that ask for no type",
    "discovery_as_hello": "it answers a discovery probe with a Hello",
    "discovery_group_only": "it hears discovery probes to the multicast group, and none that is sent to it alone",
}
assert set(FAULTS) == set(get_args(Fault))  # noqa: S101  a table of a closed set is complete  # nosec B101

_FORBID = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class EncodingSpec:
    """One line of what an encoder could do: a codec with its sizes and ranges (bit rate in kbit/s)."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    codec: Codec
    sizes: tuple[Size, ...]
    fps: Range = (1, 25)
    gop: Range = (1, 100)
    bitrate_kbps: Range = (64, 8192)


@dataclass(frozen=True)
class StreamSpec:
    """One encoded flow: what is sent (`codec`, `width`, `height`, `fps`, `gop`), and where what is declared differs.

    `fps` frames a second are sent; `declared_fps` stands in ONVIF, in `a=framerate` and in the parameter sets, as with
    a camera that slows its shutter at night. `gop` is in frames, `bitrate_kbps` the declared limit, `sent_kbps` the
    rate encoded at (by default a modest one under the limit).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    token: str
    codec: Codec = "h264"
    width: int = 1920
    height: int = 1080
    fps: float = 25.0
    declared_fps: float | None = None
    gop: int = 50
    bitrate_kbps: int = 4096
    sent_kbps: int | None = None
    path: str = "/stream"
    declared_codec: Codec | None = None
    declared_width: int | None = None
    declared_height: int | None = None
    declared_gop: int | None = None
    bframes: int = 0
    coding: Coding = "frames"  # H.264: fields in each picture, or refreshed bit by bit without a key frame
    packing: Packing = "plain"  # H.264: marker on parameter sets, start codes in fragments, another type in later ones
    stamped_fps: float | None = None  # the time stamps count this rate, whatever is sent
    burst_s: float = 0.0  # so much was kept, and is sent at once after PLAY
    scene: Scene = "day"
    start_at: int = 0  # frame of the clip that is sent first: not 0 is a camera that begins inside a group
    lose_every: int = 0  # every so many packets one is lost, leaving a gap in the sequence numbers
    audio: bool = False  # a second track (PCMA) after the video
    sprop: bool = True  # the SDP carries the parameter sets
    control: Literal["relative", "absolute"] = "relative"
    encodings: tuple[EncodingSpec, ...] | None = None  # None: those of the channel

    @property
    def said_fps(self) -> float:
        """The frame rate that the camera declares."""
        return self.fps if self.declared_fps is None else self.declared_fps

    @property
    def said_codec(self) -> Codec:
        """The codec that the camera declares."""
        return self.declared_codec or self.codec

    @property
    def said_size(self) -> Size:
        """The size that the camera declares."""
        return (self.declared_width or self.width, self.declared_height or self.height)

    @property
    def said_gop(self) -> int:
        """The key frame distance that the camera declares, in frames."""
        return self.declared_gop or self.gop


@dataclass(frozen=True)
class ChannelSpec:
    """One video source with its streams, and what its encoders could do. One that is not `connected` is listed, and its
    streams are not there (`gone_status`): an input of a recorder without a camera. Without streams it is a source
    without a profile. Channels with one `source_token` are views of one source, each with its `view` (configuration
    token), `view_mode` (ONVIF tt:ViewModes, Media2 only) and `bounds` (None: the largest size).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    source_token: str
    name: str
    streams: tuple[StreamSpec, ...]
    encodings: tuple[EncodingSpec, ...] = ()
    connected: bool = True
    gone_status: Literal[404, 503] = 404
    view: str | None = None
    view_mode: str | None = None
    bounds: tuple[int, int, int, int] | None = None

    def encodings_of(self, stream: StreamSpec) -> tuple[EncodingSpec, ...]:
        """What the encoder of `stream` could do; when nothing was said, exactly what it declares."""
        said = self.encodings if stream.encodings is None else stream.encodings
        if said:
            return said
        rate, gop = max(1, round(stream.said_fps)), stream.said_gop
        top = (64, stream.bitrate_kbps)
        return (EncodingSpec(stream.said_codec, (stream.said_size,), (1, rate), (1, gop), top),)


@dataclass(frozen=True)
class CameraSpec:
    """One device at one address: who it says it is, how one logs in, what it sends, and what is wrong with it."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    channels: tuple[ChannelSpec, ...] = ()
    host: str | None = None  # None: the next free address from 127.0.1.1
    onvif_port: int | None = None  # None: any free port
    rtsp_port: int | None = None
    username: str = "admin"
    password: str = "pa:ss@w/rd#1"  # noqa: S105  the password of a camera that does not exist

    onvif_auth: tuple[OnvifLogin, ...] = ("usernametoken", "digest")
    rtsp_auth: RtspLogin = "digest"
    rtsp_password: str | None = None  # None: the same; otherwise the stream login differs
    digest_algorithms: tuple[Algorithm, ...] = ("MD5",)
    http_qop: bool = True  # False: RFC 2069, no qop in the challenge
    rtsp_qop: bool = False
    created_window_s: float = 60.0  # how far the time in a UsernameToken may be from the camera's clock
    replay: Literal["nonce", "nonce_and_time"] = "nonce"  # what makes a UsernameToken one that was seen before
    refused_status: Literal[400, 401] = 400
    lock_after: int | None = None  # refusals after which every login is refused with `lock_text`
    locked: bool = False
    lock_text: str = "The user is locked. Please try again after 1800 seconds."

    media: tuple[Media, ...] = ("media1", "media2")
    h265_in_media1: Literal["stub", "absent", "illegal"] = "stub"
    services: tuple[str, ...] = ()  # further services that are listed: recording, replay, search, deviceIO, thermal
    endpoint: str | None = (
        None  # the UUID of GetEndpointReference (None: not supported) and of discovery (None: its own)
    )
    manufacturer: str = "Simulated"
    model: str = "SIM-2000"
    firmware: str = "V1.2.3 build 261101"
    serial: str = "SIM0000001"
    mac: str = "02:00:00:00:00:01"
    hostname: str = "camera"
    password_rules: tuple[int, int, int, int] | None = (
        8,
        1,
        1,
        1,
    )  # length, upper case, digits, special; None: unknown
    profiles: tuple[str, ...] = ("Streaming", "T")
    scopes: tuple[str, ...] = ()  # in addition to those made from the fields above
    discoverable: bool = False  # answers WS-Discovery probes at its address, and in the group on loopback
    ntp: bool = True
    clock_offset_s: float = 0.0
    clock_is_local_time_labelled_utc: bool = False
    zone: str = "ICT-7"
    zone_offset_s: int = 7 * 3600
    xaddr_host: str | None = None  # None: its own address
    stream_uri_host: str | None = None
    answer_after_s: float = 0.0  # how long it thinks about each request: slow cameras are common
    session_timeout_s: int = 60
    keepalive: Literal["any", "get_parameter", "options"] = "any"  # what prolongs a session; the other is not known
    full_status: Literal[406, 453, 500, 503] = 453  # the answer to SETUP when no session is free
    tls: tuple[Literal["onvif", "rtsp"], ...] = ()  # ports that speak TLS with a certificate of their own making
    tls_bits: int = 2048  # of the RSA key
    tls_days: int = 3650  # how long the certificate is valid; less than 0: it has expired
    tls_newest: Literal["1.0", "1.2", "1.3"] = "1.3"
    xaddr: str | None = None  # the address of a service as it is handed out, with {host}, {port} and {path}
    stream_uri: str | None = None  # the same of a stream; {port} is that of RTSP
    http_redirect: str | None = None  # Location for every POST, with {host}, {port} and {path}
    redirect: str | None = None  # Location for a DESCRIBE, with {host}, {port} and {path}; /moved{path} is served
    faults: frozenset[Fault] = field(default_factory=frozenset)
    hostile: str = ""  # a mode of probes.simulator.hostile; the camera that belongs to it is made there

    def __post_init__(self) -> None:
        """Refuse two streams with the same token or path: a request could not tell them apart."""
        streams = [stream for _, stream in self.streams()]
        for what in ("token", "path"):
            seen = [getattr(stream, what) for stream in streams]
            if len(set(seen)) != len(seen):
                raise ValueError(f"two streams of one camera have the same {what}: {sorted(seen)}")

    def streams(self) -> list[tuple[ChannelSpec, StreamSpec]]:
        """Every stream with its channel, in the order in which the camera lists them."""
        return [(channel, stream) for channel in self.channels for stream in channel.streams]
