"""The ONVIF Media2 service (ver20): the same streams as in `media1`, H.265 among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from probes.simulator.media1 import chosen, encoder_token, multicast, size, span, video_source
from probes.simulator.soap import Call, Xml, bad_value, node, several
from probes.simulator.spec import Codec, EncodingSpec, StreamSpec
from probes.simulator.state import CameraState

PATH = "/onvif/media2_service"
_ENCODING: dict[Codec, str] = {"h264": "H264", "h265": "H265", "mjpeg": "JPEG"}
_RATES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 22, 25, 30, 50, 60)


def capabilities(state: CameraState) -> Xml:
    """What this service says it can do."""
    secure = None if state.has("says_little") else "true" if "rtsp" in state.spec.tls else "false"
    transports = {"RTSPStreaming": "true", "RTPMulticast": "false", "RTP_RTSP_TCP": "true"}
    streaming = node("tr2:StreamingCapabilities", **transports, SecureRTSPStreaming=secure)
    limits = node(
        "tr2:ProfileCapabilities", MaximumNumberOfProfiles=32, ConfigurationsSupported="VideoSource VideoEncoder"
    )
    return node("tr2:Capabilities", limits, streaming, SnapshotUri="false")


def _encoder(name: str, stream: StreamSpec) -> Xml:
    """The encoder configuration of `stream` as the element `name`."""
    has_gop = stream.said_codec != "mjpeg"
    rate = node(
        "tt:RateControl",
        node("tt:FrameRateLimit", float(stream.said_fps)),
        node("tt:BitrateLimit", stream.bitrate_kbps),
        ConstantBitRate="false",
    )
    return node(
        name,
        node("tt:Name", f"encoder {stream.token}"),
        node("tt:UseCount", 1),
        node("tt:Encoding", _ENCODING[stream.said_codec]),
        size("tt:Resolution", *stream.said_size),
        rate,
        multicast(),
        node("tt:Quality", 4.0),
        token=encoder_token(stream),
        GovLength=stream.said_gop if has_gop else None,
        Profile="Main" if has_gop else None,
    )


def _profiles(state: CameraState, call: Call) -> Xml:
    wanted, kinds = call.text("tr2:Token"), set(call.texts("tr2:Type"))
    streams = state.spec.streams()
    if wanted:
        streams = [pair for pair in streams if pair[1].token == wanted]
        if not streams:
            raise bad_value("ter:NoProfile", "Profile Not Exist")
    shown = []
    for channel, stream in streams:
        source = video_source("tr2:VideoSource", channel) if kinds & {"All", "VideoSource"} else None
        encoder = _encoder("tr2:VideoEncoder", stream) if kinds & {"All", "VideoEncoder"} else None
        parts = node("tr2:Configurations", source, encoder) if source or encoder else None
        name = node("tr2:Name", f"profile {stream.token}")
        shown.append(node("tr2:Profiles", name, parts, token=stream.token, fixed="true"))
    return node("tr2:GetProfilesResponse", several(shown))


def _sources(state: CameraState, _: Call) -> Xml:
    shown = [video_source("tr2:Configurations", channel) for channel in state.spec.channels]
    return node("tr2:GetVideoSourceConfigurationsResponse", several(shown))


def _encoders(state: CameraState, call: Call) -> Xml:
    streams = chosen(state, call.text("tr2:ProfileToken"), call.text("tr2:ConfigurationToken"))
    shown = [_encoder("tr2:Configurations", stream) for _, stream in streams]
    return node("tr2:GetVideoEncoderConfigurationsResponse", several(shown))


def _options(state: CameraState, call: Call) -> Xml:
    streams = chosen(state, call.text("tr2:ProfileToken"), call.text("tr2:ConfigurationToken"))
    lines = dict.fromkeys(line for channel, stream in streams for line in channel.encodings_of(stream))
    return node("tr2:GetVideoEncoderConfigurationOptionsResponse", several([_option(line) for line in lines]))


def _option(line: EncodingSpec) -> Xml:
    """One line of what the encoder could do: here every line keeps its own sizes, rates and lengths."""
    low, high = line.fps
    rates = sorted({low, high, *(rate for rate in _RATES if low <= rate <= high)}, reverse=True)
    has_gop = line.codec != "mjpeg"
    return node(
        "tr2:Options",
        node("tt:Encoding", _ENCODING[line.codec]),
        span("tt:QualityRange", (1, 6)),
        several([size("tt:ResolutionsAvailable", *one) for one in line.sizes]),
        span("tt:BitrateRange", line.bitrate_kbps),
        GovLengthRange=f"{line.gop[0]} {line.gop[1]}" if has_gop else None,
        FrameRatesSupported=" ".join(map(str, rates)),
        ProfilesSupported="Main" if has_gop else None,
        ConstantBitRateSupported="true",
    )


def _stream_uri(state: CameraState, call: Call) -> Xml:
    protocol = call.text("tr2:Protocol")
    if protocol not in ("RtspUnicast", "RTSP", "RtspOverHttp"):
        raise bad_value("ter:InvalidStreamSetup", f"Specification of Protocol not supported: {protocol}")
    found = state.find_stream(call.text("tr2:ProfileToken") or "")
    if found is None:
        raise bad_value("ter:NoProfile", "Profile Not Exist")
    return node("tr2:GetStreamUriResponse", node("tr2:Uri", state.stream_url(found[1])))


def _get_capabilities(state: CameraState, _: Call) -> Xml:
    return node("tr2:GetServiceCapabilitiesResponse", capabilities(state))


OPERATIONS: Mapping[str, Callable[[CameraState, Call], Xml]] = {
    "GetServiceCapabilities": _get_capabilities,
    "GetProfiles": _profiles,
    "GetVideoSourceConfigurations": _sources,
    "GetVideoEncoderConfigurations": _encoders,
    "GetVideoEncoderConfigurationOptions": _options,
    "GetStreamUri": _stream_uri,
}
