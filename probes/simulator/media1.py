"""The ONVIF Media service (ver10): profiles, encoders and addresses, as it knows JPEG and H.264.

Strategy: this service is older than H.265. The encoder of such a stream shows as a stub of name and use count, or not
at all, which is what cameras do; a client finds it in Media2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from probes.simulator.soap import Call, Xml, bad_value, node, several
from probes.simulator.spec import ChannelSpec, Codec, EncodingSpec, Range, StreamSpec
from probes.simulator.state import CameraState

PATH = "/onvif/media_service"
_ENCODING: dict[Codec, str] = {"h264": "H264", "h265": "H265", "mjpeg": "JPEG"}


def capabilities(_: CameraState) -> Xml:
    """What this service says it can do."""
    return _capabilities("trt")


def _capabilities(prefix: str) -> Xml:
    """The capabilities of a media service under its prefix: the same elements in ver10 and ver20."""
    return node(
        f"{prefix}:Capabilities",
        node(f"{prefix}:ProfileCapabilities", MaximumNumberOfProfiles=32),
        node(f"{prefix}:StreamingCapabilities", RTPMulticast="false", RTP_TCP="false", RTP_RTSP_TCP="true"),
        SnapshotUri="true",
    )


def video_source(name: str, channel: ChannelSpec) -> Xml:
    """The video source configuration of a channel as the element `name`; both services use the same type."""
    x, y, width, height = channel.bounds or (0, 0, *max((s.said_size for s in channel.streams), default=(1920, 1080)))
    return node(
        name,
        node("tt:Name", channel.name),
        node("tt:UseCount", len(channel.streams)),
        node("tt:SourceToken", channel.source_token),
        Xml(f'<tt:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'),
        token=channel.view or f"VSC_{channel.source_token}",
        ViewMode=channel.view_mode if name.startswith("tr2:") else None,
    )


def size(name: str, width: int, height: int) -> Xml:
    """A size in pixels as the element `name`."""
    return node(name, node("tt:Width", width), node("tt:Height", height))


def span(name: str, limits: Range) -> Xml:
    """A range as the element `name`."""
    return node(name, node("tt:Min", limits[0]), node("tt:Max", limits[1]))


def multicast() -> Xml:
    """The multicast settings that every encoder must show: none in use."""
    address = node("tt:Address", node("tt:Type", "IPv4"), node("tt:IPv4Address", "0.0.0.0"))  # noqa: S104  no address  # nosec B104
    return node("tt:Multicast", address, node("tt:Port", 0), node("tt:TTL", 0), node("tt:AutoStart", "false"))


def encoder_token(stream: StreamSpec) -> str:
    """The token of the encoder configuration of a stream."""
    return f"VEC_{stream.token}"


def _encoder(name: str, state: CameraState, stream: StreamSpec) -> Xml | None:
    """The encoder configuration of `stream` as the element `name`; a stub or nothing when it is H.265."""
    label, uses = node("tt:Name", f"encoder {stream.token}"), node("tt:UseCount", 1)
    if stream.said_codec == "h265":
        stub = node(name, label, uses, token=encoder_token(stream))
        if state.spec.h265_in_media1 != "illegal":
            return stub if state.spec.h265_in_media1 == "stub" else None
    h264 = node("tt:H264", node("tt:GovLength", stream.said_gop), node("tt:H264Profile", "Main"))
    return node(
        name,
        label,
        uses,
        node("tt:Encoding", _ENCODING[stream.said_codec]),
        size("tt:Resolution", *stream.said_size),
        node("tt:Quality", 4.0),
        node(
            "tt:RateControl",
            node("tt:FrameRateLimit", round(stream.said_fps)),
            node("tt:EncodingInterval", 1),
            node("tt:BitrateLimit", stream.bitrate_kbps),
        ),
        h264 if stream.said_codec == "h264" else None,
        multicast(),
        node("tt:SessionTimeout", f"PT{state.spec.session_timeout_s}S"),
        token=encoder_token(stream),
    )


def _profile(name: str, state: CameraState, channel: ChannelSpec, stream: StreamSpec) -> Xml:
    return node(
        name,
        node("tt:Name", f"profile {stream.token}"),
        video_source("tt:VideoSourceConfiguration", channel),
        _encoder("tt:VideoEncoderConfiguration", state, stream),
        token=stream.token,
        fixed="true",
    )


def _get_profiles(state: CameraState, _: Call) -> Xml:
    shown = [_profile("trt:Profiles", state, channel, stream) for channel, stream in state.spec.streams()]
    return node("trt:GetProfilesResponse", several(shown))


def _get_profile(state: CameraState, call: Call) -> Xml:
    channel, stream = _meant(state, call)
    return node("trt:GetProfileResponse", _profile("trt:Profile", state, channel, stream))


def _sources(state: CameraState, _: Call) -> Xml:
    shown = []
    for channel in {one.source_token: one for one in reversed(state.spec.channels)}.values():
        largest = max((s.said_size for s in channel.streams), default=(1920, 1080))
        rate = max((s.said_fps for s in channel.streams), default=25.0)
        inner = (node("tt:Framerate", rate), size("tt:Resolution", *largest))
        shown.append(node("trt:VideoSources", *inner, token=channel.source_token))
    return node("trt:GetVideoSourcesResponse", several(shown[::-1]))


def _encoders(state: CameraState, _: Call) -> Xml:
    made = [_encoder("trt:Configurations", state, stream) for _, stream in state.spec.streams()]
    return node("trt:GetVideoEncoderConfigurationsResponse", several([one for one in made if one]))


def _encoder_configuration(state: CameraState, call: Call) -> Xml:
    wanted = call.text("trt:ConfigurationToken")
    made = [
        _encoder("trt:Configuration", state, stream)
        for _, stream in state.spec.streams()
        if encoder_token(stream) == wanted
    ]
    if not made or made[0] is None:
        raise bad_value("ter:NoConfig", "Config Not Exist")
    return node("trt:GetVideoEncoderConfigurationResponse", made[0])


def chosen(state: CameraState, profile: str | None, configuration: str | None) -> list[tuple[ChannelSpec, StreamSpec]]:
    """The streams that a request for options means; Fault for a token that names nothing."""
    streams = state.spec.streams()
    if profile:
        streams = [pair for pair in streams if pair[1].token == profile]
        if not streams:
            raise bad_value("ter:NoProfile", "Profile Not Exist")
    if configuration:
        streams = [pair for pair in streams if encoder_token(pair[1]) == configuration]
        if not streams:
            raise bad_value("ter:NoConfig", "Config Not Exist")
    return streams


def _options(state: CameraState, call: Call) -> Xml:
    streams = chosen(state, call.text("trt:ProfileToken"), call.text("trt:ConfigurationToken"))
    lines = [line for channel, stream in streams for line in channel.encodings_of(stream)]
    jpeg = [line for line in lines if line.codec == "mjpeg"]
    h264 = [line for line in lines if line.codec == "h264"]
    more = node("tt:Extension", _jpeg_options(jpeg, extended=True), _h264_options(h264, extended=True))
    shown = (_jpeg_options(jpeg, extended=False), _h264_options(h264, extended=False), more if jpeg or h264 else None)
    return node(
        "trt:GetVideoEncoderConfigurationOptionsResponse", node("trt:Options", span("tt:QualityRange", (1, 6)), *shown)
    )


def _jpeg_options(lines: list[EncodingSpec], *, extended: bool) -> Xml | None:
    if not lines:
        return None
    rates = (span("tt:FrameRateRange", _hull([x.fps for x in lines])), span("tt:EncodingIntervalRange", (1, 1)))
    bits = span("tt:BitrateRange", _hull([x.bitrate_kbps for x in lines])) if extended else None
    return node("tt:JPEG", _sizes(lines), *rates, bits)


def _h264_options(lines: list[EncodingSpec], *, extended: bool) -> Xml | None:
    if not lines:
        return None
    return node(
        "tt:H264",
        _sizes(lines),
        span("tt:GovLengthRange", _hull([x.gop for x in lines])),
        span("tt:FrameRateRange", _hull([x.fps for x in lines])),
        span("tt:EncodingIntervalRange", (1, 1)),
        node("tt:H264ProfilesSupported", "Baseline"),
        node("tt:H264ProfilesSupported", "Main"),
        span("tt:BitrateRange", _hull([x.bitrate_kbps for x in lines])) if extended else None,
    )


def _sizes(lines: list[EncodingSpec]) -> Xml:
    unique = dict.fromkeys(one for line in lines for one in line.sizes)
    return several([size("tt:ResolutionsAvailable", *one) for one in unique])


def _hull(ranges: list[Range]) -> Range:
    """The smallest range around all: this service has one range per codec."""
    return (min(low for low, _ in ranges), max(high for _, high in ranges))


def _stream_uri(state: CameraState, call: Call) -> Xml:
    kind, transport = call.text("trt:StreamSetup/tt:Stream"), call.text("trt:StreamSetup/tt:Transport/tt:Protocol")
    if kind != "RTP-Unicast" or transport not in ("UDP", "TCP", "RTSP", "HTTP"):
        raise bad_value("ter:InvalidStreamSetup", f"Specification of StreamType or Transport not supported: {kind}")
    return node("trt:GetStreamUriResponse", _media_uri(state.stream_url(_meant(state, call)[1])))


def _snapshot_uri(state: CameraState, call: Call) -> Xml:
    url = state.service_url(f"/snapshot/{_meant(state, call)[1].token}.jpg")
    return node("trt:GetSnapshotUriResponse", _media_uri(url))


def _meant(state: CameraState, call: Call) -> tuple[ChannelSpec, StreamSpec]:
    found = state.find_stream(call.text("trt:ProfileToken") or "")
    if found is None:
        raise bad_value("ter:NoProfile", "Profile Not Exist")
    return found


def _media_uri(url: str) -> Xml:
    return node(
        "trt:MediaUri",
        node("tt:Uri", url),
        node("tt:InvalidAfterConnect", "false"),
        node("tt:InvalidAfterReboot", "false"),
        node("tt:Timeout", "PT0S"),
    )


def _get_capabilities(state: CameraState, _: Call) -> Xml:
    return node("trt:GetServiceCapabilitiesResponse", capabilities(state))


OPERATIONS: Mapping[str, Callable[[CameraState, Call], Xml]] = {
    "GetServiceCapabilities": _get_capabilities,
    "GetProfiles": _get_profiles,
    "GetProfile": _get_profile,
    "GetVideoSources": _sources,
    "GetVideoEncoderConfigurations": _encoders,
    "GetVideoEncoderConfiguration": _encoder_configuration,
    "GetVideoEncoderConfigurationOptions": _options,
    "GetStreamUri": _stream_uri,
    "GetSnapshotUri": _snapshot_uri,
}
