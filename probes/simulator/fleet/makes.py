"""The makes that a mix may name, each a function that makes a `CameraSpec`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from probes.simulator import presets, recorders
from probes.simulator.spec import CameraSpec
from probes.simulator.vendors import VENDORS

_OTHERS = (
    presets.good_h264,
    presets.good_h265_media2_only,
    presets.mjpeg_only,
    presets.hd720_can_1080,
    presets.hd720_cannot,
    presets.hd720_silent,
    recorders.dvr,
    recorders.hybrid,
    recorders.dual_lens,
    recorders.thermal,
    recorders.fisheye,
)
MAKES: Mapping[str, Callable[..., CameraSpec]] = {
    **VENDORS,
    **{made.__name__: made for made in _OTHERS},
    "recorder": partial(recorders.nvr, 16),
}
"""Every make by name; `recorder` has sixteen channels."""
