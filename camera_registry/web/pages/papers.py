"""Papers (Hồ sơ, báo cáo): the periods of reports, who has not sent, figures that are frozen, and what can be printed.

Strategy: the address says whose figures (the unit) and which (frozen ones by their number, else those of now), so every
link of a paper can be kept. Freezing is asked about first, on a page that shows what is frozen; the figures are made
while nothing is written, and kept in a short transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import Viewer, current
from camera_registry.services import periods
from camera_registry.services.audit import about
from camera_registry.services.period_figures import Source, figures
from camera_registry.services.periods import KINDS, Dates, PeriodError
from camera_registry.store import acceptances, districts
from camera_registry.store import periods as store
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

STATUS = {"wrong": 422, "no_such": 404, "conflict": 409}
WORDS: Mapping[str, Text] = {
    "state": {"vi": "Biểu hiện trạng (chỉ số liệu, không đánh giá)", "en": "State of what is there (facts alone)"},
    "half-year": {"vi": "Báo cáo sơ kết học kỳ I, kèm PL1–PL7", "en": "Report of the half-year, with PL1–PL7"},
    "year-end": {"vi": "Báo cáo tổng kết năm học, kèm PL1–PL7", "en": "Report of the school year, with PL1–PL7"},
    "plan": {"vi": "Kế hoạch năm học", "en": "Plan of the school year"},
    "request": {"vi": "Tờ trình và Dự toán (PL6)", "en": "Request with the estimate (PL6)"},
    "specification": {"vi": "Yêu cầu kỹ thuật camera mua mới", "en": "Specification of new cameras"},
}
"""The papers of a unit, by the name in their address."""
NOT_A_DAY: Text = {"vi": "Ngày không đọc được; hãy chọn trên lịch.", "en": "A day cannot be read; choose it."}
KindName = Literal["plan", "half_year", "year_end"]


class SettingPeriod(BaseModel):
    """The form of a period as it was typed."""

    school_year: str
    kind: KindName
    cut_off: str = ""
    due_unit: str = ""
    due_city: str = ""


class SayingSent(BaseModel):
    """Who has sent, or has not."""

    school_year: str
    kind: KindName
    sender: str
    sent: bool = False


class Freezing(BaseModel):
    """For which period figures are frozen."""

    school_year: str
    kind: KindName


@dataclass(frozen=True)
class Wanted:
    """Whose papers are wanted: the unit (None: the city), and of which frozen figures ("" of now)."""

    unit: str | None
    frozen: str


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/papers")
    def show(request: Request) -> Response:
        return _list(request, parts, pages)

    @made.post("/papers/periods")
    def set_period(request: Request, form: Annotated[SettingPeriod, Form()]) -> Response:
        try:
            dates = _dates(form)
            with parts.writing("period_change", period=f"{form.school_year} {form.kind}") as session:
                periods.set_period(session, dates)
        except PeriodError as error:
            return _list(request, parts, pages, error, form.model_dump())
        return after("/papers", "period-set")

    @made.post("/papers/sent")
    def say_sent(request: Request, form: Annotated[SayingSent, Form()]) -> Response:
        key, what = (form.school_year, form.kind), "sent" if form.sent else "not_sent"
        try:
            with parts.writing("period_sent", period=" ".join(key), outcome=what, where=form.sender) as session:
                periods.say_sent(session, key, form.sender, current(), parts.now(), sent=form.sent)
        except PeriodError as error:
            return _list(request, parts, pages, error)
        return after("/papers", "report-sent" if form.sent else "report-not-sent")

    @made.get("/papers/freeze")
    def ask(request: Request, school_year: str, kind: KindName) -> Response:
        return _ask(request, parts, pages, (school_year, kind))

    @made.post("/papers/freeze")
    def freeze(request: Request, form: Annotated[Freezing, Form()]) -> Response:
        try:
            number = _freeze(parts, (form.school_year, form.kind))
        except PeriodError as error:
            return _list(request, parts, pages, error)
        return after(f"/papers/frozen/{number}", "frozen")

    return made


def own_unit(session: Session, viewer: Viewer) -> str | None:
    """The code of the unit of an officer; None for who sees the city."""
    return districts.code_of(session, viewer.district_id) if viewer.role == "district" and viewer.district_id else None


def wanted_of(request: Request, session: Session, viewer: Viewer) -> Wanted:
    """What the address asks for; an officer of a unit has that unit, whatever stands there."""
    asked = request.query_params.get("unit", "")[:100] or None
    return Wanted(own_unit(session, viewer) or asked, request.query_params.get("frozen", "")[:20])


def source_of(parts: Parts) -> Source:
    """By what figures are made now."""
    return Source(parts.editions(), parts.prices, parts.desk())


def _list(
    request: Request,
    parts: Parts,
    pages: Pages,
    wrong: PeriodError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    viewer, today = current(), parts.desk().today
    with parts.reading() as session:
        wanted = wanted_of(request, session, viewer)
        frozen = store.frozen_rows(session)
        values: dict[str, Any] = {
            "periods": periods.listed(session, viewer, today),
            "frozen": frozen,
            "units": store.units(session),
            "own": own_unit(session, viewer),
            "accepted": [(row.code, row.name) for row in acceptances.every(session)],
        }
    known = {(each.dates.school_year, each.dates.kind): each.dates for each in values["periods"]}
    year = periods.school_year_of(today)
    if wanted.unit is not None and wanted.unit not in {unit.code for unit in values["units"]} | {values["own"]}:
        raise HTTPException(404)
    usable = [row for row in frozen if (row.unit_code or None) == wanted.unit]
    if wanted.frozen not in {row.number for row in usable}:
        wanted = replace(wanted, frozen="")  # the unit was changed: its own figures are meant, as they are now
    values |= {
        "wanted": wanted,
        "usable": usable,
        "proposed": [known.get((each.school_year, each.kind), each) for each in periods.proposed(year)],
        "kinds": KINDS,
        "papers": WORDS,
        "wrong": wrong.text if wrong else None,
        "typed": typed or {},
    }
    return pages.page(request, "papers.html", values, STATUS[wrong.kind] if wrong else 200)


def _dates(form: SettingPeriod) -> Dates:
    try:
        days = (date.fromisoformat(text) for text in (form.cut_off, form.due_unit, form.due_city))
        return Dates(form.school_year, form.kind, *days)
    except ValueError:
        raise PeriodError("wrong", NOT_A_DAY) from None


def _ask(request: Request, parts: Parts, pages: Pages, key: tuple[str, KindName]) -> Response:
    """What would be frozen, and for which period."""
    viewer = current()
    with parts.reading() as session:
        row = store.get(session, *key)
        if row is None:
            raise HTTPException(404)
        unit = own_unit(session, viewer)
        made = figures(session, source_of(parts), unit, periods.before(session, unit, key))
        earlier = [each for each in store.frozen_rows(session) if each.period_id == row.id
                   and (each.unit_code or None) == unit]  # fmt: skip
    values = {"period": row, "kind": KINDS[key[1]], "figures": made, "replaces": earlier[0].number if earlier else "",
              "early": parts.desk().today < row.cut_off}  # fmt: skip
    return pages.page(request, "papers_freeze.html", values)


def _freeze(parts: Parts, key: tuple[str, KindName]) -> str:
    """The figures of the viewer's place are frozen; their number."""
    viewer = current()
    with parts.reading() as session:
        if store.get(session, *key) is None:
            raise PeriodError("no_such", {"vi": "Không có kỳ báo cáo này.", "en": "There is no such period."})
        unit = own_unit(session, viewer)
        made = figures(session, source_of(parts), unit, periods.before(session, unit, key))
    with parts.writing("figures_freeze", period=" ".join(key), district=unit or "") as session:
        number = periods.freeze(session, key, made, viewer.name, parts.desk().today)
        about(session, frozen=number)
    return number
