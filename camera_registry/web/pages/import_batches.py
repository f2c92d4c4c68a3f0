"""What an import has changed, and its undo; the template, and exports of what a viewer sees."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.cell_words import KIND_WORDS
from camera_registry.reports.register_files import csv_files, workbook
from camera_registry.services.as_cells import NoSuchRowError
from camera_registry.services.audit import detail
from camera_registry.services.import_shown import edits_shown
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.listed import Page
from camera_registry.services.register_export import choices, exported
from camera_registry.services.undo_allowed import IMPORTS, allowed
from camera_registry.services.undo_batch import UndoError, Undoing, undo, undoing
from camera_registry.store import edits, schools
from camera_registry.web.notices import after
from camera_registry.web.pages.imports import ON_PAGE, file
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
MOST_LEFT = 200
NOT_UNDONE = {"undone": "import-not-undone", "not_all": "import-not-all", "not_yours": "import-not-yours"}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/imports/{number}")
    def show(request: Request, number: Number) -> Response:
        return _page(request, parts, pages, number)

    @made.post("/imports/{number}/undo")
    def take_back(number: Number) -> Response:
        try:
            undone(parts, number, IMPORTS)
        except UndoError as error:
            if error.kind == "no_such":
                raise HTTPException(404) from None
            return after(f"/imports/{number}", NOT_UNDONE[error.kind])
        return after(f"/imports/{number}", "import-undone")

    @made.get("/import/template.xlsx")
    def template(school: str = "") -> Response:
        with parts.reading() as session:
            rows = _rows(session, school) if school else {}
            return file(workbook(rows, choices(session, rows)), "mau-danh-sach.xlsx")

    @made.get("/export.xlsx")
    def as_workbook(school: str = "") -> Response:
        with parts.reading() as session:
            rows = _rows(session, school or None)
            return file(workbook(rows, choices(session, rows)), "danh-sach.xlsx")

    @made.get("/export.zip")
    def as_csv(school: str = "") -> Response:
        with parts.reading() as session:
            rows = _rows(session, school or None)
            return file(csv_files(rows, choices(session, rows)), "danh-sach.zip", "application/zip")

    return made


def undone(parts: Parts, number: int, kinds: frozenset[str] = IMPORTS) -> Undoing:
    """The batch of this number, of one of these kinds, is undone, for the viewer of this request. Raises UndoError."""
    with parts.writing("import_undo", batch=number) as session:
        allowed(session, number, kinds, current())
        found = undo(session, number, parts.now(), current().name)
        ids = {edit.school_id for edit in found.edits}
        codes = [code for code, school in schools.every(session).items() if school.id in ids]
        judge_changed(session, codes, parts.editions(), parts.now())
        detail(session, count=found.count("restore", "remove"), schools=len(ids))
        return found


def _rows(session: Session, school: str | None) -> Any:
    try:
        return exported(session, school, usernames=current().may("import_list"))
    except NoSuchRowError:
        raise HTTPException(404) from None


def _undoing(session: Session, number: int) -> tuple[Undoing | None, str]:
    """What undoing comes to, or why it cannot be."""
    try:
        allowed(session, number, IMPORTS, current())
        return undoing(session, number), ""
    except UndoError as error:
        return None, error.kind


def _page(request: Request, parts: Parts, pages: Pages, number: int) -> Response:
    page, lang = page_of(request.query_params), pages.language(request)
    with parts.reading() as session:
        batch = edits.batch(session, number)
        if batch is None or batch.kind != "import":
            raise HTTPException(404)
        counted = edits.count_of_batch(session, number)
        some = edits.page_of_batch(session, number, (page - 1) * ON_PAGE, ON_PAGE)
        shown = edits_shown(session, some, lang)
        found, why_not = _undoing(session, number)
        left = found.left if found is not None else []
        named = edits_shown(session, [edit for edit, _ in left[:MOST_LEFT]], lang)
    values = {
        "batch": batch,
        "counts": json.loads(batch.counts),
        "changes": Page(tuple(shown), counted, counted, page, ON_PAGE),
        "undoing": found,
        "why_not": why_not,
        "left": list(zip(named, (fate for _, fate in left), strict=False)),
        "left_in_all": len(left),
        "kinds": KIND_WORDS,
    }
    return pages.page(request, "import_batch.html", values)
