"""Imports over JSON: send a list and see what it comes to or have it written, earlier imports, undo, export."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camera_registry.access.viewer import current
from camera_registry.api.asked import Registry
from camera_registry.importing.archive import files_of, name_of
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.questions import Question
from camera_registry.importing.reading import Files
from camera_registry.models import Batch
from camera_registry.reports.register_files import XLSX, workbook
from camera_registry.services.import_run import Look, MovedError, Office, open_file
from camera_registry.services.import_shown import ChangeShown, change_shown, edits_shown, unit_names
from camera_registry.services.register_export import choices, exported
from camera_registry.services.undo_batch import UndoError, Undoing
from camera_registry.store import edits
from standards.model import LANGUAGES, Text

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Undo = Callable[[int], Undoing]
MOST_CHANGES = 1000
MOST_MISTAKES = 5000
_NO_SUCH = "there is no import of this number; GET /api/v1/imports lists those that you see"
_NOT_UNDONE = {
    "no_such": _NO_SUCH,
    "undone": "this import was undone before",
    "not_yours": "this import has changed schools, or was not made by a technician; ask an officer",
    "not_all": "a part of this import is in schools that you do not see; ask an officer of the unit or of the city",
}
_ANSWERS: dict[int | str, dict[str, Any]] = {404: {"description": "There is no import of this number."}}
_FILE = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "properties": {"file": _FILE}, "required": ["file"]}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file as it is (.xlsx, CSV, or a ZIP of the CSV files), or a form with it as `file`.",
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}


class MistakeAnswer(BaseModel):
    """One thing that is wrong, or worth a look: where, the value, what it is, what to do. `row` 0: the whole file."""

    file: str
    sheet: str
    row: int
    column: str
    letter: str
    heading: str
    value: str
    kind: str
    what: dict[str, str]
    remedy: dict[str, str]


class QuestionAnswer(BaseModel):
    """What only a person knows; it is answered by `answer=KEY=yes` or `answer=KEY=no`."""

    key: str
    count: int
    examples: list[tuple[str, str]]
    answer: str
    needed: bool


class CellAnswer(BaseModel):
    """One cell that becomes another."""

    name: dict[str, str]
    before: str
    after: str


class RowAnswer(BaseModel):
    """One row of the register that is made (`new`), `changed`, or `gone`."""

    kind: str
    key: str
    what: str
    cells: list[CellAnswer]


class ImportAnswer(BaseModel):
    """What a list comes to. `number` is that of the import that was written, none for a trial or where there are
    mistakes. Of many mistakes and changes the first are told.
    """

    number: int | None
    counts: dict[str, dict[str, int]]
    mistakes_in_all: int
    mistakes: list[MistakeAnswer]
    notices: list[MistakeAnswer]
    questions: list[QuestionAnswer]
    changes_in_all: int
    changes: list[RowAnswer]


class BatchAnswer(BaseModel):
    """An import that was written."""

    number: int
    name: str
    sha256: str
    by: str
    at: datetime
    undone_at: datetime | None
    undone_by: str
    counts: dict[str, dict[str, int]]


class BatchesAnswer(BaseModel):
    """One page of imports, the newest first."""

    total: int
    page: int
    size: int
    rows: list[BatchAnswer]


class BatchRowsAnswer(BatchAnswer):
    """An import with what it has changed: one page of rows."""

    changes_in_all: int
    page: int
    size: int
    changes: list[RowAnswer]


class LeftAnswer(BaseModel):
    """A row that was left as it is, and why: changed_since, in_use, target_gone (what it pointed at is gone)."""

    row: RowAnswer
    why: str


class UndoneAnswer(BaseModel):
    """What undoing came to: rows that got back what stood before, rows that were removed, rows that stay."""

    number: int
    restored: int
    removed: int
    left: list[LeftAnswer]


async def sent(request: Request, name: Annotated[str, Query(max_length=120)] = "list.xlsx") -> tuple[str, Files]:
    """The name of the file that was sent, and its files."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=1) as form:
            part = form.get("file")
            if isinstance(part, UploadFile):
                called = name_of(part.filename or name)
                return called, files_of(called, await part.read())
            return name_of(name), {name_of(name): b""}
    return name_of(name), files_of(name_of(name), await request.body())


def add(made: APIRouter, registry: Registry, office: Callable[[], Office], undo: Undo) -> None:
    """The routes of imports are in `made`."""

    @made.post("/imports", status_code=201, openapi_extra=_BODY, responses={
        200: {"model": ImportAnswer, "description": "Nothing was written: a trial (`dry_run`), or nothing to change."},
        409: {"description": "The register has changed while the list was written; send it again."},
        422: {"description": "Mistakes, told like a trial; or a parameter that there is not. Nothing was written."},
    })  # fmt: skip
    def import_list(
        file: Annotated[tuple[str, Files], Depends(sent)],
        dry_run: Annotated[bool, Query()] = False,
        answer: Annotated[list[str], Query(max_length=400)] = [],  # noqa: B006  (FastAPI copies it)
    ) -> Response:
        """A list of schools, devices or channels: what is wrong with it, else what it changes, which is written."""
        viewer, answers = current(), dict(each.partition("=")[::2] for each in answer)
        name, files = file
        number, status = None, 200
        opened = open_file(name, files)
        look = office().look(viewer, opened.books, answers)
        if look.examined.plan is None:
            status = 422
        elif not (dry_run or look.nothing_to_do):
            try:
                number, look = office().write(viewer, opened, answers, look.examined.plan.digest)
            except MovedError:
                return JSONResponse({"detail": ["the register has changed meanwhile; send the list again"]}, 409)
            status = 201
        with registry() as session:
            told = _told(look, number, unit_names(session, look.examined.plan))
        return JSONResponse(told.model_dump(mode="json"), status)

    @made.get("/imports")
    def all_imports(
        page: Annotated[int, Query(ge=1, le=10**6)] = 1, size: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> BatchesAnswer:
        """The imports that you see."""
        with registry() as session:
            total, rows = edits.batches(session, "import", (page - 1) * size, size)
            return BatchesAnswer(total=total, page=page, size=size, rows=[BatchAnswer(**_batch(row)) for row in rows])

    _add_one(made, registry, undo)


def _add_one(made: APIRouter, registry: Registry, undo: Undo) -> None:
    @made.get("/imports/{number}", responses=_ANSWERS, response_model=BatchRowsAnswer)
    def one_import(
        number: Number,
        page: Annotated[int, Query(ge=1, le=10**6)] = 1,
        size: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Any:
        """An import, with what it has changed."""
        with registry() as session:
            batch = edits.batch(session, number)
            if batch is None or batch.kind != "import":
                return JSONResponse({"detail": [_NO_SUCH]}, 404)
            some = edits.page_of_batch(session, number, (page - 1) * size, size)
            rows = [_row(change) for change in edits_shown(session, some, "vi")]
            total = edits.count_of_batch(session, number)
            return BatchRowsAnswer(**_batch(batch), changes_in_all=total, page=page, size=size, changes=rows)

    @made.post("/imports/{number}/undo", responses={
        **_ANSWERS, 409: {"description": "It was undone before, or touches what you may not change; nothing was done."},
    }, response_model=UndoneAnswer)  # fmt: skip
    def undo_one(number: Number) -> Any:
        """What the import changed is as it stood before, as far as nobody has changed it since."""
        try:
            found = undo(number)
        except UndoError as error:
            return JSONResponse({"detail": [_NOT_UNDONE[error.kind]]}, 404 if error.kind == "no_such" else 409)
        with registry() as session:
            shown = edits_shown(session, [edit for edit, _ in found.left], "vi")
        fates = [fate for _, fate in found.left]
        left = [LeftAnswer(row=_row(row), why=fate) for row, fate in zip(shown, fates, strict=True)]
        return UndoneAnswer(number=number, restored=found.count("restore"), removed=found.count("remove"), left=left)

    @made.get("/export.xlsx", response_class=Response)
    def export() -> Response:
        """Everything that you see, as a workbook that can be imported again."""
        with registry() as session:
            rows = exported(session, usernames=current().may("import_list"))
            data = workbook(rows, choices(session, rows))
        return Response(data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="register.xlsx"'})


def _told(look: Look, number: int | None, units: Mapping[str, str]) -> ImportAnswer:
    found = look.examined
    changes = found.plan.changes if found.plan is not None else ()
    return ImportAnswer(
        number=number,
        counts={}
        if found.plan is None
        else {k: {str(w): n for w, n in c.items()} for k, c in found.plan.counts.items()},
        mistakes_in_all=len(found.mistakes),
        mistakes=_mistakes(found.mistakes),
        notices=_mistakes(found.notices),
        questions=[_question(each) for each in found.questions],
        changes_in_all=len(changes),
        changes=[_row(change_shown(change, units, "vi")) for change in changes[:MOST_CHANGES]],
    )


def _question(question: Question) -> QuestionAnswer:
    return QuestionAnswer(
        key=question.key, count=question.count, examples=list(question.examples), answer=question.answer,
        needed=question.needed,
    )  # fmt: skip


def _mistakes(found: Sequence[Mistake]) -> list[MistakeAnswer]:
    return [
        MistakeAnswer(
            file=m.file, sheet=m.sheet, row=m.row, column=m.column, letter=m.letter, heading=m.heading, value=m.value,
            kind=m.kind, what=_both(m.what), remedy=_both(m.remedy),
        )
        for m in found[:MOST_MISTAKES]
    ]  # fmt: skip


def _both(said: Callable[[str], str]) -> dict[str, str]:
    return {lang: said(lang) for lang in LANGUAGES}


def _row(change: ChangeShown) -> RowAnswer:
    cells = [CellAnswer(name=_text(cell.name), before=cell.before, after=cell.after) for cell in change.cells]
    return RowAnswer(kind=change.kind, key=change.key, what=change.what, cells=cells)


def _text(text: Text) -> dict[str, str]:
    return {lang: text[lang] for lang in LANGUAGES}


def _batch(batch: Batch) -> dict[str, Any]:
    return {
        "number": batch.id, "name": batch.name, "sha256": batch.sha256, "by": batch.by, "at": batch.at,
        "undone_at": batch.undone_at, "undone_by": batch.undone_by, "counts": json.loads(batch.counts),
    }  # fmt: skip
