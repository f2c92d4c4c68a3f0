"""The two lists: what is not compliant, and beside it what could not be checked. Filters stand in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from camera_registry.services import waived
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import MOST_SCHOOLS, Filter, ListingError
from camera_registry.services.listing import not_checked, page_and_choices
from camera_registry.store import listing, totals, unchecked
from camera_registry.web import selects
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

_WORDS = (
    "district",
    "school",
    "rule",
    "fix",
    "verdict",
    "actor",
    "official",
    "free",
    "kind",
    "waiver",
    "sort",
    "direction",
)


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/non-compliant")
    def show_non_compliant(request: Request) -> Response:
        return _shown(request, parts, pages, _non_compliant)

    @made.get("/not-checked")
    def show_not_checked(request: Request) -> Response:
        return _shown(request, parts, pages, _not_checked)

    return made


def asked(query: QueryParams) -> Filter:
    """The filter that the address asks for; what is empty is not asked for. Raises ListingError."""
    words: dict[str, Any] = {name: query[name] for name in _WORDS if query.get(name)}
    return Filter(**words, q=query.get("q", "").strip(), page=page_of(query))


def page_of(query: QueryParams) -> int:
    """The number of the page that the address asks for. Raises ListingError for what is no number."""
    text = query.get("page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise ListingError("page", {"vi": "số trang phải từ 1 trở lên.", "en": "the page must be a number from 1."})
    return int(text)


def export(request: Request, lang: str) -> str:
    """Where the file of this list is: the same filters and order, all pages."""
    words = {name: request.query_params[name] for name in (*_WORDS, "q") if request.query_params.get(name)}
    return f"/api/v1{request.url.path}.csv?{urlencode({**words, 'lang': lang})}"


def _shown(
    request: Request, parts: Parts, pages: Pages, values: Callable[[Session, Filter, Parts], dict[str, Any]]
) -> Response:
    wanted = asked(request.query_params)
    with parts.reading() as session:
        found = {"wanted": wanted, "actors": ACTORS, **values(session, wanted, parts)}
    found["export"] = export(request, pages.language(request))
    return pages.page(request, found["template"], found)


def _non_compliant(session: Session, wanted: Filter, parts: Parts) -> dict[str, Any]:
    desk = parts.desk()
    wanted = replace(wanted, entry=parts.entry)
    narrowed = waived.narrowed(session, wanted, desk)
    page, known = page_and_choices(session, narrowed, parts.edition)
    return {
        "template": "non_compliant.html",
        "page": replace(page, rows=waived.beside(session, page.rows, desk)),
        "selects": selects.of_non_compliant(wanted, known),
        "sorts": selects.SORTS,
        "naturally": {name: direction for name, (_, direction) in listing.SORTS.items()},
    }


def _not_checked(session: Session, wanted: Filter, parts: Parts) -> dict[str, Any]:
    schools = totals.school_rows(session, wanted.district, MOST_SCHOOLS, wanted.school)
    places = totals.district_names(session), {row.code: row.name for row in schools}
    return {
        "template": "not_checked.html",
        "page": not_checked(session, wanted, parts.edition),
        "selects": selects.of_not_checked(wanted, *places),
        "sorts": selects.UNCHECKED_SORTS,
        "naturally": {name: direction for name, (_, direction) in unchecked.SORTS.items()},
    }
