"""The cameras of a place as costs see them: counted once, each with what fails, and who pays. Reading only.

A camera that is registered itself and seen through a recorder is one, at the recorder's channel; it is offered when
either says so, and judged by the worse of what is known of it. A site whose uplink fails needs its line before any of
its cameras is ready; where nobody knows the uplink, nothing is added and the site is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from camera_registry.services.actors import supplied
from camera_registry.services.places import check_place
from camera_registry.store import costs as store
from standards import Edition
from standards.planning.costs import Camera, Entry, Need, Unit

UPLINK = "uplink"
"""The rule about a site without which none of its cameras is ready."""


@dataclass(frozen=True)
class SchoolName:
    """A school with its unit, as people know it."""

    code: str
    name: str
    district_code: str
    district: str


@dataclass(frozen=True)
class Fleet:
    """The cameras in scope `offered`, by school and key: those of public schools, which count, and the private ones.
    `names` of cameras by key; `uplink_unknown`: sites of public schools of which nobody knows the uplink. `places`:
    what else fails at public schools and sites as a whole (a disk that is too small), which makes no camera ready.
    """

    public: tuple[Camera, ...]
    private: tuple[Camera, ...]
    schools: Mapping[str, SchoolName]
    names: Mapping[str, str]
    uplink_unknown: int
    places: tuple[Camera, ...] = ()


def fleet(session: Session, edition: Edition, district: str | None, school: str | None, today: date) -> Fleet:
    """The cameras of this place on this day, by the edition that decides. Raises ListingError for a unit or a school
    that is not registered.
    """
    check_place(session, district, school)
    rows = store.channels(session, district, school)
    failing = _failing(store.failures(session, district, school))
    told = store.of_places(session, edition.id, district, school)
    uplinks = {row.site_id: row for row in told if row.rule == UPLINK}
    by_id = {row.channel_id: row for row in rows}
    grouped: dict[int, list[Any]] = {}
    for row in rows:  # the recorder's channel first, where it is of this place
        home = row.recorded_as if row.recorded_as in by_id else row.channel_id
        grouped.setdefault(home, []).insert(0 if home == row.channel_id else len(grouped[home]), row)
    offered = [group for group in grouped.values() if any(row.scope == "offered" for row in group)]
    cameras = [(group[0], _camera(group, failing, uplinks.get(group[0].site_id), today)) for group in offered]
    sites = {row.site_id for row, _ in cameras if not row.private}
    return Fleet(
        public=tuple(camera for row, camera in cameras if not row.private),
        private=tuple(camera for row, camera in cameras if row.private),
        schools={
            row.school_code: SchoolName(row.school_code, row.school, row.district_code, row.district)
            for row, _ in cameras
        },
        names={camera.key: row.name for row, camera in cameras},
        uplink_unknown=len(sites - uplinks.keys()),
        places=_places(row for row in told if row.outcome == "fail" and row.rule != UPLINK and not row.private),
    )


def _places(rows: Iterable[Any]) -> tuple[Camera, ...]:
    """One for each school or site with failures: it has a price as a camera has one."""
    found: dict[tuple[str, str, bool], list[Need]] = {}
    for row in rows:
        place = (row.school_code, row.site, row.site_id is not None)
        found.setdefault(place, []).append(Need(row.fix or "survey", row.rule))
    made = []
    for (school, site, of_site), needs in found.items():
        key = f"{school}/{site}" if of_site else school
        made.append(Camera(key, school, (Entry(Unit(key, key, "", f"{school}/{site}"), tuple(needs)),)))
    return tuple(made)


def _failing(rows: Iterable[Any]) -> dict[tuple[int, int | None], list[Need]]:
    """What fails, by device and channel; each need once."""
    found: dict[tuple[int, int | None], dict[Need, None]] = {}
    for row in rows:
        found.setdefault((row.device_id, row.channel_id), {})[Need(row.fix or "survey", row.rule)] = None
    return {place: list(needs) for place, needs in found.items()}


def _camera(group: list[Any], failing: Mapping[tuple[int, int | None], list[Need]], uplink: Any, today: date) -> Camera:
    home = group[0]
    known = [row for row in group if row.verdict not in (None, "unverified")]
    of_site = (Need(uplink.fix or "network", UPLINK),) if uplink is not None and uplink.outcome == "fail" else ()
    return Camera(
        key=_key(home),
        school=home.school_code,
        entries=tuple(Entry(_unit(row, today), _needs(row, failing)) for row in group),
        of_site=of_site,
        judged=bool(known),
    )


def _needs(row: Any, failing: Mapping[tuple[int, int | None], list[Need]]) -> tuple[Need, ...]:
    needs = dict.fromkeys((*failing.get((row.device_id, row.channel_id), ()), *failing.get((row.device_id, None), ())))
    unknown = (Need(None),) if needs and row.complete is False else ()
    return (*needs, *unknown)


def supplier(row: Any, today: date) -> str | None:
    """Who pays for the device of a row: of what is rented or under warranty its maintainer; None: nobody does."""
    return row.maintainer if supplied(row.owner, row.warranty_until, today) else None


def _unit(row: Any, today: date) -> Unit:
    return Unit(
        key=_key(row),
        device=f"{row.school_code}/{row.device_code}",
        device_kind=row.device_kind,
        site=f"{row.school_code}/{row.site}",
        outdoor=row.outdoor,
        supplier=supplier(row, today),
    )


def _key(row: Any) -> str:
    return f"{row.school_code}/{row.device_code}/{row.index}"
