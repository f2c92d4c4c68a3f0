"""What the pages are made of: everything they use is handed to them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from camera_registry.daylight import SunUp
from camera_registry.services.waivers import Desk
from camera_registry.store.places import USUAL, Entry
from camera_registry.vault import Vault
from standards import Edition, Editions
from standards.planning.prices import PriceBook
from standards.waiving.waivers import Terms


@dataclass(frozen=True)
class Parts:
    """The registry, the editions in force, and how things are shown.

    `vault` opens the vault, inside the transaction in which a password is sealed, and raises VaultError when it cannot;
    `now` is the clock; `hosts` are the names under which the pages may be asked for; `sun_up` tells day from night at a
    site; `terms` are those of waivers; without `prices` no cost is known; `entry` says when a failure enters the
    official list.
    """

    engine: Engine
    editions: Callable[[], Editions]
    vault: Callable[[], Vault]
    now: Callable[[], datetime]
    language: str
    zone: ZoneInfo
    hosts: tuple[str, ...]
    sun_up: SunUp
    terms: Terms = field(default_factory=Terms)
    prices: PriceBook | None = None
    entry: Entry = USUAL

    def desk(self) -> Desk:
        """The moment, the terms of waivers and the zone."""
        return Desk(self.now(), self.terms, self.zone.key, self.entry)

    @property
    def edition(self) -> Edition:
        """The edition that decides now."""
        return self.editions().decides
