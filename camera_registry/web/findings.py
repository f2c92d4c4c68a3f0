"""Findings as a page shows them: those that nobody can tell for one and the same reason stand together. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from camera_registry.services.device_values import FindingSeen


def by_reason(found: Iterable[FindingSeen]) -> list[list[FindingSeen]]:
    """The findings in groups, in the order of the first of each: unknown ones with the same reason, remedy and actor
    are one group, every other is alone.
    """
    groups: dict[object, list[FindingSeen]] = {}
    for number, each in enumerate(found):
        same = (each.why["vi"], each.why["en"], each.fix, each.actor)
        groups.setdefault(same if each.outcome == "unknown" else number, []).append(each)
    return list(groups.values())
