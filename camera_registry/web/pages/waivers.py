"""Waivers: the list of requests to decide and of what holds, and the forms. Who asks or decides has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.api.waivers import STATUS
from camera_registry.reports.waiver_words import STANDING_WORDS
from camera_registry.services import waived, waivers
from camera_registry.services.audit import about
from camera_registry.services.explained import title
from camera_registry.services.listed import Choice
from camera_registry.services.waivers import WaiverError
from camera_registry.store import devices, totals
from camera_registry.store.waivers import WaiversWanted
from camera_registry.web.notices import after
from camera_registry.web.pages.device import AT, address
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.selects import Select
from standards.model import Text
from standards.waiving.granting import Mistake
from standards.waiving.waivers import Decision, Scope, StandingName

ON_PAGE = 20
HEADINGS: Mapping[StandingName, Text] = {
    **STANDING_WORDS,
    "asked": {"vi": "Chờ duyệt", "en": "To be decided"},
    "in_force": {"vi": "Đang có hiệu lực", "en": "In force"},
    "lapsed": {"vi": "Đã hết hạn", "en": "Lapsed"},
}
SHOWN_FIRST: tuple[StandingName, ...] = ("asked", "lapsing", "in_force", "not_begun", "lapsed")
NOT_A_DAY: Mistake = ("ends", {"vi": "hãy chọn ngày cuối cùng.", "en": "choose the last day."})
LARGEST_ID = 2**63 - 1
LevelOrNone = Literal["school", "district", "city", ""]


class Asking(BaseModel):
    """The form of a request as it was typed."""

    rule: str
    kind: Literal["channel", "device", "school"]
    channel: int | None = None
    reason: str = ""
    ends: str = ""
    level: LevelOrNone = ""


class Deciding(BaseModel):
    """The form of a decision as it was typed."""

    what: Literal["approve", "refuse", "withdraw"]
    note: str = ""


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/waivers")
    def show(request: Request) -> Response:
        return _listed(request, parts, pages, {})

    @made.post("/waivers/{number}")
    def decide(
        request: Request, number: Annotated[int, Path(ge=1, le=LARGEST_ID)], form: Annotated[Deciding, Form()]
    ) -> Response:
        try:
            _decide(parts, number, form)
        except WaiverError as error:
            if error.kind == "no_such":
                raise HTTPException(404) from None
            typed = {**form.model_dump(), "number": number, "mistakes": error.mistakes}
            return _listed(request, parts, pages, typed, STATUS[error.kind])
        return after("/waivers", form.what)

    @made.get("/waivers/{number}", include_in_schema=False)
    def back_to_list(number: str) -> Response:  # noqa: ARG001  (the address of a form leads back to its page)
        return RedirectResponse("/waivers", 303)

    @made.post(f"{AT}/waiver")
    def ask(request: Request, school: str, code: str, form: Annotated[Asking, Form()]) -> Response:
        try:
            _ask(parts, school, code, form)
        except WaiverError as error:
            return _again(request, parts, pages, (school, code), form, error)
        return after(address(school, code), "waiver")

    @made.get(f"{AT}/waiver", include_in_schema=False)
    def back(school: str, code: str) -> Response:
        return RedirectResponse(address(school, code), 303)

    return made


def _ask(parts: Parts, school: str, code: str, form: Asking) -> None:
    try:
        ends = date.fromisoformat(form.ends)
    except ValueError:
        raise WaiverError("wrong", NOT_A_DAY) from None
    device = {} if form.kind == "school" else {"device": code}
    scope = Scope(kind=form.kind, school=school, **device, channel=form.channel if form.kind == "channel" else None)
    wanted = waivers.Request(
        rule=form.rule, scope=scope, reason=form.reason, by=current().name, ends=ends, level=form.level or None
    )
    editions, desk = parts.editions(), parts.desk()
    with parts.writing("waiver_ask", school=school, rule=form.rule, scope=form.kind) as session:
        about(session, waiver=waivers.ask(session, wanted, editions, desk))


def _decide(parts: Parts, number: int, form: Deciding) -> None:
    desk, viewer = parts.desk(), current()
    action = "waiver_withdraw" if form.what == "withdraw" else "waiver_decide"
    with parts.writing(action, waiver=number, decision=form.what) as session:
        if form.what == "withdraw":
            waivers.withdraw(session, number, viewer.name, viewer.level, form.note, desk)
            return
        decision = Decision(form.what == "approve", viewer.name, viewer.level or "school", desk.now, form.note)
        waivers.decide(session, number, decision, desk)


def _listed(request: Request, parts: Parts, pages: Pages, typed: Mapping[str, Any], status: int = 200) -> Response:
    query, editions, desk = request.query_params, parts.editions(), parts.desk()
    state, district, school = (query.get(name) or None for name in ("state", "district", "school"))
    page = page_of(query) if state else 1
    with parts.reading() as session:
        sections = {}
        for name in [state] if state else SHOWN_FIRST:
            wanted = WaiversWanted(state=name, district=district, school=school, page=page, size=ON_PAGE)
            sections[name] = waived.listed(session, wanted, editions, desk)
        units = totals.district_names(session)
    values = {"sections": sections, "headings": HEADINGS, "selects": _selects(state, district, units)}
    return pages.page(request, "waivers.html", {**values, "chosen": state, "typed": typed}, status)


def _selects(state: str | None, district: str | None, units: Mapping[str, str]) -> list[Select]:
    states = tuple(Choice(name, words, 0) for name, words in HEADINGS.items())
    named = tuple(Choice(code, {"vi": name, "en": name}, 0) for code, name in units.items())
    return [
        Select("state", {"vi": "Tình trạng", "en": "State"}, state, states),
        Select("district", {"vi": "Đơn vị quản lý", "en": "Managing unit"}, district, named),
    ]


def _again(
    request: Request, parts: Parts, pages: Pages, at: tuple[str, str], form: Asking, error: WaiverError
) -> Response:
    """The form once more, with what is wrong and everything that was typed."""
    with parts.reading() as session:
        if devices.by_code(session, *at) is None:
            raise HTTPException(404)
    rules = (rule for edition in parts.editions() for rule in edition.rules if rule.id == form.rule)
    values = {"mistakes": error.mistakes, "typed": form.model_dump(), "title": title(next(rules, None), form.rule)}
    where = {"address": address(*at), "device": f"{at[1]} – {at[0]}"}
    return pages.page(request, "waiver_ask.html", {**values, **where}, STATUS[error.kind])
