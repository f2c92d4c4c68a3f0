"""Plan: which devices a sweep looks at, in which order its sites come, and when each may begin. Pure.

Strategy: the site whose facts are oldest comes first, and of a site never seen they are the oldest there are. Age is
counted in nights, for within one night it only tells in which order the last sweep went; sites of one age come in an
order that the seed shuffles, so that no school is looked at at the same minute of every night. Sites begin one after
the other over a while, so that a city does not begin at one moment. A device that is not to be looked at is in the
sweep too, skipped with the reason, so that every device has an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import Any

from camera_registry.services.days import ZONE, night_of
from camera_registry.store.candidates import Candidate
from camera_registry.store.sweeps import Skipped

_NEVER = date.min
_WHOLE = 2**64
Leave = Callable[[Candidate], Skipped | None]
"""Why a device that could be looked at is left out; None: it is not."""


@dataclass(frozen=True)
class Plan:
    """The sites with their ranks (the lowest first), when each may begin (one that is not there: at once), and the
    items of a sweep.
    """

    sites: Mapping[int, int]
    items: tuple[Mapping[str, Any], ...]
    not_before: Mapping[int, datetime] = field(default_factory=dict)


def nobody(_device: Candidate) -> None:
    """Nobody is left out."""


def plan(
    devices: Iterable[Candidate],
    now: datetime,
    seed: str = "",
    spread: timedelta = timedelta(0),
    leave: Leave = nobody,
    zone: tzinfo = ZONE,
) -> Plan:
    """The plan of one sweep over `devices`; a site of which every device is skipped is not in it. The sites begin
    within `spread`, the first at once. Nights are those of `zone`.
    """
    seen: dict[int, date] = {}
    items: list[tuple[tuple[date, int], Mapping[str, Any]]] = []
    for device in devices:
        reason = _unreachable(device) or leave(device)
        night = _NEVER if device.seen_at is None else night_of(device.seen_at, zone)
        if reason is None:
            seen[device.site_id] = min(night, seen.get(device.site_id, night))
        items.append(((night, _drawn(seed, "device", device.device_id)), _item(device, reason, now)))
    drawn = {site: _drawn(seed, "site", site) for site in seen}
    ranked = sorted(seen, key=lambda site: (seen[site], drawn[site]))
    return Plan(
        {site: rank for rank, site in enumerate(ranked)},
        tuple(item for _, item in sorted(items, key=lambda entry: entry[0])),
        _begins(drawn, now, spread),
    )


def _drawn(seed: str, kind: str, number: int) -> int:
    """A number that looks like chance, below 2**64, and is the same whenever it is drawn from the same seed."""
    return int.from_bytes(blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=8).digest())


def _begins(drawn: Mapping[int, int], now: datetime, spread: timedelta) -> Mapping[int, datetime]:
    """When each site may begin: as it was drawn, but the first at once."""
    if not spread or not drawn:
        return {}
    first = min(drawn.values())
    return {site: now + spread * ((number - first) / _WHOLE) for site, number in drawn.items() if number > first}


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
