"""Schools as a list: found by words and narrowed. Reading only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from camera_registry.lists import LEVELS
from camera_registry.services.listed import Filter, Page, not_one_of
from camera_registry.store import school_list as store
from camera_registry.store.school_list import SchoolsWanted

DEVICES = ("with", "without")


@dataclass(frozen=True, kw_only=True)
class SchoolFound:
    """One school; `levels` and `tags` are joined with "; ". `version` is that of the school without its sites."""

    code: str
    name: str
    levels: str
    kind: str
    tags: str
    version: int
    district_code: str
    district: str
    sites: int
    devices: int
    channels: int


def found(session: Session, wanted: SchoolsWanted) -> Page[SchoolFound]:
    """One page of the schools that are wanted, by code; every word has to stand in code, name or tags, marks and case
    do not matter. Raises ListingError for what there is not.
    """
    Filter(q=wanted.q, page=wanted.page, size=wanted.size)
    for field, value, choices in (("level", wanted.level, tuple(LEVELS)), ("devices", wanted.devices, DEVICES)):
        if value is not None and value not in choices:
            raise not_one_of(field, value, choices)
    total = store.count(session, wanted)
    ids = store.ids(session, wanted) if total else []
    rows = tuple(SchoolFound(**row._asdict()) for row in store.of_ids(session, ids))
    return Page(rows, total, total, wanted.page, wanted.size)
