"""The upgrade plan on a page and as files: what it takes to reach a goal, or what a ceiling allows.

Strategy: a plan of a whole city takes seconds, so it is made when somebody presses the button, which puts the goal into
the address: such an address can be shared. Without a goal in it the page has the form alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.reports import plan as report
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.money import money
from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.papers.plan_paper import plan_paper
from camera_registry.reports.plan_tasks import left_out_grid, tasks_grid
from camera_registry.reports.plan_workbook import plan_workbook
from camera_registry.reports.register_files import XLSX
from camera_registry.services.listed import MOST_SCHOOLS, ListingError, not_one_of
from camera_registry.services.plan import AskedGoal, Basis, UpgradePlan, upgrade_plan
from camera_registry.store import totals
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.selects import Select, named
from standards.model import Text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GOALS: dict[str, Text] = {
    "channels": {"vi": "Camera sẵn sàng: tỷ lệ hoặc số lượng", "en": "Cameras ready: a share or a number"},
    "schools": {
        "vi": "Trường sẵn sàng toàn bộ: tỷ lệ hoặc số lượng",
        "en": "Schools wholly ready: a share or a number",
    },
    "ceiling": {"vi": "Kinh phí tối đa: nhiều camera nhất", "en": "A ceiling: the most cameras"},
    "ceiling_schools": {"vi": "Kinh phí tối đa: nhiều trường nhất", "en": "A ceiling: the most schools"},
}
"""What can be aimed at; `amount` says how much of it."""
SHOWN = 200
"""So many cameras stand on the page; the files have them all."""
WRONG = 422
_MONEY = re.compile(r"(\d{1,3}(?:([., \u00a0])\d{3}(?:\2\d{3})*)?|\d+)\s*(?:đ|đồng|vnd)?", re.IGNORECASE)
"""Whole đồng, bare or in groups of three with one sign between them: a decimal is refused, not read as thousands."""
_NOT_MONEY: Text = {
    "vi": "mức kinh phí không đọc được; viết như 500.000.000.",
    "en": "the ceiling cannot be read; write it like 500.000.000.",
}


@dataclass(frozen=True)
class Asked:
    """What the form says; without an `amount` nothing is asked yet."""

    goal: str
    amount: str
    district: str | None
    school: str | None

    def service(self) -> AskedGoal:
        """The goal as the service takes it. Raises ListingError."""
        if self.goal not in GOALS:
            raise not_one_of("goal", self.goal, GOALS)
        if not self.goal.startswith("ceiling"):
            return AskedGoal(schools=self.amount) if self.goal == "schools" else AskedGoal(channels=self.amount)
        found = _MONEY.fullmatch(self.amount)
        digits = re.sub(r"\D", "", found[1]) if found else ""
        if not 0 < len(digits) <= 16:
            raise ListingError("amount", _NOT_MONEY)
        return AskedGoal(ceiling=int(digits), of="schools" if self.goal == "ceiling_schools" else "channels")

    @property
    def query(self) -> str:
        """The address of the same plan, after the question mark."""
        words = {"goal": self.goal, "amount": self.amount, "district": self.district, "school": self.school}
        return urlencode({name: value for name, value in words.items() if value})


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/plan")
    def show(request: Request) -> Response:
        return _shown(request, parts, pages)

    @made.get("/plan.xlsx")
    def workbook(request: Request) -> Response:
        plan, to = _plan(parts, asked(request)), Shown(pages.language(request), parts.zone)
        return _file("plan.xlsx", plan_workbook(plan, to), XLSX)

    @made.get("/plan.docx")
    def paper(request: Request) -> Response:
        plan, to = _plan(parts, asked(request)), Shown(pages.language(request), parts.zone)
        return _file("plan.docx", docx_of(plan_paper(plan, to)), DOCX)

    @made.get("/plan.pdf")
    def preview(request: Request) -> Response:
        plan, to = _plan(parts, asked(request)), Shown(pages.language(request), parts.zone)
        return _file("plan.pdf", pdf_of(plan_paper(plan, to)), "application/pdf")

    return made


def asked(request: Request) -> Asked:
    """What the address asks for."""
    said = {name: request.query_params.get(name, "").strip() for name in ("goal", "amount", "district", "school")}
    return Asked(said["goal"] or "channels", said["amount"][:50], said["district"] or None, said["school"] or None)


def _plan(parts: Parts, wanted: Asked) -> UpgradePlan:
    basis = Basis(parts.prices, parts.edition, parts.now(), parts.zone)
    with parts.reading() as session:
        return upgrade_plan(session, wanted.service(), basis, wanted.district, wanted.school)


def _file(name: str, content: bytes, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _shown(request: Request, parts: Parts, pages: Pages) -> Response:
    wanted, wrong, plan = asked(request), None, None
    if wanted.amount:
        try:
            plan = _plan(parts, wanted)
        except ListingError as error:
            wrong = error.text
    with parts.reading() as session:
        districts = totals.district_names(session)
        rows = totals.school_rows(session, wanted.district, MOST_SCHOOLS, wanted.school)
        schools = {row.code: row.name for row in rows}
    values = {
        "wanted": wanted, "wrong": wrong, "goals": GOALS, "selects": _selects(wanted, districts, schools),
        "plan": plan, "book": parts.prices, "money": money, "shown": SHOWN,
        "of": _parts_of(plan, Shown(pages.language(request), parts.zone)) if plan else None,
    }  # fmt: skip
    return pages.page(request, "plan.html", values, WRONG if wrong else 200)


def _selects(wanted: Asked, districts: Mapping[str, str], schools: Mapping[str, str]) -> list[Select]:
    """Unit and school, where there is something to choose."""
    made = [
        Select("district", {"vi": "Đơn vị quản lý", "en": "Managing unit"}, wanted.district, tuple(named(districts))),
        Select("school", {"vi": "Trường", "en": "School"}, wanted.school, tuple(named(schools))),
    ]
    return [select for select in made if len(select.choices) > 1 or select.chosen]


def _parts_of(plan: UpgradePlan, to: Shown) -> dict[str, object]:
    """The parts of the page in the words of the report."""
    made = plan.plan
    return {
        "place": report.place_name(plan, to.lang),
        "goal": tuple(report.goal_lines(plan, to)),
        "book": report.book_line(plan, to.lang),
        "schools": report.by_school_grid(plan, to) if made.chosen else None,
        "fixes": report.by_fix_grid(plan, to) if made.chosen else None,
        "works": report.works_grid(made.cost, to) if made.cost.lines else None,
        "tasks": tasks_grid(plan, to) if made.chosen else None,
        "left_over": tuple(report.left_over_lines(plan, to)),
        "left_out": left_out_grid(plan, to) if made.left_out else None,
    }
