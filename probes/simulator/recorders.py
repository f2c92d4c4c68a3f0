"""Recorders, and cameras with more than one lens, that tests ask for by name.

Strategy: as in `presets`, every function takes fields of `CameraSpec` to change. Pictures are small, so that many
channels cost little to encode and to send; sizes that matter are declared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from probes.simulator.spec import CameraSpec, ChannelSpec, EncodingSpec, StreamSpec

_STORES = ("recording", "replay", "search", "deviceIO")
_TINY = StreamSpec("tiny", "h264", 320, 180, 10, gop=10, bitrate_kbps=256)
_960H = EncodingSpec("h264", ((960, 576), (704, 576), (352, 288)), fps=(1, 25))
_UP_TO_1080 = EncodingSpec("h264", ((1920, 1080), (1280, 720)), fps=(1, 25))


def channel(number: int, **fields: Any) -> ChannelSpec:
    """One input of a recorder in the numbering of Hikvision (channel * 100 + stream): a main and a sub stream."""
    main = replace(_TINY, token=f"main{number}", path=f"/Streaming/Channels/{number}01")
    sub = StreamSpec(
        f"sub{number}", "h264", 160, 90, 5, gop=10, bitrate_kbps=64, path=f"/Streaming/Channels/{number}02"
    )
    known: dict[str, Any] = {"name": f"Camera {number:02}", "streams": (main, sub), "encodings": (_UP_TO_1080,)}
    return ChannelSpec(f"VideoSource_{number}", **{**known, **fields})


def nvr(channels: int = 32, **fields: Any) -> CameraSpec:
    """A network video recorder with so many IP channels."""
    fixed: dict[str, Any] = {"model": "DS-7732NI-K4", "profiles": ("Streaming", "G"), "services": _STORES}
    return CameraSpec(channels=tuple(channel(n) for n in range(1, channels + 1)), **{**fixed, **fields})


def renamed(spec: CameraSpec, order: Iterable[int] | None = None) -> CameraSpec:
    """`spec` after a firmware update that gave every source and stream another token; `order` moves its channels."""
    channels = [spec.channels[n] for n in order] if order is not None else spec.channels
    new = [
        replace(
            c, source_token=f"SRC{n:03}", streams=tuple(replace(s, token=f"P{n:03}_{s.token[:3]}") for s in c.streams)
        )
        for n, c in enumerate(channels)
    ]
    return replace(spec, channels=tuple(new), firmware=f"{spec.firmware} new")


def dvr(**fields: Any) -> CameraSpec:
    """An old recorder of four analogue inputs in 960H and D1; the last was never used (503)."""
    sizes = ((960, 576), (704, 576), (944, 480), (704, 480))
    inputs = [_analogue(n, *size) for n, size in enumerate(sizes, 1)]
    inputs[3] = replace(inputs[3], connected=False, gone_status=503)
    return CameraSpec(channels=tuple(inputs), **{"model": "DVR-204G-F1", "media": ("media1",), **fields})


def hybrid(**fields: Any) -> CameraSpec:
    """An XVR: two analogue inputs, then two IP channels, for which it lists sizes that are not theirs."""
    inputs = (_analogue(1, 960, 576), _analogue(2, 960, 576), channel(3), channel(4))
    return CameraSpec(channels=inputs, **{"model": "DHI-XVR5104HS", "services": _STORES, **fields})


def _analogue(number: int, width: int, height: int) -> ChannelSpec:
    whole = channel(number, name=f"Analog {number}", encodings=(_960H,))
    main, sub = whole.streams
    return replace(whole, streams=(replace(main, declared_width=width, declared_height=height), sub))


def never_used(**fields: Any) -> CameraSpec:
    """A recorder of eight slots: three cameras, a card, slots that say 404 and 503, two without profile."""
    inputs = [channel(n) for n in range(1, 9)]
    inputs[3] = replace(inputs[3], streams=tuple(replace(s, scene="no_signal") for s in inputs[3].streams))
    inputs[4] = replace(inputs[4], connected=False)
    inputs[5] = replace(inputs[5], connected=False, gone_status=503)
    inputs[6:] = [replace(c, streams=()) for c in inputs[6:]]
    return replace(nvr(0, **fields), channels=tuple(inputs))


def dual_lens(**fields: Any) -> CameraSpec:
    """One camera with two lenses, each a video source."""
    lenses = (channel(1, name="Wide"), channel(2, name="Tele"))
    return CameraSpec(channels=lenses, **{"model": "IPC-Dual-TrackMix", **fields})


def thermal(**fields: Any) -> CameraSpec:
    """A camera with a visible and a thermal sensor."""
    hot = channel(2, name="Thermal")
    main, sub = hot.streams
    hot = replace(hot, streams=(replace(main, declared_width=256, declared_height=192), sub))
    known: dict[str, Any] = {"model": "DS-2TD2617-3/PA", "services": ("thermal",)}
    return CameraSpec(channels=(channel(1, name="Visible"), hot), **{**known, **fields})


def fisheye(**fields: Any) -> CameraSpec:
    """One lens, one video source, three views: the round original with its sub stream, a panorama, a PTZ view."""
    views = (
        channel(1, name="Fisheye", view="VSC_original", view_mode="tt:Fisheye", bounds=(0, 0, 3072, 3072)),
        channel(2, name="Panorama", view="VSC_pano", view_mode="tt:180Panorama", bounds=(0, 0, 3072, 1152)),
        channel(3, name="PTZ", view="VSC_ptz", view_mode="tt:Dewarp", bounds=(0, 0, 1600, 1200)),
    )
    of_one = tuple(replace(view, source_token=views[0].source_token) for view in views)
    return CameraSpec(channels=of_one, **{"model": "DS-2CD63C5G0-IVS", **fields})
