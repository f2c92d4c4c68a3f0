"""Importing lists: choose a file, say what is asked, see every mistake or every change, write, look back, undo."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import Viewer, current
from camera_registry.importing.archive import files_of, name_of
from camera_registry.importing.columns import TABLES
from camera_registry.importing.reading import Asked, Files, open_books, read_books
from camera_registry.importing.sheet import tidy
from camera_registry.reports.cell_words import KIND_WORDS, TABLE_WORDS, heading
from camera_registry.reports.marked_workbook import marked
from camera_registry.reports.register_files import XLSX
from camera_registry.services.import_run import Look, MovedError, open_file
from camera_registry.services.import_shown import change_shown, sheets_of, unit_names
from camera_registry.services.listed import Page
from camera_registry.services.uploads import BUSY, Upload
from camera_registry.store import edits, totals
from camera_registry.web.notices import after
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

ON_PAGE = 100
HISTORY = 20
LONGEST_ANSWER = 200
_ANSWER = re.compile(r"tcvn3|codes|phones|kind\.\d{1,3}|map\.\d{1,3}\.\d{1,3}|fill\.\d{1,3}\.[a-z_.]{1,20}")
Token = Annotated[str, Path(max_length=40)]


async def sent_files(request: Request) -> tuple[str, Files]:
    """The name of what the form brings, and its files; without any the name is empty."""
    async with request.form(max_files=len(TABLES), max_fields=10) as form:
        sent = [part for part in form.getlist("file") if isinstance(part, UploadFile) and part.filename]
        found = {name_of(part.filename or ""): await part.read() for part in sent}
    if len(found) == 1:
        name, data = next(iter(found.items()))
        return name, files_of(name, data)
    return ", ".join(found), found


async def sent_answers(request: Request) -> dict[str, str]:
    """What the form answers."""
    async with request.form(max_files=0, max_fields=2000) as form:
        given = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: tidy(value)[:LONGEST_ANSWER] for name, value in given.items() if _ANSWER.fullmatch(name) and value}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/import")
    def choose(request: Request) -> Response:
        with parts.reading() as session:
            total, batches = edits.batches(session, "import", 0, HISTORY)
            values = {"batches": batches, "total": total, "schools": totals.school_rows(session, None, 500, None)}
        return pages.page(request, "import.html", values)

    @made.post("/import")
    def take(sent: Annotated[tuple[str, Files], Depends(sent_files)]) -> Response:
        name, files = sent
        if not files:
            return after("/import", "not-chosen")
        upload = parts.uploads.keep(current().account_id, name, files, parts.now())
        _look(parts, current(), upload)
        return RedirectResponse(_address(upload), 303)

    @made.get("/import/files/{token}")
    def show(request: Request, token: Token) -> Response:
        upload = _find(parts, token)
        return after("/import", "not-here") if upload is None else _page(request, parts, pages, upload)

    @made.get("/import/files/{token}/mistakes.xlsx")
    def mistakes(request: Request, token: Token) -> Response:
        upload = _find(parts, token)
        if upload is None or upload.look is None:
            return after("/import", "not-here")
        return file(_marked(upload, upload.look, pages.language(request)), "loi-can-sua.xlsx")

    _add_steps(made, parts)
    return made


def _add_steps(made: APIRouter, parts: Parts) -> None:
    @made.post("/import/files/{token}/answers")
    def answer(token: Token, answers: Annotated[dict[str, str], Depends(sent_answers)]) -> Response:
        upload = _find(parts, token)
        if upload is None:
            return after("/import", "not-here")
        if not upload.busy:
            upload.answers = {**upload.answers, **answers}
            _look(parts, current(), upload)
        return RedirectResponse(_address(upload), 303)

    @made.post("/import/files/{token}/write")
    def write(token: Token) -> Response:
        upload = _find(parts, token)
        if upload is None:
            return after("/import", "not-here")
        look = upload.look if upload.stage == "looked_at" else None
        if look is not None and look.examined.plan is not None and not look.nothing_to_do:
            _write(parts, current(), upload, look.examined.plan.digest)
        return RedirectResponse(_address(upload), 303)

    @made.post("/import/files/{token}/drop")
    def drop(token: Token) -> Response:
        upload = _find(parts, token)
        if upload is not None and upload.stage != "writing":
            parts.uploads.drop(token)
        return after("/import", "not-imported")


def _address(upload: Upload) -> str:
    return f"/import/files/{upload.token}"


def _find(parts: Parts, token: str) -> Upload | None:
    return parts.uploads.find(token, current().account_id, parts.now())


def _look(parts: Parts, viewer: Viewer, upload: Upload) -> None:
    """The file is looked at by a thread, as this viewer."""

    def work() -> None:
        if upload.file is None:
            upload.file = open_file(upload.name, upload.files, upload.told)
            upload.files = {}  # what stands in them is known now
        upload.look = parts.importing().look(viewer, upload.file.books, upload.answers)
        upload.moved = False
        upload.stage = "looked_at"

    parts.uploads.start(upload, "reading", work)


def _write(parts: Parts, viewer: Viewer, upload: Upload, digest: str) -> None:
    """What was seen is written by a thread, as this viewer."""

    def work() -> None:
        office = parts.importing()
        try:
            file = upload.file or open_file(upload.name, upload.files, upload.told)
            batch, _ = office.write(viewer, file, upload.answers, digest)
        except MovedError as moved:
            upload.look, upload.moved = moved.look or upload.look, True
            upload.stage = "looked_at"
            return
        upload.batch, upload.files, upload.file, upload.look = batch, {}, None, None
        upload.stage = "written"

    parts.uploads.start(upload, "writing", work)


def _page(request: Request, parts: Parts, pages: Pages, upload: Upload) -> Response:
    """The page of a file, whatever is to be done with it now."""
    stage, asked_again = upload.stage, "hx-request" in request.headers  # a thread may set another one at any time
    if stage == "written":
        answer = after(f"/imports/{upload.batch}", "imported")
        there = {"HX-Redirect": answer.headers["location"]}
        return Response(status_code=204, headers=there) if asked_again else answer
    if asked_again and stage not in BUSY:
        return Response(status_code=204, headers={"HX-Refresh": "true"})  # everything on the page has changed
    look = upload.look if stage == "looked_at" else None
    values: dict[str, Any] = {"upload": upload, "stage": stage, "address": _address(upload), "look": look}
    if look is not None:
        values |= _found(request, parts, look, pages.language(request))
    return pages.page(request, "import_file.html", values)


def _found(request: Request, parts: Parts, look: Look, lang: str) -> dict[str, Any]:
    found, query = look.examined, request.query_params
    page, sheet = page_of(query), query.get("sheet", "")
    mistakes = [m for m in found.mistakes if not sheet or (m.sheet or m.file) == sheet]
    with parts.reading() as session:
        units = unit_names(session, found.plan)
    changes = found.plan.changes if found.plan is not None else ()
    some = changes[(page - 1) * ON_PAGE : page * ON_PAGE]
    shown = tuple(change_shown(change, units, lang) for change in some)
    return {
        "sheets": sheets_of(found.mistakes),
        "sheet": sheet,
        "mistakes": _slice(mistakes, page),
        "changes": Page(shown, len(changes), len(changes), page, ON_PAGE),
        "kinds": KIND_WORDS,
        "tables": TABLE_WORDS,
        "columns": {table: [(c.field, heading(c)) for c in known.values()] for table, known in TABLES.items()},
        "heads": {table: {c.field: (heading(c), c) for c in known.values()} for table, known in TABLES.items()},
    }


def _slice(rows: Sequence[Any], page: int) -> Page[Any]:
    return Page(tuple(rows[(page - 1) * ON_PAGE : page * ON_PAGE]), len(rows), len(rows), page, ON_PAGE)


def _marked(upload: Upload, look: Look, lang: str) -> bytes:
    """The file once more, with what is wrong beside its rows."""
    books = upload.file.books if upload.file is not None else open_books(upload.files)
    found = read_books(books, Asked(upload.answers, passwords=True))
    heads = {
        each.sheet.name or each.sheet.file: each.sheet.lines[each.layout.heading.last].number
        for each in found.sheets
        if each.layout.table and each.sheet.lines
    }
    told: Mapping[str, int] = heads
    sheets = [each.sheet for each in found.sheets if (each.sheet.name or each.sheet.file) in heads]
    return marked(sheets, told, look.examined.mistakes, lang)


def file(data: bytes, name: str, kind: str = XLSX) -> Response:
    """A file to be kept by the browser."""
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
