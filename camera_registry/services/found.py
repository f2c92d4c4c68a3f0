"""Found but not registered: what discovery saw and nobody registered, to be registered or dismissed.

Strategy: which registered device a found unit is, is worked out when it is read (`compared`), a page at a time. The
edge commits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from camera_registry.services.compared import Match, Registered, compare
from camera_registry.services.found_units import found_of
from camera_registry.services.listed import Filter, ListingError, Page
from camera_registry.store import devices, discoveries
from camera_registry.store import found as store

LONGEST_WHY = 200


@dataclass(frozen=True, kw_only=True)
class FoundUnit:
    """One unit that stands at no registered address of its site. `moved_from`: the device (code) that it is, which is
    registered elsewhere; empty: nobody registered it. `gone`: the newest discovery there did not see it.
    """

    number: int
    school_code: str
    school: str
    site: str
    address: str
    onvif_port: int | None
    ports: tuple[int, ...]
    make: str
    model: str
    mac: str
    endpoint: str
    first_seen_at: datetime
    last_seen_at: datetime
    moved_from: str = ""
    moved_host: str = ""
    gone: bool = False
    dismissed_at: datetime | None = None
    dismissed_by: str = ""
    dismissed_why: str = ""

    @property
    def register(self) -> str:
        """The address of the wizard that registers it, with everything that it said."""
        said = {
            "school": self.school_code, "site": self.site, "host": self.address, "onvif_port": self.onvif_port,
            "make": self.make, "model": self.model, "mac": self.mac,
        }  # fmt: skip
        return f"/register?{urlencode({name: value for name, value in said.items() if value})}"


def inbox(session: Session, q: str = "", page: int = 1, size: int = 50) -> Page[FoundUnit]:
    """One page of the found units that are neither registered nor dismissed, at the schools that have every word of
    `q`, by school and site. Raises ListingError for a page that there is not.
    """
    return _listed(session, Filter(q=q, page=page, size=size), dismissed=False)


def dismissed(session: Session, q: str = "", page: int = 1, size: int = 50) -> Page[FoundUnit]:
    """One page of those that were dismissed, the newest first. Raises ListingError for a page that there is not."""
    return _listed(session, Filter(q=q, page=page, size=size), dismissed=True)


def dismiss(session: Session, school_id: int, number: int, why: str, by: str, now: datetime) -> bool:
    """The unit of this school is not proposed any more, until it is taken back; False where there is none, or it was
    dismissed before. Raises ListingError without a reason.
    """
    row = store.by_id(session, number)
    if row is None or row.school_id != school_id or row.dismissed_at is not None:
        return False
    if not why.strip() or len(why) > LONGEST_WHY:
        raise ListingError(
            "why",
            {
                "vi": f"ghi lý do bỏ qua, tối đa {LONGEST_WHY} ký tự.",
                "en": f"say why, in {LONGEST_WHY} letters at most.",
            },
        )
    row.dismissed_at, row.dismissed_by, row.dismissed_why = now, by, " ".join(why.split())
    session.add(row)
    session.flush()
    return True


def restore(session: Session, school_id: int, number: int) -> bool:
    """The unit of this school is proposed again; False where there is none that was dismissed."""
    row = store.by_id(session, number)
    if row is None or row.school_id != school_id or row.dismissed_at is None:
        return False
    row.dismissed_at, row.dismissed_by, row.dismissed_why = None, "", ""
    session.add(row)
    session.flush()
    return True


def _listed(session: Session, wanted: Filter, *, dismissed: bool) -> Page[FoundUnit]:
    total = store.count(session, wanted.q, dismissed=dismissed)
    rows = store.page(session, wanted.q, wanted.page, wanted.size, dismissed=dismissed) if total else ()
    sites = {row.site_id for row in rows}
    matches = _matches(session, sites)
    done = discoveries.newest_done(session, sites)
    return Page(tuple(_unit(row, matches, done) for row in rows), total, total, wanted.page, wanted.size)


def _matches(session: Session, site_ids: set[int]) -> Mapping[tuple[int, str], Match]:
    """What the registry knows of each unit that was found at these sites, by site and address."""
    boxes = devices.of_sites(session, site_ids)
    said = store.known_by(session, [box.id or 0 for _, box in boxes])
    registered: dict[int, list[Registered]] = {}
    for school, box in boxes:
        known = _known(box, said.get(box.id or 0))
        registered.setdefault(box.site_id, []).append(Registered(school, box.code, box.host, known))
    units: dict[int, list[Any]] = {}
    for row in store.of_sites(session, site_ids):
        units.setdefault(row.site_id, []).append(found_of(row))
    return {
        (site, match.found.address): match
        for site, found in units.items()
        for match in compare(found, registered.get(site, []), ()).matches
    }


def _known(box: Any, said: Any) -> dict[str, str]:
    seen = {"mac": said.mac, "endpoint": said.endpoint} if said is not None else {}
    return {"mac": box.mac, **{name: value for name, value in seen.items() if value}}


def _unit(row: Any, matches: Mapping[tuple[int, str], Match], done: Mapping[int, Any]) -> FoundUnit:
    match, last = matches.get((row.site_id, row.address)), done.get(row.site_id)
    moved: Sequence[Registered] = match.devices if match is not None and match.state == "moved" else ()
    same = ("school_code", "school", "site", "address", "onvif_port", "make", "model", "mac", "endpoint",
            "first_seen_at", "last_seen_at", "dismissed_at", "dismissed_by", "dismissed_why")  # fmt: skip
    return FoundUnit(
        number=row.id,
        ports=tuple(json.loads(row.ports)),
        moved_from=moved[0].code if moved else "",
        moved_host=moved[0].host if moved else "",
        gone=last is not None and last.ended_at is not None and row.last_seen_at < last.asked_at,
        **{name: getattr(row, name) for name in same},
    )
