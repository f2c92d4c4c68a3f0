"""What the registry holds already, as values: all that rows are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from camera_registry.lists import plain

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

    A site holds its networks, a channel the site it is at and its name.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    schools: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sites: Mapping[tuple[str, str], str] = field(default_factory=dict)
    devices: Mapping[tuple[str, str], KnownDevice] = field(default_factory=dict)
    channels: Mapping[tuple[str, str, int], tuple[str, str]] = field(default_factory=dict)

    def units_named(self, text: str) -> list[str]:
        """The codes of the units that `text` may mean: the unit of that code, else all of that name."""
        if text in self.units:
            return [text]
        return sorted(code for code, name in self.units.items() if plain(name) == plain(text))
