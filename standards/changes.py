"""Changes: what is different from the look before. Pure.

Strategy: identities in, one sentence out. Firmware alone is no other unit, and where no key can be compared nothing is
said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from probes.facts.identity import Key, compare
from standards.model import Text

_KEY: dict[Key, Text] = {
    "mac": {"vi": "địa chỉ MAC", "en": "MAC address"},
    "endpoint": {"vi": "mã UUID", "en": "endpoint UUID"},
    "serial": {"vi": "số sê-ri", "en": "serial number"},
    "model": {"vi": "hãng và model", "en": "maker and model"},
}


@dataclass(frozen=True)
class UnitChange:
    """Another unit stands where one stood: told by `key`, whose values were `before` and are `now`."""

    key: Key
    before: str
    now: str

    @property
    def why(self) -> Text:
        """The change in words."""
        return {
            "vi": f"Thiết bị khác so với lần kiểm tra trước: {_KEY[self.key]['vi']} {self.before} → {self.now}.",
            "en": f"Another unit than in the look before: {_KEY[self.key]['en']} {self.before} → {self.now}.",
        }


def another_unit(old: Mapping[str, Any], new: Mapping[str, Any], shared: Collection[str] = ()) -> UnitChange | None:
    """What tells that `new` is another unit than `old` (values by the names of `facts.Identity`); None when it is the
    same or nobody can tell. `shared` values stand on other devices too, and tell nothing.
    """
    seen = compare(old, new, shared)
    return UnitChange(seen.key, seen.before, seen.now) if seen.same is False and seen.key else None
