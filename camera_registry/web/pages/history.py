"""The history of what is registered: of a school, of a device, or of what was done in one go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.models import Batch
from camera_registry.numbers import number_of
from camera_registry.services.register_history import of_batch, of_device, of_school
from camera_registry.services.undo_allowed import BY_HAND, allowed
from camera_registry.services.undo_batch import UndoError
from camera_registry.store import devices, schools
from camera_registry.web.notices import after
from camera_registry.web.pages.import_batches import undone
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/history")
    def show(request: Request, school: str = "", device: str = "", batch: str = "", before: str = "") -> Response:
        older, number = number_of(before), number_of(batch)
        with parts.reading() as session:
            if number is not None:
                found = of_batch(session, number, current())
            elif school and device and devices.by_code(session, school, device):
                found = of_device(session, school, device, current(), before=older)
            elif school and not device and schools.by_code(session, school):
                found = of_school(session, school, current(), before=older)
            else:
                raise HTTPException(404)
            row = _own(session, number)
        if number is not None and not found.changes:
            raise HTTPException(404)
        values = {
            "history": found,
            "school": school,
            "device": device,
            "batch": number,
            "can_undo": row is not None and row.undone_at is None,
        }
        return pages.page(request, "history.html", values)

    @made.post("/history/undo")
    def take_back(batch: Annotated[str, Form()] = "") -> Response:
        number = number_of(batch)
        with parts.reading() as session:
            own = _own(session, number)
        if number is None or own is None:
            return after("/devices", "not-undone")
        try:
            undone(parts, number, BY_HAND)
        except UndoError:
            return after(f"/history?batch={number}", "not-undone")
        return after(f"/history?batch={number}", "undone")

    return made


def _own(session: Session, number: int | None) -> Batch | None:
    """The batch of this number, where it is a change of many or a visit and the viewer may undo it. An import is undone
    on its own page.
    """
    try:
        return allowed(session, number, BY_HAND, current()) if number is not None else None
    except UndoError:
        return None
