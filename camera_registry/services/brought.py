"""Brought: what a laptop has seen, as it is recorded: every fact says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probes.facts import Group, Observation

LAPTOP = "laptop"
"""What stands behind the method of a fact that a laptop has brought: see `standards.names`."""


def brought(observation: Observation) -> Observation:
    """`observation` in which every group of facts says that a laptop has brought it."""
    device = observation.device
    groups = {name: _of_laptop(group) for name, group in vars(device).items()}
    channels = tuple(
        replace(
            channel,
            info=_of_laptop(channel.info),
            streams=tuple(
                replace(stream, **{n: _of_laptop(g) for n, g in vars(stream).items() if isinstance(g, Group)})
                for stream in channel.streams
            ),
        )
        for channel in observation.channels
    )
    return replace(observation, device=replace(device, **groups), channels=channels)


def _of_laptop(group: Any) -> Any:
    return replace(group, how=f"{group.how}, {LAPTOP}") if isinstance(group, Group) else group
