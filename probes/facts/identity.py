"""Identity: by what a device is known again, and whether two looks saw the same unit.

Strategy: pure. The hardware address stands before the endpoint UUID, and that before the serial number, which rebrands
share. What a factory forgot to fill in is no identity, nor is a value that other devices of the registry have too. Two
looks are compared by the best key that both have; where there is none, only another maker or model tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Key = Literal["mac", "endpoint", "serial", "model"]
KEYS: tuple[Key, ...] = ("mac", "endpoint", "serial")
"""What a device is known by, the best first."""
_WORDS = frozenset(
    (
        "none",
        "null",
        "nil",
        "unknown",
        "undefined",
        "default",
        "serial",
        "serialnumber",
        "serialno",
        "number",
        "string",
        "test",
        "example",
        "device",
        "camera",
        "ipcamera",
        "notset",
        "empty",
        "tobefilledbyoem",
    )
)
_COUNTED = "01234567890123456789"
_OEM_MACS = frozenset({"001122334455", "112233445566", "123456789abc", "123456789012", "0123456789ab", "aabbccddeeff",
                       "001234567890", "00408c000000", "deadbeef0000", "000c29000000"})  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Compared:
    """Whether two looks saw one unit (None: nobody can tell), by which key, and its values then and now."""

    same: bool | None
    key: Key | None = None
    before: str = ""
    now: str = ""


def known_by(facts: Mapping[str, Any], shared: Collection[str] = ()) -> dict[str, str]:
    """The usable keys of a device, by the names of `facts.Identity`; `shared` values are those of other devices too."""
    found: dict[str, str] = {}
    for key, plain in (("mac", mac), ("endpoint", endpoint), ("serial", serial)):
        value = plain(str(facts.get(key) or ""))
        if value is not None and value not in shared:
            found[key] = value
    return found


def compare(old: Mapping[str, Any], new: Mapping[str, Any], shared: Collection[str] = ()) -> Compared:
    """Whether `old` and `new` (values by the names of `facts.Identity`) are of one unit. Firmware does not count."""
    before, now = known_by(old, shared), known_by(new, shared)
    for key in KEYS:
        if key in before and key in now:
            return Compared(before[key] == now[key], key, before[key], now[key])
    was, is_ = (" ".join(str(facts.get(n) or "") for n in ("manufacturer", "model")).strip() for facts in (old, new))
    if was and is_ and was.casefold() != is_.casefold():
        return Compared(False, "model", was, is_)
    return Compared(None)


def mac(text: str) -> str | None:
    """The twelve digits of a hardware address that one unit has; None for a placeholder.

    Not one unit's own: all zeros or ones, a group address, one that was made up (locally administered, IEEE 802 clause
    8.4), or one of the samples that whole series of devices were sold with.
    """
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if len(digits) != 12 or len(set(digits)) == 1 or digits in _OEM_MACS or not digits[6:].strip("0"):
        return None
    return None if int(digits[1], 16) & 0b11 else digits


def endpoint(text: str) -> str | None:
    """The 32 digits of an endpoint UUID; None for one that is empty, counted up, or all of one digit."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower().removeprefix("urn:").removeprefix("uuid:"))
    return digits if _UUID.fullmatch(digits) and len(set(digits)) > 3 and not _is_counted(digits[:16]) else None


def serial(text: str) -> str | None:
    """A serial number as letters and digits; None for what a factory forgot to fill in."""
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    if len(plain) < 4 or plain in _WORDS or text.strip().casefold() in _WORDS:
        return None
    return None if len(set(plain)) == 1 or _is_counted(plain) else plain


def _is_counted(digits: str) -> bool:
    return digits in _COUNTED or digits in _COUNTED[::-1]
