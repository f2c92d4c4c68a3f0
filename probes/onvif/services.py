"""Where the media services of a device are: by GetServices, else by GetCapabilities."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from probes.errors import ProbeError
from probes.onvif import parse
from probes.onvif.address import service_path
from probes.onvif.client import DEVICE, MEDIA1, MEDIA2, Call, Service
from probes.onvif.soap import Element

Ask = Callable[[Call], Awaitable[Element]]
_FIRST = Call(DEVICE, "GetServices", "onvif.services", {"IncludeCapability": False})
_SECOND = Call(DEVICE, "GetCapabilities", "onvif.services", {"Category": ["All"]})


@dataclass(frozen=True)
class Services:
    """The paths of the media services, and the names of all services that the device lists."""

    paths: dict[Service, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()


async def find(ask: Ask) -> Services:
    """What the device says of its services; nothing where it does not say."""
    found: dict[Service, str] = {}
    listed: frozenset[str] = frozenset()
    try:
        by_namespace = parse.services(await ask(_FIRST))
        listed = frozenset(namespace.removesuffix("/wsdl").rpartition("/")[2] for namespace in by_namespace)
        found = {s: by_namespace[s.namespace] for s in (MEDIA1, MEDIA2) if s.namespace in by_namespace}
    except ProbeError:
        pass
    if not found:
        try:
            by_name = parse.capabilities(await ask(_SECOND))
            found = {MEDIA1: by_name["Media"]} if "Media" in by_name else {}
        except ProbeError:
            pass
    paths = {service: service_path(xaddr) for service, xaddr in found.items()}
    return Services({service: path for service, path in paths.items() if path}, listed)
