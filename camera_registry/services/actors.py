"""Who acts on a failed finding: the list of what is not compliant is handed out by actor. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from standards.model import Fix

Actor = Literal["school", "maintainer", "supplier", "carrier", "manager"]

ACTORS: dict[Actor, dict[str, str]] = {
    "school": {"vi": "Nhà trường", "en": "School"},
    "maintainer": {"vi": "Đơn vị bảo trì", "en": "Maintainer"},
    "supplier": {"vi": "Nhà cung cấp (bảo hành)", "en": "Supplier (warranty)"},
    "carrier": {"vi": "Nhà mạng", "en": "Carrier"},
    "manager": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
}
"""Who may have to act, in words."""


def supplied(owner: str, warranty_until: date | None, today: date) -> bool:
    """True where the supplier answers for a device: it is rented, or under warranty on this day."""
    return owner == "rented" or (warranty_until is not None and today <= warranty_until)


def actor(fix: Fix | None, *, owner: str, maintainer: str, warranty_until: date | None, today: date) -> Actor:
    """Who carries out `fix`: the supplier of what is rented or under warranty, the unit that pays for what is replaced,
    else who maintains the device, else the school. The carrier answers for the line of a site, never for a device.
    """
    if fix in ("repair", "replace", "firmware") and supplied(owner, warranty_until, today):
        return "supplier"
    if fix == "replace":
        return "manager"
    return "maintainer" if maintainer else "school"


def actor_at_place(fix: Fix | None) -> Actor:
    """Who acts on a finding about a site or a school: the carrier on its line, else the school."""
    return "carrier" if fix == "network" else "school"
