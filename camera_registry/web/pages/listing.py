"""The two lists: what is not compliant, and beside it what could not be checked. Filters stand in the address, and so
do columns and groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.cost_words import cost_in_words, sum_in_words
from camera_registry.services import waived
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import MOST_SCHOOLS, Filter, ListingError, Page
from camera_registry.services.listing import not_checked, page_and_choices
from camera_registry.services.listing_asked import row_name
from camera_registry.services.listing_groups import MOST_SUMMED, Group, grouped
from camera_registry.services.replies import RESULTS, results_of
from camera_registry.services.row_costs import Pricing
from camera_registry.store import listing, totals, unchecked
from camera_registry.web import list_columns, selects
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

WORDS = (
    *("district", "school", "rule", "fix", "verdict", "actor", "make", "model", "official", "free", "kind", "waiver"),
    *("sort", "direction"),
)
FORMS = ("xlsx", "csv", "pdf", "json")
GROUPS_ON_PAGE = 50


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/non-compliant")
    def show_non_compliant(request: Request) -> Response:
        columns = list_columns.shown(request)
        answer = _shown(request, parts, pages, _groups if request.query_params.get("group") else _non_compliant)
        list_columns.remember(request, answer, columns, https=parts.https)
        return answer

    @made.get("/not-checked")
    def show_not_checked(request: Request) -> Response:
        return _shown(request, parts, pages, _not_checked)

    return made


def asked(query: QueryParams) -> Filter:
    """The filter that the address asks for; what is empty is not asked for. Raises ListingError."""
    words: dict[str, Any] = {name: query[name] for name in WORDS if query.get(name)}
    return Filter(**words, q=query.get("q", "").strip(), page=page_of(query))


def page_of(query: QueryParams) -> int:
    """The number of the page that the address asks for. Raises ListingError for what is no number."""
    text = query.get("page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise ListingError("page", {"vi": "số trang phải từ 1 trở lên.", "en": "the page must be a number from 1."})
    return int(text)


def kept(query: Mapping[str, str], **more: str) -> dict[str, str]:
    """The filters and the order of this address, and what comes to them; what is empty is left out."""
    words = {name: query[name] for name in (*WORDS, "q") if query.get(name)} | more
    return {name: value for name, value in words.items() if value}


def exports(which: str, query: Mapping[str, str], lang: str, columns: str = "", **more: str) -> dict[str, str]:
    """Where the files of this list are, by their form: the same filters, order and columns, all pages."""
    words = {**kept(query, **more), "lang": lang}
    of = {form: words | ({"columns": columns} if columns and form != "pdf" else {}) for form in FORMS}
    return {form: f"/api/v1/{which}.{form}?{urlencode(said)}" for form, said in of.items()}


Values = Callable[[Session, Filter, Request, Parts], dict[str, Any]]


def _shown(request: Request, parts: Parts, pages: Pages, values: Values) -> Response:
    wanted = asked(request.query_params)
    with parts.reading() as session:
        found: dict[str, Any] = {"wanted": wanted, "actors": ACTORS, "kept": kept(request.query_params)}
        found |= values(session, wanted, request, parts)
    lang, columns = pages.language(request), found.get("columns")
    said = columns.said if columns else ""
    found["exports"] = exports(request.url.path.removeprefix("/"), request.query_params, lang, said)
    return pages.page(request, found["template"], found)


def _non_compliant(session: Session, wanted: Filter, request: Request, parts: Parts) -> dict[str, Any]:
    desk = parts.desk()
    wanted = replace(wanted, entry=parts.entry)
    narrowed = waived.narrowed(session, wanted, desk)
    page, known = page_and_choices(session, narrowed, parts.edition)
    priced = Pricing(parts.prices, parts.zone).every(
        waived.beside(session, page.rows, desk), parts.edition, parts.now()
    )
    return {
        "template": "non_compliant.html",
        "page": replace(page, rows=tuple(priced)),
        "selects": [*selects.of_non_compliant(wanted, known), selects.of_groups(None)],
        "columns": list_columns.shown(request),
        "all_columns": list_columns.COLUMNS,
        "sorted_by": list_columns.SORTED_BY,
        "cost": cost_in_words,
        "row_name": row_name,
        "replied": results_of(session, [row.device_id for row in page.rows]),
        "results": RESULTS,
        "sorts": selects.SORTS,
        "naturally": {name: direction for name, (_, direction) in listing.SORTS.items()},
    }


def _groups(session: Session, wanted: Filter, request: Request, parts: Parts) -> dict[str, Any]:
    by, desk = request.query_params["group"], parts.desk()
    narrowed = waived.narrowed(session, replace(wanted, entry=parts.entry), desk)
    page, known = page_and_choices(session, replace(narrowed, page=1, size=1), parts.edition)
    basis = Pricing(parts.prices, parts.zone).basis(parts.edition, parts.now())
    groups = grouped(session, narrowed, by, basis)
    start = (wanted.page - 1) * GROUPS_ON_PAGE
    shown: Page[Group] = Page(
        groups[start : start + GROUPS_ON_PAGE], len(groups), page.units, wanted.page, GROUPS_ON_PAGE
    )
    columns = list_columns.shown(request)

    def files(group: Group, lang: str) -> dict[str, str]:
        return exports("non-compliant", request.query_params, lang, columns.said, **group.narrows)

    return {
        "template": "non_compliant_groups.html",
        "rows": page,
        "page": shown,
        "by": by,
        "files": files,
        "summed": page.total <= MOST_SUMMED,
        "priced": parts.prices is not None,
        "in_words": sum_in_words,
        "zalo": by in ("actor", "school"),
        "columns": columns,
        "may_act": current().may("check"),
        "selects": [*selects.of_non_compliant(wanted, known), selects.of_groups(by)],
        "sorts": selects.SORTS,
    }


def _not_checked(session: Session, wanted: Filter, _: Request, parts: Parts) -> dict[str, Any]:
    schools = totals.school_rows(session, wanted.district, MOST_SCHOOLS, wanted.school)
    places = totals.district_names(session), {row.code: row.name for row in schools}
    return {
        "template": "not_checked.html",
        "page": not_checked(session, wanted, parts.edition),
        "selects": selects.of_not_checked(wanted, *places),
        "sorts": selects.UNCHECKED_SORTS,
        "naturally": {name: direction for name, (_, direction) in unchecked.SORTS.items()},
    }
