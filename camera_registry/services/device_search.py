"""Finding a device: by code, address, serial number, MAC, make and model, or its school. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.lists import DEVICE_KINDS
from camera_registry.services.listed import VERDICTS, Filter, Page, not_one_of
from camera_registry.store import device_search as store
from camera_registry.store.device_search import ALL, Narrowed

CLOUD = ("yes", "no")


@dataclass(frozen=True, kw_only=True)
class FoundDevice:
    """One device. Make, model, serial number and MAC are as registered, else as the device says them; `verdict` is the
    worst of its channels. `site` is empty for the main one. `tags` are joined with "; ".
    """

    district_code: str
    district: str
    school_code: str
    school: str
    site: str
    code: str
    kind: str
    host: str
    make: str
    model: str
    serial: str
    mac: str
    tags: str
    version: int
    channels: int
    verdict: str
    last_answered: datetime | None
    silent_nights: int


def found(session: Session, q: str, page: int = 1, size: int = 50, narrowed: Narrowed = ALL) -> Page[FoundDevice]:
    """One page of the devices that have every word of `q`, in themselves or in their school, by the codes of both; all
    where `q` is empty. Marks and case do not matter. Raises ListingError for a page or a value that there is not.
    """
    wanted = Filter(q=q, page=page, size=size)
    closed = (("kind", tuple(DEVICE_KINDS)), ("verdict", VERDICTS), ("cloud", CLOUD))
    for field, choices in closed:
        value = getattr(narrowed, field)
        if value is not None and value not in choices:
            raise not_one_of(field, value, choices)
    total = store.count(session, wanted.q, narrowed)
    ids = store.ids(session, wanted.q, page, size, narrowed) if total else []
    said = store.said(session, ids)
    rows = tuple(_device(row, said.get(row.id)) for row in store.of_ids(session, ids))
    return Page(rows, total, total, page, size)


def _device(row: Any, said: Any) -> FoundDevice:
    same = ("district_code", "district", "school_code", "school", "site", "code", "kind", "host", "tags", "version",
            "channels", "verdict", "silent_nights")  # fmt: skip
    return FoundDevice(
        **{name: getattr(row, name) for name in same},
        make=row.make or (said.manufacturer if said else ""),
        model=row.model or (said.model if said else ""),
        serial=row.serial or (said.serial if said else ""),
        mac=row.mac or (said.mac if said else ""),
        last_answered=row.last_answered_at,
    )
