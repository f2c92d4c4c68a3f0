"""The result sheet of a school, one A4: as PDF to look at, as DOCX to edit."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.papers.document import Document
from camera_registry.reports.papers.docx import docx_of
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.papers.school_sheet import SheetValues, school_sheet
from camera_registry.services.overview import of_school
from camera_registry.services.periods import next_due
from camera_registry.services.place_findings import of_school as places_of
from camera_registry.services.plan import Basis
from camera_registry.services.school_tasks import tasks
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages, as_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of the sheet."""
    made = APIRouter()

    def sheet(request: Request, code: str) -> Document:
        now = parts.now()
        with parts.reading() as session:
            row = of_school(session, code)
            if row is None:
                raise HTTPException(404)
            wrong = places_of(session, code, parts.editions())
            basis = Basis(parts.prices, parts.edition, now, parts.zone)
            todo = tasks(session, code, basis, wrong, next_due(session, current(), parts.desk().today))
        lang = pages.language(request)
        address = str(request.url.replace(path=f"/schools/{quote(code, safe='')}", query=""))
        words = as_of(now, parts, lang)
        return school_sheet(SheetValues(row, todo, words, address, parts.edition.rests_on_working_values), lang)

    @made.get("/schools/{code}/sheet.pdf")
    def as_pdf(request: Request, code: str) -> Response:
        return _file(pdf_of(sheet(request, code)), "application/pdf", "inline", _name(code, parts.desk().today, "pdf"))

    @made.get("/schools/{code}/sheet.docx")
    def as_docx(request: Request, code: str) -> Response:
        return _file(docx_of(sheet(request, code)), DOCX, "attachment", _name(code, parts.desk().today, "docx"))

    return made


def _name(code: str, day: date, ending: str) -> str:
    return f"phieu-ket-qua-{code}-{day:%Y%m%d}.{ending}"


def _file(data: bytes, kind: str, how: str, name: str) -> Response:
    said = f"{how}; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=kind, headers={"Content-Disposition": said})
