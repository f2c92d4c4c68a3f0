"""Registered but never seen: devices that have never answered, and why the newest look at them came to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from camera_registry.services.device_access import reason_of
from camera_registry.services.listed import Filter, Page
from camera_registry.store import never_seen as store
from standards.model import Text

LONGEST_DAYS = 3650


@dataclass(frozen=True, kw_only=True)
class NeverSeen:
    """One device that has never answered. `registered_at` None: before history was kept; `looked_at` None: nobody has
    looked yet; `reason` says how the newest look ended, empty where there was none.
    """

    school_code: str
    school: str
    site: str
    code: str
    kind: str
    make: str
    model: str
    host: str
    onvif_port: int
    silent_nights: int
    registered_at: datetime | None
    looked_at: datetime | None
    reason: Text


def listed(session: Session, now: datetime, days: int, q: str = "", page: int = 1, size: int = 50) -> Page[NeverSeen]:
    """One page of the devices that were registered `days` days ago or earlier and have never answered, at the schools
    that have every word of `q`. Raises ListingError for a page that there is not.
    """
    wanted, before = Filter(q=q, page=page, size=size), now - timedelta(days=days)
    total = store.count(session, wanted.q, before)
    rows = store.page(session, wanted.q, before, page, size) if total else ()
    looks = store.last_looks(session, [row.id for row in rows])
    return Page(tuple(_device(row, looks.get(row.id)) for row in rows), total, total, page, size)


def _device(row: Any, look: Any) -> NeverSeen:
    same = ("school_code", "school", "site", "code", "kind", "make", "model", "host", "onvif_port", "silent_nights",
            "registered_at")  # fmt: skip
    return NeverSeen(
        looked_at=look.ended_at if look is not None else None,
        reason=reason_of(look.reason if look is not None else ""),
        **{name: getattr(row, name) for name in same},
    )
