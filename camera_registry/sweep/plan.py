"""Plan: which devices a sweep looks at, and in which order its sites come. Pure.

Strategy: the site whose facts are oldest comes first, and of a site never seen they are the oldest there are. A device
that cannot be reached by us is in the sweep too, skipped with the reason, so that every device has an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from camera_registry.store.sweeps import Candidate, Skipped

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """The sites with their ranks (the lowest first) and the items of a sweep."""

    sites: Mapping[int, int]
    items: tuple[Mapping[str, Any], ...]


def plan(devices: Iterable[Candidate], now: datetime) -> Plan:
    """The plan of one sweep over `devices`; a site of which every device is skipped is not in it."""
    items: list[Mapping[str, Any]] = []
    oldest: dict[int, datetime] = {}
    for device in devices:
        reason = _unreachable(device)
        if reason is None:
            seen = device.seen_at or _NEVER
            oldest[device.site_id] = min(seen, oldest.get(device.site_id, seen))
        items.append(_item(device, reason, now))
    ranked = sorted(oldest, key=lambda site: (oldest[site], site))
    return Plan({site: rank for rank, site in enumerate(ranked)}, tuple(items))


def _item(device: Candidate, reason: Skipped | None, now: datetime) -> Mapping[str, Any]:
    return {
        "site_id": device.site_id,
        "device_id": device.device_id,
        "state": "skipped" if reason else "waiting",
        "reason": reason or "",
        "ended_at": now if reason else None,
    }


def _unreachable(device: Candidate) -> Skipped | None:
    if device.kind == "cloud":
        return "cloud_only"
    return None if device.host else "no_address"
