"""Devices that are right in every answer, and have far too much of everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from probes.simulator.hostile.mode import ORDINARY, SMALL, Mode
from probes.simulator.spec import ChannelSpec

_CHANNELS = tuple(
    ChannelSpec(f"V{n}", f"Input {n}", (replace(SMALL, token=f"p{n}", path=f"/live/{n}"),)) for n in range(500)
)
_PROFILES = tuple(replace(SMALL, token=f"p{n}", path=f"/live/{n}") for n in range(500))

DEVICES: Mapping[str, Mode] = {
    "channels-without-end": Mode(
        "a recorder of 500 channels that all send", "onvif", camera=replace(ORDINARY, channels=_CHANNELS)
    ),
    "profiles-without-end": Mode(
        "a camera of 500 profiles that all send",
        "onvif",
        camera=replace(ORDINARY, channels=(ChannelSpec("V1", "Yard", _PROFILES),)),
    ),
    "slow-answers": Mode("every answer takes 1.5 s", "onvif", camera=replace(ORDINARY, answer_after_s=1.5)),
}
