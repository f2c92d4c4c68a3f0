"""The devices that were found: route and answer. Codes are the public keys; moments are UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as InQuery
from pydantic import BaseModel

from camera_registry.api.answers import Named, PageAnswer
from camera_registry.api.asked import Registry
from camera_registry.api.queries import Query
from camera_registry.services.device_search import FoundDevice, found
from camera_registry.store.device_search import Narrowed


class SearchQuery(Query):
    """Words and filters, and which page of what has them; `cloud`: yes or no."""

    q: str = ""
    district: str | None = None
    school: str | None = None
    kind: str | None = None
    make: str | None = None
    verdict: str | None = None
    tag: str | None = None
    cloud: str | None = None
    page: int = 1
    size: int = 50


class FoundAnswer(BaseModel):
    """One device; `site` empty: the main one; make, model, serial and MAC as registered, else as the device says."""

    district: Named
    school: Named
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


class DevicesAnswer(PageAnswer):
    """One page of devices, by the codes of school and device."""

    rows: list[FoundAnswer]


def add(made: APIRouter, registry: Registry) -> None:
    """The route is in `made`."""

    @made.get("/devices")
    def devices_with_words(query: Annotated[SearchQuery, InQuery()]) -> DevicesAnswer:
        """One page of the devices that have every word of `q`, in themselves or in their school."""
        with registry() as session:
            narrowed = Narrowed(**query.model_dump(exclude={"q", "page", "size"}))
            page = found(session, query.q, query.page, query.size, narrowed)
        rows = [_row(row) for row in page.rows]
        return DevicesAnswer(
            total=page.total, units=page.units, page=page.page, size=page.size, pages=page.pages, rows=rows
        )


def _row(row: FoundDevice) -> FoundAnswer:
    values = {name: getattr(row, name) for name in FoundAnswer.model_fields if name not in ("district", "school")}
    return FoundAnswer(
        district=Named(code=row.district_code, name=row.district),
        school=Named(code=row.school_code, name=row.school),
        **values,
    )
