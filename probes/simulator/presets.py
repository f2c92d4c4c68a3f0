"""Cameras that tests and the demo ask for by name. Every function takes fields of `CameraSpec` to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probes.simulator.spec import CameraSpec, ChannelSpec, EncodingSpec, StreamSpec

_MAIN = StreamSpec("main", "h264", 1920, 1080, 25, gop=50, bitrate_kbps=4096, path="/Streaming/Channels/101")
_SUB = StreamSpec("sub", "h264", 640, 360, 25, gop=50, bitrate_kbps=512, path="/Streaming/Channels/102")
_UP_TO_1080 = EncodingSpec("h264", ((1920, 1080), (1280, 720), (640, 360)), fps=(1, 25), gop=(1, 250))
_UP_TO_720 = EncodingSpec("h264", ((1280, 720), (640, 360)), fps=(1, 25), gop=(1, 250))


def _one_channel(streams: tuple[StreamSpec, ...], *encodings: EncodingSpec) -> tuple[ChannelSpec, ...]:
    return (ChannelSpec("VideoSource_1", "Yard", streams, encodings),)


def _camera(channels: tuple[ChannelSpec, ...], model: str, fields: dict[str, Any]) -> CameraSpec:
    return replace(CameraSpec(channels=channels, model=model), **fields)


def good_h264(**fields: Any) -> CameraSpec:
    """A camera with nothing wrong: 1080p25 and a 640x360 sub stream, both media services, both logins."""
    return _camera(_one_channel((_MAIN, _SUB), _UP_TO_1080), "SIM-1080", fields)


def good_h265_media2_only(**fields: Any) -> CameraSpec:
    """H.265 main and sub stream, and no Media1 service."""
    streams = (replace(_MAIN, codec="h265"), replace(_SUB, codec="h265"))
    encodings = (replace(_UP_TO_1080, codec="h265"), _UP_TO_1080)
    return _camera(_one_channel(streams, *encodings), "SIM-1080-265", {"media": ("media2",), **fields})


def mjpeg_only(**fields: Any) -> CameraSpec:
    """An old camera: motion JPEG 704x576 at 10 pictures a second, Media1 and UsernameToken."""
    stream = StreamSpec("jpeg", "mjpeg", 704, 576, 10, bitrate_kbps=8192, path="/mjpeg/media.smp")
    could = EncodingSpec("mjpeg", ((704, 576), (352, 288)), fps=(1, 15))
    fixed: dict[str, Any] = {"media": ("media1",), "onvif_auth": ("usernametoken",), "profiles": ("Streaming",)}
    return _camera(_one_channel((stream,), could), "SIM-JPEG", {**fixed, **fields})


def _hd720(model: str, encodings: tuple[EncodingSpec, ...], fields: dict[str, Any]) -> CameraSpec:
    main = replace(_MAIN, width=1280, height=720, bitrate_kbps=2048)
    return _camera(_one_channel((main, _SUB), *encodings), model, fields)


def hd720_can_1080(**fields: Any) -> CameraSpec:
    """Sends 720p25 and says that it could send 1080p25: a setting away from 1080p."""
    return _hd720("SIM-720-UP", (_UP_TO_1080,), fields)


def hd720_cannot(**fields: Any) -> CameraSpec:
    """Sends 720p25, which is the most it can."""
    return _hd720("SIM-720", (_UP_TO_720,), fields)


def hd720_silent(**fields: Any) -> CameraSpec:
    """Sends 720p25 and does not say what it could send."""
    return _hd720("SIM-720-MUTE", (), {"faults": frozenset({"no_options"}), **fields})
