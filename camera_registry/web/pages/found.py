"""What discovery found and nobody registered, what is registered and never answered, and asking for a discovery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.numbers import LARGEST, number_of
from camera_registry.services.audit import detail
from camera_registry.services.discoveries import ask, looks
from camera_registry.services.found import dismiss, dismissed, inbox, restore
from camera_registry.services.listed import ListingError
from camera_registry.services.never_seen import LONGEST_DAYS, listed
from camera_registry.store import schools
from camera_registry.web.notices import after
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

What = Literal["found", "never", "dismissed"]
DAYS = 3
"""A device that was registered three days ago has been asked in three nights."""
Number = Annotated[int, Path(ge=1, le=LARGEST)]


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/found")
    def show(request: Request) -> Response:
        query = request.query_params
        q, what, days = query.get("q", "").strip(), _what(query), _days(query)

        def page(of: What) -> int:
            return page_of(query) if of == what else 1

        with parts.reading() as session:
            values: dict[str, Any] = {
                "found": inbox(session, q, page("found")),
                "never": listed(session, parts.now(), days, q, page("never")),
                "dismissed": dismissed(session, q, page("dismissed")),
            }
        return pages.page(request, "found.html", {**values, "q": q, "what": what, "days": days})

    @made.get("/schools/{code}/discovery")
    def how_far(request: Request, code: str, running: str = "") -> Response:
        with parts.reading() as session:
            found = looks(session, code)
        if found is None:
            raise HTTPException(404)
        page = pages.page(request, "discovery.html", {"looks": found})
        if running and not found.goes_on:
            page.headers["HX-Refresh"] = "true"  # what it found stands on the page as it is read anew
        return page

    @made.post("/schools/{code}/discover")
    def begin(code: str) -> Response:
        with parts.writing("discovery_ask", school=code) as session:
            _school(session, code)
            asked = ask(session, code, current().name, parts.outgoing(), parts.now())
            detail(session, count=asked)
        answer = after(f"/schools/{quote(code, safe='')}", "discover" if asked else "not-discover")
        answer.headers["location"] += "#discovery"
        return answer

    @made.post("/schools/{code}/found/{number}/dismiss")
    def leave_out(code: str, number: Number, why: Annotated[str, Form()] = "") -> Response:
        by, now = current().name, parts.now()
        return _changed(
            parts, code, "found_dismiss", lambda s, school: dismiss(s, school, number, why, by, now), "dismissed"
        )

    @made.post("/schools/{code}/found/{number}/restore")
    def take_back(code: str, number: Number) -> Response:
        return _changed(parts, code, "found_restore", lambda s, school: restore(s, school, number), "restored")

    return made


def _changed(parts: Parts, code: str, action: str, change: Callable[[Session, int], bool], done: str) -> Response:
    with parts.writing(action, school=code) as session:
        kept = change(session, _school(session, code))
    where = "/found?what=dismissed" if done == "restored" else "/found"
    return after(where, done if kept else f"not-{done}")


def _school(session: Session, code: str) -> int:
    """The id of the school; raises HTTPException 404 for one that there is not, for this viewer."""
    school = schools.by_code(session, code)
    if school is None or school.id is None:
        raise HTTPException(404)
    return school.id


def _what(query: QueryParams) -> What:
    match query.get("what"):
        case "never":
            return "never"
        case "dismissed":
            return "dismissed"
    return "found"


def _days(query: QueryParams) -> int:
    """How many days ago a device was registered, at least. Raises ListingError for what is no number of days."""
    text = query.get("days") or str(DAYS)
    days = 0 if text == "0" else number_of(text)
    if days is None or days > LONGEST_DAYS:
        raise ListingError(
            "days",
            {"vi": f"số ngày phải từ 0 đến {LONGEST_DAYS}.", "en": f"the days must be 0 to {LONGEST_DAYS}."},
        )
    return days
