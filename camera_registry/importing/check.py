"""Checks of rows against each other and against the registry. Pure: rows in, mistakes out.

Strategy: one small function a question; each looks only at rows whose cells could be read, so that one fault is told
once. A row that is wrong elsewhere still counts as being there: devices of a faulty school are not all faulty too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network

from camera_registry.importing.cells import NO_MAC
from camera_registry.importing.headings import PASSWORD
from camera_registry.importing.issue import address_of
from camera_registry.importing.known import Known
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.table import Row
from camera_registry.lists import plain
from probes.outgoing import (
    LOOPBACK,
    PRIVATE,
    PRIVATE_ONLY,
    IpNetwork,
    Networks,
    is_private,
    literal,
    refusal,
    wholly_refused,
    within,
)

LATITUDES, LONGITUDES = (8, 24), (102, 110)
_OF_THE_SCHOOL = ("name", "levels", "kind", "managed_by", "located_in", "former_district", "contact", "phone", "email")


@dataclass(frozen=True)
class Case:
    """All rows, what the registry holds, and where may be connected to, whatever the site."""

    schools: Sequence[Row]
    devices: Sequence[Row]
    channels: Sequence[Row]
    known: Known
    outgoing: Networks = PRIVATE_ONLY

    @cached_property
    def school_codes(self) -> set[str]:
        """Every school of the file and of the registry."""
        return {row.get("school.code") for row in self.schools} | set(self.known.schools)

    @cached_property
    def site_networks(self) -> dict[tuple[str, str], str]:
        """The networks of every site of the file and of the registry; the file goes over the registry."""
        told = {site_key(row): "" if "networks" in row.cleared else row.get("networks") for row in self.schools}
        before = self.known.sites
        return {**before, **{key: n if n is not None else before.get(key, "") for key, n in told.items()}}

    @cached_property
    def device_rows(self) -> dict[tuple[str, str], Row]:
        """The devices of the file by school and code."""
        return {(row.get("school"), row.get("device.code")): row for row in self.devices}


def check(case: Case) -> list[Mistake]:
    """Everything that is wrong between rows."""
    questions = (
        *(_lacking, _positions, _units, _school_rows, _networks, _device_places, _device_rows, _hosts, _addresses),
        _passwords,
    )
    return [mistake for question in questions for mistake in question(case)]


def _lacking(case: Case) -> Iterator[Mistake]:
    """A required cell may be empty in the row of what is registered: what stands there stays."""
    for row in case.schools:
        if case.known.row("school", (row.get("school.code"),)) is None:
            yield from lacking(row)
    for row in case.devices:
        if case.known.row("device", (row.get("school"), row.get("device.code"))) is None:
            yield from lacking(row)


def lacking(row: Row) -> Iterator[Mistake]:
    """The required cells of the row that are empty."""
    return (row.mistake(name, "required") for name in sorted(row.lacking))


def notices(case: Case) -> list[Mistake]:
    """What is worth a look, and hinders nothing."""
    return [*_zero_macs(case), *_phones(case), *_similar_names(case), *_left_outside(case)]


def site_key(row: Row) -> tuple[str, str]:
    """School code and site of a row of schools.csv."""
    return (row.get("school.code"), row.get("site") or "")


def site_of_device(case: Case, key: tuple[str, str]) -> str:
    """The site a device is at: as its row says, else as it is registered, else the main one."""
    row, before = case.device_rows.get(key), case.known.devices.get(key)
    told = row.get("site") if row else None
    return told if told is not None else before.site if before else ""


def _positions(case: Case) -> Iterator[Mistake]:
    for row in (*case.schools, *case.channels):
        lat, lon = row.get("lat"), row.get("lon")
        if (lat is None) != (lon is None) and not {"lat", "lon"} & row.wrong:
            yield row.mistake("lat" if lat is None else "lon", "half_position")
        elif lat is not None and lon is not None and _within(lat, LONGITUDES) and _within(lon, LATITUDES):
            yield row.mistake("lat", "swapped")
        else:
            for column, value, (least, most) in (("lat", lat, LATITUDES), ("lon", lon, LONGITUDES)):
                if value is not None and not least <= value <= most:
                    yield row.mistake(column, "out_of_range", least=least, most=most)


def _within(value: float, limits: tuple[int, int]) -> bool:
    return limits[0] <= value <= limits[1]


def _units(case: Case) -> Iterator[Mistake]:
    for row in case.schools:
        meant = case.known.units_named(row.get("managed_by") or "")
        if len(meant) > 1:
            yield row.mistake("managed_by", "ambiguous_unit", choices=", ".join(meant))


def _school_rows(case: Case) -> Iterator[Mistake]:
    """A school has a row a site; what belongs to the school is the same in all of them."""
    first_of: dict[str, Row] = {}
    sites: dict[tuple[str, str], int] = {}
    for row in case.schools:
        code = row.get("school.code")
        if not code:
            continue
        if site_key(row) in sites:
            yield row.mistake("school.code", "row_twice", row=sites[site_key(row)])
            continue
        sites[site_key(row)] = row.number
        first = first_of.setdefault(code, row)
        for name in _OF_THE_SCHOOL:
            if row.get(name) is not None and first.get(name) is not None and row.get(name) != first.get(name):
                yield row.mistake(name, "rows_differ", row=first.number)


def _networks(case: Case) -> Iterator[Mistake]:
    for row in case.schools:
        for network in split_networks(row.get("networks") or ""):
            if wholly_refused(network, case.outgoing):
                yield row.mistake("networks", "refused_network", network=network)
                break
            if not any(within(network, one) for one in (*PRIVATE, *LOOPBACK)):
                yield row.mistake("networks", "public_network")
                break


def split_networks(text: str) -> list[IpNetwork]:
    """Networks as they are stored."""
    return [ip_network(part) for part in text.split("; ") if part]


def _device_places(case: Case) -> Iterator[Mistake]:
    for row in case.devices:
        school = row.get("school")
        if school is None:
            continue
        if school not in case.school_codes:
            yield unknown_school(case, row)
        elif row.get("site") and (school, row.get("site")) not in case.site_networks:
            yield row.mistake("site", "unknown_site")


def unknown_school(case: Case, row: Row) -> Mistake:
    """The school of `row` is not known; a code that only lost its zeros is named."""
    lost = next((c for c in case.school_codes if c and c.lstrip("0") == row.get("school").lstrip("0")), None)
    return row.mistake("school", "unknown_school", nearest=f" ({lost}?)" if lost else "")


def _device_rows(case: Case) -> Iterator[Mistake]:
    seen: dict[tuple[str, str], int] = {}
    for row in case.devices:
        key = (row.get("school"), row.get("device.code"))
        if None in key:
            continue
        if key in seen:
            yield row.mistake("device.code", "row_twice", row=seen[key])
        seen.setdefault(key, row.number)


def _hosts(case: Case) -> Iterator[Mistake]:
    for row in case.devices:
        if "host" in row.wrong or "kind" in row.wrong:
            continue
        host = row.get("host")
        before = case.known.devices.get((row.get("school"), row.get("device.code")))
        if host is None:
            kind = row.get("kind") or (before.kind if before else "cloud")
            stays = "host" not in row.cleared and before is not None and bool(before.address[0])
            if kind != "cloud" and not stays:
                yield row.mistake("host", "no_host")
            elif row.get("device.code") is None and "device.code" not in row.wrong:
                yield row.mistake("device.code", "required")
            continue
        address = literal(host)
        if address is None:
            continue  # a name is looked up when it is used, and held to the same networks then
        site = site_of_device(case, (row.get("school"), row.get("device.code")))
        place = (row.get("school"), site)
        if before and (before.address[0], before.site) == (host, site) and _as_it_was(case, place):
            continue  # it stands there already, and nothing about it is new
        known = _outgoing(case, place)
        match refusal(str(address), known):
            case None:
                pass
            case "outside" if is_private(address):
                yield row.mistake("host", "outside_networks", networks="; ".join(known.allowed))
            case "outside" | "public":
                yield row.mistake("host", "public_host")
            case reason:
                yield row.mistake("host", f"{reason}_host")


def _as_it_was(case: Case, site: tuple[str, str]) -> bool:
    """True where the file leaves the networks of the site as they are."""
    return case.site_networks.get(site, "") == case.known.sites.get(site, "")


def _outgoing(case: Case, site: tuple[str, str]) -> Networks:
    """Where devices of a site may be connected to."""
    return replace(case.outgoing, allowed=tuple(map(str, split_networks(case.site_networks.get(site, "")))))


def _addresses(case: Case) -> Iterator[Mistake]:
    """No two devices of a site have one address; other ports of one host are other devices."""
    taken = {
        (school, device.site, device.address): code
        for (school, code), device in case.known.devices.items()
        if device.address[0] and (school, code) not in case.device_rows
    }
    for (school, code), row in case.device_rows.items():
        if not row.get("host") or not school or not code:
            continue
        before = case.known.devices.get((school, code))
        place = (school, site_of_device(case, (school, code)), address_of(row, before.address if before else None))
        stays = before is not None and place == (school, before.site, before.address)
        if place in taken and not stays:
            yield row.mistake("host", "same_address", other=taken[place])
        taken.setdefault(place, code)


def _passwords(case: Case) -> Iterator[Mistake]:
    """A password belongs to a login that has a name."""
    for row in case.devices:
        before = case.known.row("device", (row.get("school"), row.get("device.code"))) or {}
        if row.get(PASSWORD) and not (row.get("username") or before.get("username")):
            yield row.mistake("username", "password_alone")


def _left_outside(case: Case) -> Iterator[Mistake]:
    """Devices whose address is as it was, and is refused by the networks that the file gives their site."""
    told = {site_key(r): r for r in case.schools if r.get("networks") is not None or "networks" in r.cleared}
    for (school, code), device in case.known.devices.items():
        site, row = (school, site_of_device(case, (school, code))), case.device_rows.get((school, code))
        stays = literal(device.address[0]) is not None and not (row and row.get("host"))
        if site in told and stays and refusal(device.address[0], _outgoing(case, site)) is not None:
            yield told[site].mistake("networks", "left_outside", other=f"{code} ({device.address[0]})")


def _zero_macs(case: Case) -> Iterator[Mistake]:
    return (row.mistake("mac", "no_mac") for row in case.devices if row.get("mac") == NO_MAC)


def _phones(case: Case) -> Iterator[Mistake]:
    for row in case.schools:
        phone = row.get("phone") or ""
        if len(phone) == 9 and phone[0] in "35789":
            yield row.mistake("phone", "lost_zero")


def _similar_names(case: Case) -> Iterator[Mistake]:
    names = {(plain(name), unit): code for code, (name, unit) in case.known.schools.items()}
    for row in case.schools:
        units = case.known.units_named(row.get("managed_by") or "")
        unit = units[0] if len(units) == 1 else plain(row.get("managed_by") or "")
        other = names.setdefault((plain(row.get("name") or ""), unit), row.get("school.code") or "")
        if row.get("name") and row.get("school.code") and other != row.get("school.code"):
            yield row.mistake("name", "similar_name", other=other)
