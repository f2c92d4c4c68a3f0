"""Maintenance that is announced: from when until when nothing that is seen of a school, a unit or all is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.models import Maintenance
from camera_registry.numbers import LARGEST
from camera_registry.services.audit import about
from camera_registry.store import districts, messages, schools
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

SHOWN = timedelta(days=30)
LONGEST = timedelta(days=366)
WRONG: dict[str, Text] = {
    "times": {"vi": "Cần giờ bắt đầu và giờ kết thúc sau đó, tối đa một năm.",
              "en": "It needs a beginning and an end after it, a year later at most."},
    "why": {"vi": "Cần ghi lý do (tối đa 200 ký tự).", "en": "It needs a reason (200 characters at most)."},
    "place": {"vi": "Không có trường hoặc đơn vị nào mang mã này trong phạm vi của bạn.",
              "en": "No school or unit that you see has this code."},
}  # fmt: skip


class Typed(BaseModel):
    """The form as it was typed; times are in the zone of the settings. Without a school it is of the own unit, or for
    the city of the chosen one, or of all.
    """

    begins: str = ""
    ends: str = ""
    why: str = ""
    school: str = ""
    district: str = ""


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, typed: Typed | None = None, wrong: str = "") -> Response:
        viewer = current()
        with parts.reading() as session:
            rows = [(row[0], row.district, row.school, _may_end(row[0]))
                    for row in messages.maintenance_rows(session, parts.now() - SHOWN)]  # fmt: skip
            values = {"rows": rows, "units": districts.every(session) if viewer.sees_all else []}
        values |= {"typed": typed or Typed(), "wrong": WRONG[wrong] if wrong else None, "clock": parts.now()}
        return pages.page(request, "maintenance.html", values, 422 if wrong else 200)

    @made.get("/maintenance")
    def show(request: Request) -> Response:
        return shown(request)

    @made.post("/maintenance")
    def add(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        begins, ends = (_moment(text, parts) for text in (typed.begins, typed.ends))
        if begins is None or ends is None or not timedelta() < ends - begins <= LONGEST:
            return shown(request, typed, "times")
        if not 0 < len(typed.why.strip()) <= 200 or "\0" in typed.why:
            return shown(request, typed, "why")
        with parts.reading() as session:
            place = _place(session, typed)
        if place is None:
            return shown(request, typed, "place")
        said = {"begins": begins.isoformat(), "ends": ends.isoformat()}
        with parts.writing("maintenance_add", school=typed.school, district=typed.district, **said) as session:
            row = Maintenance(begins=begins, ends=ends, why=typed.why.strip(), by=current().name, at=parts.now())
            row.school_id, row.district_id = place
            session.add(row)
        return after("/maintenance", "maintenance")

    @made.post("/maintenance/{number}/end")
    def end(number: Annotated[int, Path(ge=1, le=LARGEST)]) -> Response:
        with parts.writing("maintenance_end") as session:
            row = messages.maintenance(session, number)
            if row is None or not _may_end(row):
                raise HTTPException(404)
            if row.school_id is not None:
                about(session, school=schools.code_of(session, row.school_id))
            row.ends = min(row.ends, max(parts.now(), row.begins))
            session.add(row)
        return after("/maintenance", "maintenance-ended")

    return made


def _place(session: Session, typed: Typed) -> tuple[int | None, int | None] | None:
    """School and unit that the form means; None for what this viewer may not name."""
    viewer = current()
    if typed.school.strip():
        if "\0" in typed.school:
            return None
        school = schools.by_code(session, typed.school.strip())
        return (school.id, None) if school is not None else None
    if not viewer.sees_all:
        return None, viewer.district_id
    if not typed.district:
        return None, None
    unit = districts.by_code(session, typed.district) if "\0" not in typed.district else None
    return (None, unit.id) if unit is not None else None


def _may_end(row: Maintenance) -> bool:
    """An officer of a unit ends what is of the unit or its schools, not what is of all."""
    viewer = current()
    return viewer.sees_all or row.school_id is not None or row.district_id == viewer.district_id


def _moment(text: str, parts: Parts) -> datetime | None:
    """The moment that was typed, in the zone of the settings where it has none; None where it is none, or one that
    cannot be shown there.
    """
    try:
        typed = datetime.fromisoformat(text)
        zoned = typed if typed.tzinfo is not None else typed.replace(tzinfo=parts.zone)
        return zoned.astimezone(parts.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
