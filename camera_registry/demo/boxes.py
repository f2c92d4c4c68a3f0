"""The simulated cameras of the district: the presets of the simulator with one thing changed, and a recorder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probes.simulator import CameraSpec, ChannelSpec, EncodingSpec, Fault, StreamSpec, presets

_SUB = StreamSpec("sub", "h264", 640, 360, 25, gop=50, bitrate_kbps=512)
_INPUT = StreamSpec("main", "h264", 1920, 1080, 15, gop=30, bitrate_kbps=3072)
_COULD = EncodingSpec("h264", ((1920, 1080), (1280, 720), (640, 360)), fps=(1, 25), gop=(1, 250))
_COULD_720 = EncodingSpec("h264", ((1280, 720), (640, 360)), fps=(1, 25), gop=(1, 250))


def good(*faults: Fault, **fields: Any) -> CameraSpec:
    """The camera with nothing wrong, but for these faults and fields."""
    return presets.good_h264(faults=frozenset(faults), **fields)


def sending(**changes: Any) -> CameraSpec:
    """The good camera with another main stream."""
    camera = presets.good_h264()
    (channel,) = camera.channels
    main, *others = channel.streams
    return replace(camera, channels=(replace(channel, streams=(replace(main, **changes), *others)),))


def recorder() -> CameraSpec:
    """A recorder of eight inputs: four in full size; a small one, for which it lists nothing larger; one that shows a
    card, one whose camera is gone, and one that was never used.
    """
    small = {"width": 1280, "height": 720, "fps": 25.0, "gop": 50, "bitrate_kbps": 2048}
    inputs = [_input(number) for number in range(1, 5)]
    inputs += [replace(_input(5, **small), encodings=(_COULD_720,)), _input(6, scene="no_signal")]
    inputs += [replace(_input(number), connected=False) for number in (7, 8)]
    return CameraSpec(channels=tuple(inputs), model="SIM-NVR8", profiles=("Streaming", "G"))


def _input(number: int, **changes: Any) -> ChannelSpec:
    streams = tuple(
        replace(stream, token=f"{stream.token}{number}", path=f"/cam/realmonitor?channel={number}&subtype={kind}")
        for kind, stream in enumerate((replace(_INPUT, **changes), _SUB))
    )
    return ChannelSpec(f"source{number}", f"Channel {number}", streams, (_COULD,))
