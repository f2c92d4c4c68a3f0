"""The closed table of paths that rules may name: path -> kind of value, unit, meaning, subject."""

from __future__ import annotations

from functools import cache

from probes.facts.derive import DERIVED
from probes.facts.groups import CHANNEL_GROUPS, DEVICE_GROUPS, STREAM_GROUPS, Group, PathType, group_paths


@cache
def paths() -> dict[str, PathType]:
    """Every fact path there is, made from the groups and the derived facts."""
    groups: tuple[type[Group], ...] = (*DEVICE_GROUPS, *CHANNEL_GROUPS, *STREAM_GROUPS)
    stated = {path.path: path for group in groups for path in group_paths(group)}
    return stated | {d.type.path: d.type for d in DERIVED}
