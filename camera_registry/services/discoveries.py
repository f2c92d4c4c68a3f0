"""Discoveries that people ask for on a page, and what a worker does of them: only within the registered networks of one
site, one at a time there, and never with a login.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.models import Discovery, Site
from camera_registry.services.discover import DiscoveryError, Place, place
from camera_registry.services.found_units import keep
from camera_registry.store import discoveries, found, schools
from probes.discovery.found import Found
from probes.discovery.ranges import RangeError, addresses
from probes.outgoing import Networks

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
"""A discovery whose worker was gone so often is given up: it may be what ends the workers."""


@dataclass(frozen=True)
class SiteLook:
    """The newest discovery of a site, as a page shows it. State: never, waiting, running, done, failed, or no_networks
    where there is nothing to look through.
    """

    site: str
    networks: str
    state: str
    by: str = ""
    reason: str = ""
    checked: int = 0
    addresses: int = 0
    found: int = 0
    at: datetime | None = None

    @property
    def goes_on(self) -> bool:
        """True while it is not over."""
        return self.state in discoveries.OPEN


@dataclass(frozen=True)
class SchoolLooks:
    """The discoveries of a school, site by site; how many found units are neither registered nor dismissed."""

    school: str
    sites: tuple[SiteLook, ...]
    unregistered: int

    @property
    def goes_on(self) -> bool:
        """True while one of them is not over."""
        return any(site.goes_on for site in self.sites)

    @property
    def may_look(self) -> bool:
        """True where there is a network to look through, and nothing goes on."""
        return not self.goes_on and any(site.state != "no_networks" for site in self.sites)


@dataclass(frozen=True)
class Begun:
    """A discovery that a worker has: its number and name, and where to look."""

    number: int
    owner: str
    place: Place


def looks(session: Session, code: str) -> SchoolLooks | None:
    """How the discoveries of this school stand; None when there is no such school."""
    school = schools.by_code(session, code)
    if school is None:
        return None
    sites = sorted(schools.sites(session, [school.id or 0]).values(), key=lambda site: site.name)
    newest = discoveries.newest(session, [site.id or 0 for site in sites])
    told = tuple(_look(site, newest.get(site.id or 0)) for site in sites)
    return SchoolLooks(code, told, found.count_at(session, school.id or 0))


def ask(session: Session, code: str, by: str, outgoing: Networks, now: datetime) -> int:
    """A discovery of every site of this school that has networks waits for a worker, where none goes on already; how
    many that are. One of networks that may not be looked through has failed at once.
    """
    school = schools.by_code(session, code)
    sites = schools.sites(session, [school.id or 0]).values() if school else ()
    asked = 0
    for site in sites:
        if not split_networks(site.networks) or discoveries.open_at(session, site.id or 0) is not None:
            continue
        row = Discovery(school_id=site.school_id, site_id=site.id or 0, by=by, asked_at=now)
        if _place(session, code, site, outgoing) is None:
            row.state, row.reason, row.ended_at = "failed", "networks", now
        discoveries.add(session, row)
        asked += 1
    return asked


def begin(session: Session, owner: str, outgoing: Networks, now: datetime) -> Begun | None:
    """`owner` has the next discovery that waits; None when there is none that can be begun."""
    number = discoveries.to_do(session, now)
    if number is None or not discoveries.claim(session, number, owner, now, now + LEASE):
        return None
    session.expire_all()
    row = discoveries.by_id(session, number)
    if row is None:
        return None
    site = schools.site(session, row.site_id)
    where = _place(session, schools.code_of(session, row.school_id), site, outgoing)
    if where is None or row.attempts > MOST_ATTEMPTS:
        fail(session, number, owner, "networks" if where is None else "attempts", now)
        return None
    return Begun(number, owner, where)


def goes_on(session: Session, begun: Begun, checked: int, total: int, now: datetime) -> bool:
    """True while it is still this worker's; how far it is, is kept."""
    return discoveries.hold(session, begun.number, begun.owner, now + LEASE, checked, total)


def finish(session: Session, begun: Begun, seen: Sequence[Found], now: datetime) -> bool:
    """What was seen is kept, and the discovery is over; False, and nothing, where another worker has it by now."""
    row = discoveries.by_id(session, begun.number)
    if row is None or row.owner != begun.owner:
        return False
    total = len(begun.place.networks) and len(addresses(begun.place.networks))
    kept = keep(session, schools.site(session, row.site_id), seen, now)
    values = {"state": "done", "ended_at": now, "found": kept, "checked": total, "addresses": total, "reason": ""}
    return discoveries.end(session, begun.number, begun.owner, values)


def fail(session: Session, number: int, owner: str, reason: str, now: datetime) -> bool:
    """It is over without a result; `reason` is networks, attempts or ours."""
    return discoveries.end(session, number, owner, {"state": "failed", "reason": reason, "ended_at": now})


def put_back(session: Session, begun: Begun) -> bool:
    """It waits again for a worker, and nothing of it was done."""
    return discoveries.end(session, begun.number, begun.owner, {"state": "waiting", "checked": 0, "attempts": 0})


def _place(session: Session, code: str, site: Site, outgoing: Networks) -> Place | None:
    """Where to look; None where the networks may not be looked through."""
    try:
        where = place(session, code, site.name, part=None, outgoing=outgoing)
        addresses(where.networks)
    except (DiscoveryError, RangeError):
        return None
    return where


def _look(site: Site, row: Discovery | None) -> SiteLook:
    if not split_networks(site.networks):
        return SiteLook(site.name, "", "no_networks")
    if row is None:
        return SiteLook(site.name, site.networks, "never")
    at = row.ended_at or row.asked_at
    return SiteLook(site.name, site.networks, row.state, row.by, row.reason, row.checked, row.addresses, row.found, at)
