"""Danh sách bàn giao (B6): the cameras of the handover as a paper, to be signed by who gives and who takes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.papers.document import Document
from camera_registry.reports.papers.handover_paper import Handover, handover_paper, line_of
from camera_registry.services.handover import every
from camera_registry.store import totals
from camera_registry.web.pages.handover import asked
from camera_registry.web.pages.paper_files import paper_file
from camera_registry.web.pages.papers import own_unit
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:  # noqa: ARG001  (every page is made of both)
    """The routes of this paper; the filters of the page stand in its address."""
    made = APIRouter()

    @made.get("/handover/list.docx")
    def docx(request: Request) -> Response:
        return paper_file(_paper(request, parts), "docx", "ban-giao")

    @made.get("/handover/list.pdf")
    def pdf(request: Request) -> Response:
        return paper_file(_paper(request, parts), "pdf", "ban-giao")

    return made


def _paper(request: Request, parts: Parts) -> Document:
    wanted = asked(request.query_params)
    with parts.reading() as session:
        lines = tuple(map(line_of, every(session, wanted)))
        unit = totals.district_names(session).get(wanted.district or own_unit(session, current()) or "", "")
    return handover_paper(Handover(unit, parts.now(), lines), parts.zone)
