"""Finding a school: the list, narrowed as one types; words and filters stand in the address."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from camera_registry.importing.names import name_of
from camera_registry.lists import LEVELS
from camera_registry.models import School
from camera_registry.services.listed import Choice
from camera_registry.services.school_list import found
from camera_registry.store import totals
from camera_registry.store.school_list import SchoolsWanted, tags
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.selects import Select, named
from standards.model import Text

_DEVICES: dict[str, Text] = {
    "with": {"vi": "Đã có thiết bị", "en": "With devices"},
    "without": {"vi": "Chưa có thiết bị", "en": "Without devices"},
}
_LABEL: Text = {"vi": "Thiết bị", "en": "Devices"}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/schools")
    def show(request: Request) -> Response:
        wanted = _asked(request.query_params)
        with parts.reading() as session:
            values = {"page": found(session, wanted), "selects": _selects(session, wanted)}
        return pages.page(request, "schools.html", {"q": wanted.q, **values})

    return made


def _asked(query: QueryParams) -> SchoolsWanted:
    words: dict[str, Any] = {name: query.get(name) or None for name in ("district", "level", "tag", "devices")}
    return SchoolsWanted(q=query.get("q", "").strip(), page=page_of(query), **words)


def _selects(session: Session, wanted: SchoolsWanted) -> list[Select]:
    """What there is to choose from; nothing where there is no choice."""
    units = named(totals.district_names(session))
    levels = [Choice(code, {"vi": words["vi"], "en": words["en"]}, 0) for code, words in LEVELS.items()]
    known = named({tag: tag for tag in tags(session, School)})
    devices = [Choice(value, words, 0) for value, words in _DEVICES.items()]
    file = "schools.csv"
    selects = [
        Select("district", name_of(file, "managed_by"), wanted.district, tuple(units if len(units) > 1 else ())),
        Select("level", name_of(file, "levels"), wanted.level, tuple(levels)),
        Select("devices", _LABEL, wanted.devices, tuple(devices)),
        Select("tag", name_of(file, "tags"), wanted.tag, tuple(known)),
    ]
    return [select for select in selects if select.choices]
