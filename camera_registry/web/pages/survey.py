"""Biên bản khảo sát hiện trạng: what stands in a school, to be printed and signed by both sides."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.papers.survey_paper import survey_paper
from camera_registry.services.survey import survey
from camera_registry.web.pages.paper_files import FormOf, paper_file
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/schools/{code}/survey")
    def show(request: Request, code: str) -> Response:
        with parts.reading() as session:
            found = survey(session, code)
        if found is None:
            raise HTTPException(404)
        return pages.page(request, "survey.html", {"survey": found, "by": current().name})

    @made.get("/schools/{code}/survey.{form}")
    def file(code: str, form: FormOf) -> Response:
        with parts.reading() as session:
            found = survey(session, code)
        if found is None:
            raise HTTPException(404)
        return paper_file(survey_paper(found, current().name, parts.zone), form, f"khao-sat-{code}")

    return made
