"""Discovery at a school: where may be looked, and what is registered there. Reads, and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.models import Device, Site
from camera_registry.services.compared import Registered
from camera_registry.store import devices, observations, schools
from probes.discovery.ranges import allowed

_KEYS = ("mac", "endpoint")


class DiscoveryError(Exception):
    """There is nowhere to look; the text says why and what to write."""


@dataclass(frozen=True)
class Place:
    """The networks of a school or of one of its sites, and the devices registered there."""

    networks: tuple[IPv4Network, ...]
    registered: tuple[Registered, ...]


def place(session: Session, school_code: str, site: str | None, *, part: IPv4Network | None, loopback: bool) -> Place:
    """Where to look for the devices of a school, of one `site` ("" is the main one) or of all; `part` narrows it to a
    network within the registered ones. Raises DiscoveryError, RangeError.
    """
    school = schools.by_code(session, school_code)
    if school is None:
        raise DiscoveryError(f"{school_code}: no school has this code")
    every = {name: s for (_, name), s in schools.sites(session, {school.id or 0}).items()}
    if site is not None and site not in every:
        names = ", ".join(name or '""' for name in sorted(every))
        raise DiscoveryError(f"{school_code}: no site is called {site!r}; there are {names}")
    sites = [each for name, each in every.items() if site in (None, name)]
    networks = _narrowed(school_code, _networks(school_code, sites, loopback=loopback), part)
    ids = {each.id for each in sites}
    mine = [d for d in devices.of_schools(session, {school.id or 0}).values() if d.site_id in ids]
    return Place(networks, tuple(_registered(session, school_code, d) for d in sorted(mine, key=lambda d: d.code)))


def _networks(school_code: str, sites: list[Site], *, loopback: bool) -> tuple[IPv4Network, ...]:
    every: list[IPv4Network | IPv6Network] = [network for site in sites for network in split_networks(site.networks)]
    if not every:
        raise DiscoveryError(
            f"{school_code}: no network is registered here; write it into schools.csv (column networks) and import it"
        )
    whole = [network for network in every if isinstance(network, IPv4Network)]  # nobody can go through an IPv6 network
    return allowed(whole or every, loopback=loopback)


def _narrowed(school_code: str, networks: tuple[IPv4Network, ...], part: IPv4Network | None) -> tuple[IPv4Network, ...]:
    if part is None:
        return networks
    if not any(part.subnet_of(network) for network in networks):
        told = ", ".join(map(str, networks))
        raise DiscoveryError(f"{part} is no part of the networks that are registered for {school_code}: {told}")
    return (part,)


def _registered(session: Session, school_code: str, device: Device) -> Registered:
    """What probes saw of its identity stands before what people wrote."""
    seen = observations.sheet(session, device.id or 0)
    facts = {key: seen[0].facts.get(f"identity.{key}") for key in _KEYS} if seen else {}
    known = {key: fact.value for key, fact in facts.items() if fact is not None and fact.value}
    return Registered(school_code, device.code, device.host, {"mac": device.mac, **known})
