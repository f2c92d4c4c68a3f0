"""What was found in a network beside what is registered there: pure, found and registered in, differences out.

Strategy: an address is matched first, because that is where probes go; then the identity says whether the same unit is
still there, or whether a registered one has moved. Identities that more than one address claims, or that no factory
filled in, match nobody (`facts.identity`). A registered device is missing only where its address was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from probes.discovery.found import Found
from probes.facts import identity

State = Literal["registered", "other_unit", "moved", "unregistered", "other"]


@dataclass(frozen=True)
class Registered:
    """A device of the registry: school and code, its host (an address or a name), and what it is known by
    (`mac`, `endpoint` … by the names of `facts.Identity`). `ports`: of ONVIF and of RTSP, where registered.
    """

    school: str
    code: str
    host: str
    known: Mapping[str, Any] = field(default_factory=dict)
    ports: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """SCHOOL/DEVICE."""
        return f"{self.school}/{self.code}"


@dataclass(frozen=True)
class Match:
    """One address that answered, and what the registry knows of it.

    `registered`: a device has this address. `other_unit`: the same, but another unit answers there. `moved`: a device
    that is registered at another address, where nothing of it was found. `unregistered`: a camera or recorder that
    nobody registered. `other`: nothing shows that it is one, and nothing is registered there.
    """

    found: Found
    state: State
    devices: tuple[Registered, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everything that answered, and the registered devices that did not: `not_seen` where they were asked (and are not
    found elsewhere), `not_asked` where their address was not among those asked, or is a name.
    """

    matches: tuple[Match, ...] = ()
    not_seen: tuple[Registered, ...] = ()
    not_asked: tuple[Registered, ...] = ()

    @property
    def differs(self) -> bool:
        """True when the registry and the network do not agree."""
        return bool(self.not_seen) or any(m.state in ("other_unit", "moved", "unregistered") for m in self.matches)


def compare(found: Sequence[Found], registered: Sequence[Registered], asked: Collection[str]) -> Comparison:
    """`found` beside `registered`; `asked` are the addresses that were asked."""
    shared = _claimed_twice(found, registered)
    here = {one.address: [device for device in registered if device.host == one.address] for one in found}
    stays = {d.name for one in found for d in here[one.address] if not _is_other(one, d, shared)}
    away = [device for device in registered if device.name not in stays]
    matches = tuple(_match(one, here[one.address], away, shared) for one in found)
    seen = {device.name for match in matches for device in match.devices if match.state != "other_unit"}
    missing = [device for device in registered if device.name not in seen and device.host]
    silent = [d for d in missing if d.host in asked and not here.get(d.host)]
    return Comparison(matches, tuple(silent), tuple(d for d in missing if d.host not in asked))


def _match(found: Found, here: list[Registered], away: Sequence[Registered], shared: Collection[str]) -> Match:
    moved = tuple(device for device in away if device.host != found.address and _is_same(found, device, shared))
    if here and not all(_is_other(found, device, shared) for device in here):
        return Match(found, "registered", tuple(device for device in here if not _is_other(found, device, shared)))
    if moved:
        return Match(found, "moved", moved)
    if here:
        return Match(found, "other_unit", tuple(here))
    return Match(found, "unregistered" if found.is_video else "other")


def _said(found: Found) -> dict[str, str | None]:
    return {"mac": found.mac, "endpoint": found.endpoint}


def _is_same(found: Found, device: Registered, shared: Collection[str]) -> bool:
    return _same_unit(found, device, shared) is True


def _is_other(found: Found, device: Registered, shared: Collection[str]) -> bool:
    return _same_unit(found, device, shared) is False


def _same_unit(found: Found, device: Registered, shared: Collection[str]) -> bool | None:
    """True when one identity agrees, for a device may have several hardware addresses; None where nobody can tell."""
    known, said = identity.known_by(device.known, shared), identity.known_by(_said(found), shared)
    agree = [known[key] == said[key] for key in known.keys() & said.keys()]
    return any(agree) if agree else None


def _claimed_twice(found: Sequence[Found], registered: Sequence[Registered]) -> frozenset[str]:
    """Identities that several addresses, or several registered devices, have: those of clones."""
    every: list[list[Mapping[str, Any]]] = [[_said(one) for one in found], [device.known for device in registered]]
    claims = [Counter(v for facts in side for v in set(identity.known_by(facts).values())) for side in every]
    return frozenset(value for side in claims for value, times in side.items() if times > 1)
