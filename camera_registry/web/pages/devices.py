"""Finding a device by words, narrowed as one types; the words, the filters and the page stand in the address."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session, col
from starlette.datastructures import QueryParams
from starlette.responses import Response

from camera_registry.importing.names import name_of
from camera_registry.lists import DEVICE_KINDS
from camera_registry.models import Device
from camera_registry.services.device_search import found
from camera_registry.services.listed import Choice
from camera_registry.store import totals
from camera_registry.store.device_search import Narrowed
from camera_registry.store.school_list import tags, texts
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.selects import VERDICTS, Select, named
from standards.model import Text

FILTERS = ("district", "school", "kind", "make", "verdict", "tag", "cloud")
_VERDICT: Text = {"vi": "Kết luận", "en": "Conclusion"}
_CLOUD: Text = {"vi": "Địa chỉ", "en": "Address"}
_CLOUDS: dict[str, Text] = {
    "no": {"vi": "Có địa chỉ", "en": "With an address"},
    "yes": {"vi": "Chỉ xem qua đám mây", "en": "Cloud only"},
}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/devices")
    def show(request: Request) -> Response:
        q, narrowed = asked(request.query_params)
        with parts.reading() as session:
            page = found(session, q, page_of(request.query_params), narrowed=narrowed)
            selects = _selects(session, narrowed)
        return pages.page(request, "devices.html", {"page": page, "q": q, "selects": selects, "wanted": narrowed})

    return made


def asked(query: QueryParams) -> tuple[str, Narrowed]:
    """The words and the filters of an address; what is empty is not asked for."""
    words: dict[str, Any] = {name: query.get(name) or None for name in FILTERS}
    return query.get("q", "").strip(), Narrowed(**words)


def _selects(session: Session, wanted: Narrowed) -> list[Select]:
    """What there is to choose from; nothing where there is no choice."""
    units, file = named(totals.district_names(session)), "devices.csv"
    kinds = [Choice(code, {"vi": words["vi"], "en": words["en"]}, 0) for code, words in DEVICE_KINDS.items()]
    verdicts = [Choice(name, words, 0) for name, words in VERDICTS.items()]
    makes, known = texts(session, col(Device.make)), tags(session, Device)
    clouds = [Choice(value, words, 0) for value, words in _CLOUDS.items()]
    selects = [
        Select("district", name_of("schools.csv", "managed_by"), wanted.district, tuple(units if units[1:] else ())),
        Select("kind", name_of(file, "kind"), wanted.kind, tuple(kinds)),
        Select("verdict", _VERDICT, wanted.verdict, tuple(verdicts)),
        Select("make", name_of(file, "make"), wanted.make, tuple(named({make: make for make in makes}))),
        Select("cloud", _CLOUD, wanted.cloud, tuple(clouds)),
        Select("tag", name_of(file, "tags"), wanted.tag, tuple(named({tag: tag for tag in known}))),
    ]
    return [select for select in selects if select.choices]
