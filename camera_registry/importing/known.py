"""What the registry holds already, as values: all that rows are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from camera_registry.lists import plain

Kind = Literal["district", "school", "site", "device", "channel"]
KINDS: tuple[Kind, ...] = ("district", "school", "site", "device", "channel")
Key = tuple[str | int, ...]
"""The public key of a row: (unit), (school), (school, site), (school, device), (school, device, index)."""
Address = tuple[str, int, int | None, str]
"""Host, ONVIF port, RTSP port, path of the stream."""


@dataclass(frozen=True)
class KnownDevice:
    """A device as it is registered."""

    kind: str
    site: str
    address: Address


@dataclass(frozen=True)
class Known:
    """Units by code; schools by code (name, unit); sites, devices and channels by their public keys.

    A site holds its networks, a channel the site it is at and its name. `rows` holds all columns that an import may
    change, by kind and public key; a unit, a site and a channel that a row points to stand there by their public keys.
    `issued` are codes that the registry gave to schools, seen or not.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    schools: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sites: Mapping[tuple[str, str], str] = field(default_factory=dict)
    devices: Mapping[tuple[str, str], KnownDevice] = field(default_factory=dict)
    channels: Mapping[tuple[str, str, int], tuple[str, str]] = field(default_factory=dict)
    rows: Mapping[Kind, Mapping[Key, Mapping[str, Any]]] = field(default_factory=dict)
    issued: frozenset[str] = frozenset()

    def units_named(self, text: str) -> list[str]:
        """The codes of the units that `text` may mean: the unit of that code, else all of that name."""
        if text in self.units:
            return [text]
        return sorted(code for code, name in self.units.items() if plain(name) == plain(text))

    def row(self, kind: Kind, key: Key) -> Mapping[str, Any] | None:
        """The columns of this row as they stand; None when there is none."""
        return self.rows.get(kind, {}).get(key)
