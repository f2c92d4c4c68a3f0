"""The papers as files (DOCX to be edited, PDF to be looked at), and frozen figures as a screen and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.papers.acceptance_paper import acceptance_paper
from camera_registry.reports.papers.document import Document
from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.figures_paper import Told, cell
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.papers.report_paper import counts_rows, report_paper
from camera_registry.reports.papers.request_paper import request_paper
from camera_registry.reports.papers.specification_paper import specification_paper
from camera_registry.reports.papers.state_paper import state_paper
from camera_registry.reports.papers.year_plan_paper import year_plan_paper
from camera_registry.reports.period_sheets import grids
from camera_registry.reports.period_workbook import period_workbook
from camera_registry.services import acceptance, periods
from camera_registry.services.acceptance import AcceptanceError
from camera_registry.services.edition_texts import by_sha256
from camera_registry.services.period_figures import figures
from camera_registry.services.periods import KINDS, FrozenSeen
from camera_registry.web.pages.papers import source_of, wanted_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

FormOf = Literal["docx", "pdf"]
TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAKE: Mapping[str, Callable[[Told], Document]] = {
    "state": state_paper,
    "half-year": lambda told: report_paper(told, "half_year"),
    "year-end": lambda told: report_paper(told, "year_end"),
    "plan": year_plan_paper,
    "request": request_paper,
}
SPECIFICATION = "specification"
FIRST_ROWS = 30
"""A screen of frozen figures shows so many rows of each appendix; all are in the workbook."""


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these files."""
    made = APIRouter()

    @made.get("/papers/frozen/{frozen}.xlsx")
    def workbook(frozen: str) -> Response:
        with parts.reading() as session:
            told = _told(parts, _frozen(session, frozen))
        return file_of(period_workbook(told), "xlsx", frozen)

    @made.get("/papers/frozen/{frozen}")
    def screen(request: Request, frozen: str) -> Response:
        with parts.reading() as session:
            found = _frozen(session, frozen)
        told = _told(parts, found)
        values = {"found": found, "told": told, "grids": grids(told.figures), "most": FIRST_ROWS, "kinds": KINDS,
                  "cell": lambda value: cell(value, told), "rows": counts_rows(told.figures.counts)}  # fmt: skip
        return pages.page(request, "papers_frozen.html", values)

    @made.get("/papers/acceptance/{code}.{form}")
    def annex(code: str, form: FormOf) -> Response:
        with parts.reading() as session:
            try:
                result = acceptance.show(session, code, parts.now())
            except AcceptanceError:
                raise HTTPException(404) from None
        return paper_file(acceptance_paper(result, parts.zone), form, f"nghiem-thu-{code}")

    @made.get("/papers/{kind}.{form}")
    def paper(request: Request, kind: str, form: FormOf) -> Response:
        if kind not in MAKE and kind != SPECIFICATION:
            raise HTTPException(404)
        with parts.reading() as session:
            if kind == SPECIFICATION:
                return paper_file(_specification(request, parts, session), form, kind)
            told = _asked(request, parts, session)
        name = "-".join(part for part in (kind, told.figures.unit_code or "city", told.number) if part)
        return paper_file(MAKE[kind](told), form, name)

    return made


def paper_file(document: Document, form: str, name: str) -> Response:
    """The paper as a file: DOCX to be kept, PDF to be looked at in the browser."""
    return file_of(docx_of(document) if form == "docx" else pdf_of(document), form, name)


def file_of(content: bytes, form: str, name: str) -> Response:
    """The answer that holds this file."""
    how = "inline" if form == "pdf" else "attachment"
    headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(f'{name}.{form}')}"}
    return Response(content, media_type=TYPES[form], headers=headers)


def _frozen(session: Session, number: str) -> FrozenSeen:
    found = periods.frozen(session, number)
    if found is None:
        raise HTTPException(404)
    return found


def _told(parts: Parts, found: FrozenSeen) -> Told:
    return Told(found.figures, parts.zone, found.number, found.sha256, found.school_year, found.cut_off)


def _asked(request: Request, parts: Parts, session: Session) -> Told:
    """The figures that the address asks for: frozen ones by number, else those of now. Raises ListingError."""
    wanted = wanted_of(request, session, current())
    if wanted.frozen:
        found = _frozen(session, wanted.frozen)
        if (found.figures.unit_code or None) != wanted.unit:
            raise HTTPException(404)  # figures of one unit are never given out under the name of another
        return _told(parts, found)
    made = figures(session, source_of(parts), wanted.unit, periods.before(session, wanted.unit))
    today: date = parts.desk().today
    return Told(made, parts.zone, school_year=periods.school_year_of(today))


def _specification(request: Request, parts: Parts, session: Session) -> Document:
    """By the edition of the frozen figures, where there are any; else by the one that decides now."""
    number = request.query_params.get("frozen", "")[:20]
    if not number:
        return specification_paper(parts.edition)
    found = _frozen(session, number)
    return specification_paper(by_sha256(session, found.figures.edition_sha256) or parts.edition, found.figures.unit)
