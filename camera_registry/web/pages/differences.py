"""What is registered otherwise than devices say it, a school at a time, and the form that takes it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.importing.mistakes import Mistake
from camera_registry.models import Batch
from camera_registry.services.audit import about, detail
from camera_registry.services.differences import (
    FIELDS,
    Chosen,
    NotShownError,
    chosen,
    of_school,
    rows_of,
    take_over,
)
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import ImportRefusedError, StaleError, Terms, permit_of
from camera_registry.store import schools
from camera_registry.web.notices import after
from camera_registry.web.pages.device import address
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


@dataclass(frozen=True)
class Wrong:
    """Why nothing was taken over: somebody was faster (`mistakes` is empty), or a row of the register is wrong."""

    device: str = ""
    channel: int | None = None
    mistakes: tuple[Mistake, ...] = ()


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, code: str, names: Sequence[str] = (), wrong: Sequence[Wrong] = ()) -> Response:
        with parts.reading() as session:
            school = schools.by_code(session, code)
            rows = of_school(session, code)
        if school is None:
            raise HTTPException(404)
        values = {"school": school, "rows": rows, "names": frozenset(names), "wrong": wrong, "fields": FIELDS}
        return pages.page(request, "differences.html", values, 409 if wrong else 200)

    @made.get("/schools/{code}/differences")
    def show(request: Request, code: str) -> Response:
        return shown(request, code)

    @made.get("/schools/{code}/take-over", include_in_schema=False)
    def back(code: str) -> Response:
        return RedirectResponse(f"/schools/{quote(code, safe='')}/differences", 303)

    @made.post("/schools/{code}/take-over")
    def take(
        request: Request,
        code: str,
        take: Annotated[list[str] | None, Form()] = None,
        device: Annotated[str, Form()] = "",
    ) -> Response:
        names = take or []
        if not names:
            return after(f"/schools/{quote(code, safe='')}/differences", "not-taken-over")
        try:
            _take(parts, code, names)
        except (NotShownError, StaleError) as error:
            return shown(request, code, names, [_stale(error)])
        except _RefusedError as error:
            return shown(request, code, names, error.wrong)
        page = address(code, device) if device else f"/schools/{quote(code, safe='')}/differences"
        return after(page, "taken-over")

    return made


class _RefusedError(Exception):
    def __init__(self, wrong: Sequence[Wrong]) -> None:
        self.wrong = wrong


def _take(parts: Parts, code: str, names: Sequence[str]) -> None:
    viewer, now, outgoing = current(), parts.now(), parts.outgoing()
    with parts.writing("take_over", school=code) as session:
        _there(session, code)
        wanted = chosen(of_school(session, code), names)
        terms = Terms(now, outgoing, viewer.name, permit_of(session, viewer))
        batch = Batch(kind="bulk", account_id=viewer.account_id, by=viewer.name, at=now) if len(wanted) > 1 else None
        try:
            take_over(session, code, wanted, terms, batch)
        except ImportRefusedError as error:
            raise _RefusedError(_told(error, wanted)) from None
        judge_changed(session, [code], parts.editions(), now)
        _tell(session, wanted)


def _there(session: Session, code: str) -> None:
    if schools.by_code(session, code) is None:
        raise HTTPException(404)


def _tell(session: Session, wanted: Sequence[Chosen]) -> None:
    """The entry of the log names the device where it is one, and the fields."""
    named = {one.device for one in wanted}
    about(session, **({"device": named.pop()} if len(named) == 1 else {}))
    detail(session, count=len(wanted), what=" ".join(sorted({one.field for one in wanted})))


def _stale(error: NotShownError | StaleError) -> Wrong:
    if isinstance(error, NotShownError):
        return Wrong(error.device, error.channel)
    return Wrong(error.key[2], int(error.key[3]) if len(error.key) > 3 else None)


def _told(error: ImportRefusedError, wanted: Sequence[Chosen]) -> list[Wrong]:
    rows, by_row = rows_of(wanted), dict[int, list[Mistake]]()
    for mistake in error.mistakes:
        by_row.setdefault(mistake.row, []).append(mistake)
    found: list[Any] = [(rows[n - 1] if 0 < n <= len(rows) else ("", None, 0), each) for n, each in by_row.items()]
    return [Wrong(device, channel, tuple(mistakes)) for (device, channel, _), mistakes in found]
