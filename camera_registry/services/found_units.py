"""Found units: what a discovery saw is kept, each unit once, wherever in its site it stands by now.

Strategy: one that was found before is known again by what it says of itself, else by its address, where nothing speaks
against that. Values that two of them claim are nobody's. What somebody dismissed stays dismissed. The edge commits.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.models import Discovery, FoundUnit, Site
from camera_registry.store import devices, discoveries
from camera_registry.store import found as store
from probes.discovery.found import Found
from probes.discovery.message import Said
from probes.facts import identity

LONGEST = 80
"""What a unit says of its make and model is cut to as much as a person may type."""


def keep(session: Session, site: Site, seen: Sequence[Found], now: datetime) -> int:
    """Every camera and recorder of `seen` is kept as found at this site at `now`; how many these are."""
    before = store.of_sites(session, [site.id or 0])
    video = [one for one in seen if one.is_video]
    known = recognised(before, video)
    for one in video:
        row = known.get(one.address)
        if row is None:
            row = FoundUnit(school_id=site.school_id, site_id=site.id or 0, address=one.address, first_seen_at=now,
                            last_seen_at=now)  # fmt: skip
        for name, value in _values(one).items():
            setattr(row, name, value)
        row.last_seen_at = max(now, row.last_seen_at)
        session.add(row)
    session.flush()
    return len(video)


def recognised(before: Iterable[FoundUnit], seen: Sequence[Found]) -> Mapping[str, FoundUnit]:
    """Which of the units found `before` each one is that was `seen` now, by its address now; new ones are in it not.
    Pure.
    """
    rows = list(before)
    shared = _claimed_twice([_keys(one) for one in seen])
    found: dict[str, FoundUnit] = {}
    for one in seen:
        mine = _keys(one, shared)
        row = next((r for r in rows if _agree(mine, _row_keys(r, shared)) is True), None)
        if row is not None:
            found[one.address] = row
            rows.remove(row)
    for one in seen:
        if one.address in found:
            continue
        mine = _keys(one, shared)
        row = next((r for r in rows if r.address == one.address and _agree(mine, _row_keys(r, shared)) is None), None)
        if row is not None:
            found[one.address] = row
            rows.remove(row)
    return found


@dataclass(frozen=True)
class Look:
    """A discovery that has ended: who looked, from when until when, and whether at the whole networks of its sites."""

    by: str
    began: datetime
    ended: datetime
    whole: bool = True


def keep_of_places(session: Session, sites: Sequence[Site], seen: Sequence[Found], look: Look) -> int:
    """What a look in the networks of these sites saw is kept where it belongs, with the look itself where it was whole;
    how much that is. An address that lies in the networks of several schools is of none: nobody can tell.
    """
    hosts = {(box.site_id, box.host) for _, box in devices.of_sites(session, {site.id or 0 for site in sites})}
    kept = 0
    for site in sites:
        mine = [one for one in seen if _site_of(one.address, sites, hosts) is site]
        found = keep(session, site, mine, look.ended)
        kept += found
        if look.whole:
            row = Discovery(school_id=site.school_id, site_id=site.id or 0, by=look.by, asked_at=look.began)
            row.state, row.found, row.ended_at = "done", found, look.ended
            discoveries.add(session, row)
    return kept


def found_of(row: Any) -> Found:
    """A kept unit as the value that is compared with what is registered."""
    said = Said(endpoint=row.endpoint or None, mac=row.mac or None, is_video=True)
    return Found(row.address, (said,))


def _site_of(address: str, sites: Sequence[Site], hosts: Collection[tuple[int, str]]) -> Site | None:
    at = ip_address(address)
    here = [site for site in sites if any(at in network for network in split_networks(site.networks))]
    if len({site.school_id for site in here}) > 1:
        return None
    registered = [site for site in here if (site.id, address) in hosts]
    return next(iter([*registered, *here]), None)


def _values(one: Found) -> dict[str, Any]:
    told = one.to_json()
    ports = sorted({port.number for port in one.ports})
    return {
        "address": one.address,
        "onvif_port": one.onvif_port,
        "ports": json.dumps(ports),
        "make": (told["manufacturer"] or "")[:LONGEST],
        "model": (told["hardware"] or told["name"] or "")[:LONGEST],
        "mac": one.mac or "",
        "endpoint": one.endpoint or "",
        "said": json.dumps(told, ensure_ascii=False),
    }


def _keys(one: Found, shared: Collection[str] = ()) -> dict[str, str]:
    return identity.known_by({"mac": one.mac, "endpoint": one.endpoint}, shared)


def _row_keys(row: FoundUnit, shared: Collection[str]) -> dict[str, str]:
    return identity.known_by({"mac": row.mac, "endpoint": row.endpoint}, shared)


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool | None:
    """True where one key agrees, False where none does; None where nobody can tell."""
    both = [one[key] == other[key] for key in one.keys() & other.keys()]
    return any(both) if both else None


def _claimed_twice(every: Iterable[Mapping[str, str]]) -> frozenset[str]:
    claims = Counter(value for keys in every for value in set(keys.values()))
    return frozenset(value for value, times in claims.items() if times > 1)
