"""Discovery: where may be looked, and what is registered there. Reads, and writes nothing.

Strategy: only networks that are registered for a site are looked through. A network that a person names narrows them
and never widens them: what stands elsewhere is not ours to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.models import Device, Site
from camera_registry.services.compared import Registered
from camera_registry.store import devices, observations, schools
from probes.discovery.ranges import allowed
from probes.outgoing import Networks
from probes.told import ToldError

_KEYS = ("mac", "endpoint")


class DiscoveryError(ToldError):
    """There is nowhere to look; the text says why and what to write."""


@dataclass(frozen=True)
class Place:
    """The networks that are looked through, the devices registered for the sites that they belong to, and the ids of
    these sites. `whole`: nothing of their networks is left out.
    """

    networks: tuple[IPv4Network, ...]
    registered: tuple[Registered, ...]
    sites: tuple[int, ...] = ()
    whole: bool = True

    @property
    def ports(self) -> dict[str, tuple[int, ...]]:
        """The registered ports by host, of all devices that are registered there."""
        known: dict[str, tuple[int, ...]] = {}
        for device in self.registered:
            known[device.host] = (*known.get(device.host, ()), *device.ports)
        return known


def place(
    session: Session, school_code: str | None, site: str | None, *, part: IPv4Network | None, outgoing: Networks
) -> Place:
    """Where to look for the devices of a school, of one `site` ("" is the main one) or of all; `part` narrows it to a
    network within the registered ones. Without a school: at every site in whose networks `part` lies.

    Raises DiscoveryError, RangeError.
    """
    if part is not None:
        allowed([part], outgoing)
    sites = schools.with_networks(session) if school_code is None else _of_school(session, school_code, site)
    if school_code is None and part is not None:
        sites = [each for each in sites if any(part.overlaps(network) for network in _ipv4(each))]
    networks = _narrowed(_networks(sites, outgoing), part)
    told = devices.of_sites(session, {each.id or 0 for each in sites})
    registered = tuple(_registered(session, code, device) for code, device in told)
    return Place(networks, registered, tuple(each.id or 0 for each in sites), part is None)


def _of_school(session: Session, school_code: str, site: str | None) -> list[Site]:
    school = schools.by_code(session, school_code)
    if school is None:
        raise DiscoveryError(f"{school_code}: no school has this code")
    every = {name: s for (_, name), s in schools.sites(session, {school.id or 0}).items()}
    if site is not None and site not in every:
        names = ", ".join(name or '""' for name in sorted(every))
        raise DiscoveryError(f"{school_code}: no site is called {site!r}; there are {names}")
    return [each for name, each in every.items() if site in (None, name)]


def _networks(sites: list[Site], outgoing: Networks) -> tuple[IPv4Network, ...]:
    every = [network for site in sites for network in split_networks(site.networks)]
    if not every:
        raise DiscoveryError(
            "no network is registered there; write it into schools.csv (column networks) and import it"
        )
    whole = [network for site in sites for network in _ipv4(site)]
    return allowed(whole or every, outgoing)


def _ipv4(site: Site) -> list[IPv4Network]:
    """Nobody can go through an IPv6 network."""
    return [network for network in split_networks(site.networks) if isinstance(network, IPv4Network)]


def _narrowed(networks: tuple[IPv4Network, ...], part: IPv4Network | None) -> tuple[IPv4Network, ...]:
    if part is None:
        return networks
    if not any(part.subnet_of(network) for network in networks):
        told = ", ".join(map(str, networks))
        raise DiscoveryError(f"{part} is no part of the networks that are registered there: {told}")
    return (part,)


def _registered(session: Session, school_code: str, device: Device) -> Registered:
    """What probes saw of its identity stands before what people wrote."""
    seen = observations.sheet(session, device.id or 0)
    facts = {key: seen[0].facts.get(f"identity.{key}") for key in _KEYS} if seen else {}
    known = {key: fact.value for key, fact in facts.items() if fact is not None and fact.value}
    ports = tuple(port for port in (device.onvif_port, device.rtsp_port) if port)
    return Registered(school_code, device.code, device.host, {"mac": device.mac, **known}, ports)
