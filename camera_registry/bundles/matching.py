"""Which registered device a look was at: by what a person said, by what it says of itself, by its address. Pure.

Strategy: the code that was said counts; else the best key that one device of the school alone has (MAC address,
endpoint, serial number), because addresses change hands and boxes move; else the address, and of several at one host
the one with the port. What two devices share tells nothing. Where nothing tells, a person chooses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from camera_registry.bundles.document import PackedLook
from probes.facts.identity import KEYS, known_by

By = Literal["code", "mac", "endpoint", "serial", "address", "person", ""]
"""What told: `person`: somebody chose; empty: nothing."""
_TELLS: tuple[tuple[str, By], ...] = (("mac", "mac"), ("endpoint", "endpoint"), ("serial", "serial"))
"""The keys of a unit, the best first."""


@dataclass(frozen=True)
class Registered:
    """A device as it may be known again. `said`: what people registered and what it said of itself, by the names of
    `facts.Identity`, each with the values that count.
    """

    device_id: int
    code: str
    host: str
    onvif_port: int
    said: tuple[Mapping[str, str], ...] = ()

    def keys(self) -> dict[str, set[str]]:
        """The values by which it is known, by key."""
        found: dict[str, set[str]] = {key: set() for key in KEYS}
        for said in self.said:
            for key, value in known_by(said).items():
                found[key].add(value)
        return found


@dataclass(frozen=True)
class Matched:
    """The device of a look, and what told; None: nobody can tell. `another`: this device was another unit before."""

    device: Registered | None
    by: By
    another: bool = False


def match(look: PackedLook, devices: Collection[Registered]) -> Matched:
    """Which of `devices`, those of the school, the look was at."""
    if look.device:
        named = next((d for d in devices if d.code == look.device), None)
        return matched(look, named, "code")
    mine = _keys_of(look)
    for key, by in _TELLS:
        found = [d for d in devices if key in mine and mine[key] in d.keys()[key]]
        if len(found) == 1:
            return Matched(found[0], by)
    at = _at_address(look, devices)
    return matched(look, at, "address" if at else "")


def matched(look: PackedLook, device: Registered | None, by: By) -> Matched:
    """The look was at `device`, as `by` told; whether that was another unit before is seen."""
    return Matched(device, by, another=device is not None and _differs(_keys_of(look), device))


def _differs(mine: Mapping[str, str], device: Registered) -> bool:
    """True when the best key that both have says that this is another unit."""
    known = device.keys()
    key = next((key for key in KEYS if key in mine and known[key]), None)
    return key is not None and mine[key] not in known[key]


def _keys_of(look: PackedLook) -> dict[str, str]:
    said = look.observation.device.identity
    return known_by(vars(said)) if said is not None else {}


def _at_address(look: PackedLook, devices: Iterable[Registered]) -> Registered | None:
    address = look.address
    there = [d for d in devices if d.host and d.host.casefold() == address.host.casefold()]
    found = [d for d in there if d.onvif_port == address.onvif_port] if address.kind != "rtsp" else []
    return next((one[0] for one in (there, found) if len(one) == 1), None)
