"""Rows of the list of what is not compliant that a person has chosen: what they are, and what is done with all of them.

Strategy: the page shows what is chosen and offers what can be done; nothing is done before its button is pressed. Of
all rows that filters find, no more than MOST_ROWS are taken, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.reports.cost_words import cost_in_words
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.zalo import zalo_text
from camera_registry.services import waived
from camera_registry.services.actors import ACTORS
from camera_registry.services.audit import about
from camera_registry.services.listed import MOST_ROWS, Filter, Unit, not_one_of
from camera_registry.services.listing_asked import row_keys, row_name
from camera_registry.services.listing_whole import all_units
from camera_registry.services.row_costs import Pricing
from camera_registry.services.sweeps import Scope, SweepError, ask
from camera_registry.services.waivers import WaiverError
from camera_registry.services.waivers_of_many import AskedMany, Wish, ask_many
from camera_registry.store import listing
from camera_registry.store.places import RowKey
from camera_registry.web.language import N_
from camera_registry.web.notices import after
from camera_registry.web.pages.listing import asked, kept
from camera_registry.web.pages.waivers import NOT_A_DAY
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.sent import Sent
from standards.waiving.granting import Mistake

HERE = "/non-compliant/chosen"
WRONG = 422
BY = ("school", "actor")
NOTHING_NEW = N_("Nothing to send: for all of them a request waits already.")


@dataclass(frozen=True)
class Chosen:
    """The rows that are chosen, and how many more the filters would have found."""

    rows: tuple[Unit, ...]
    more: int

    @property
    def keys(self) -> tuple[RowKey, ...]:
        """What names them; rows of several streams have one."""
        return tuple(dict.fromkeys(row.key for row in self.rows))

    @property
    def devices(self) -> frozenset[tuple[str, str]]:
        """The codes of school and device of all of them."""
        return frozenset((row.school_code, row.device_code) for row in self.rows)


@dataclass(frozen=True)
class Told:
    """What the page says beside the rows: what is wrong with a wish, what it would come to, and what was typed."""

    text: str = ""
    wrong: tuple[Mistake, ...] = ()
    would: AskedMany | None = None
    typed: Mapping[str, str] | None = None
    status: int = 200


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/non-compliant/zalo")
    def zalo(request: Request) -> Response:
        return _zalo(request, parts, pages)

    @made.get(HERE)
    def show(request: Request) -> Response:
        with parts.reading() as session:
            every = request.query_params.get("all") == "1"
            found = _found(session, _wanted(request), parts, every=every)
        return _shown(request, parts, pages, found, Told())

    @made.post(f"{HERE}/check")
    def check(form: Sent) -> Response:
        keys = row_keys(map(str, form.getlist("row")))
        devices = frozenset((school, device) for school, device, *_ in keys)
        try:
            if not devices:
                return after("/non-compliant", "not-asked")
            with parts.writing("sweep_ask", scope="chosen", count=len(devices)) as session:
                sweep = ask(session, Scope(devices=devices), current().name, parts.now()).id
                about(session, sweep=sweep)
        except SweepError:
            return after("/non-compliant", "not-asked")
        return after("/", "asked", sweep)

    @made.post(f"{HERE}/waivers")
    def waivers(request: Request, form: Sent) -> Response:
        return _waivers(request, parts, pages, form)

    @made.get(f"{HERE}/waivers", include_in_schema=False)
    def back() -> Response:
        return RedirectResponse("/non-compliant", 303)

    return made


def _wanted(request: Request) -> Filter:
    """The rows that were ticked, or all that the filters find."""
    query = request.query_params
    wanted = replace(asked(query), page=1)
    return wanted if query.get("all") == "1" else replace(Filter(), rows=row_keys(query.getlist("row")))


def _found(session: Session, wanted: Filter, parts: Parts, *, every: bool = False) -> Chosen:
    """The rows; none where none was ticked, unless `every` row of the filters is meant."""
    if not (wanted.rows or every):
        return Chosen((), 0)
    desk, pricing = parts.desk(), Pricing(parts.prices, parts.zone)
    rows = tuple(islice(all_units(session, wanted, parts.edition, desk, pricing), MOST_ROWS))
    total = len(rows) if len(rows) < MOST_ROWS else listing.count(session, waived.narrowed(session, wanted, desk))
    return Chosen(rows, total - len(rows))


def _waivers(request: Request, parts: Parts, pages: Pages, form: FormData) -> Response:
    keys = row_keys(map(str, form.getlist("row")))
    typed = {name: str(form.get(name, "")) for name in ("reason", "ends")}
    with parts.reading() as session:
        found = _found(session, replace(Filter(), rows=keys), parts)
    try:
        wish = Wish(typed["reason"], current().name, _day(typed["ends"]))
        with parts.rehearsing() as session:
            would = ask_many(session, keys, wish, parts.editions(), parts.desk())
        if form.get("step") != "write" or not would.numbers:
            text = "" if would.numbers else NOTHING_NEW
            return _shown(request, parts, pages, found, Told(text, would=would, typed=typed))
        with parts.writing("waiver_ask", what="bulk", count=len(would.numbers)) as session:
            ask_many(session, keys, wish, parts.editions(), parts.desk())
    except WaiverError as error:
        return _shown(request, parts, pages, found, Told(wrong=error.mistakes, typed=typed, status=WRONG))
    return after("/waivers", "waivers")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise WaiverError("wrong", NOT_A_DAY) from None


def _shown(request: Request, parts: Parts, pages: Pages, found: Chosen, told: Told) -> Response:
    lang = pages.language(request)
    said = urlencode([("row", row_name(key)) for key in found.keys] + [("lang", lang)])
    values: dict[str, Any] = {
        "chosen": found, "told": told, "typed": told.typed or {}, "actors": ACTORS, "cost": cost_in_words,
        "row_name": row_name, "text": _text(found, "school", parts, lang), "most": MOST_ROWS,
        "exports": {form: f"/api/v1/non-compliant.{form}?{said}" for form in ("xlsx", "csv", "pdf", "json")},
    }  # fmt: skip
    return pages.page(request, "chosen.html", values, told.status)


def _zalo(request: Request, parts: Parts, pages: Pages) -> Response:
    by = request.query_params.get("by") or "school"
    if by not in BY:
        raise not_one_of("by", by, BY)
    with parts.reading() as session:
        found = _found(session, replace(asked(request.query_params), page=1), parts, every=True)
    text = _text(found, by, parts, pages.language(request))
    values = {"text": text, "by": by, "kept": kept(request.query_params), "rows": len(found.rows)}
    return pages.page(request, "zalo.html", values)


def _text(found: Chosen, by: str, parts: Parts, lang: str) -> str:
    preliminary = parts.edition.rests_on_working_values
    to = Shown(lang, parts.zone)
    return zalo_text(
        found.rows, "actor" if by == "actor" else "school", parts.now(), to, preliminary=preliminary, more=found.more
    )
