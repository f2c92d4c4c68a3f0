"""Photos of mounting places: whether a school allows them, one photo, and its end. Each look at one is audited."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Path
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.models import Photo
from camera_registry.services.audit import about
from camera_registry.services.photos import allow, picture
from camera_registry.store import photos
from camera_registry.web.notices import after
from camera_registry.web.pages.device import address
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


def router(parts: Parts, pages: Pages) -> APIRouter:  # noqa: ARG001  (every page is made of both)
    """The routes of photos."""
    made = APIRouter()

    @made.get("/photos/{number}")
    def show(number: Number) -> Response:
        with parts.writing("photo_see") as session:
            photo, _ = _found(session, number)
            return Response(picture(parts.vault(), photo), media_type="image/jpeg")

    @made.post("/photos/{number}/end")
    def end(number: Number) -> Response:
        with parts.writing("photo_end") as session:
            photo, place = _found(session, number)
            photos.end(session, photo)
        return after(place, "photo-ended")

    @made.post("/schools/{code}/photos")
    def change(code: str, allowed: Annotated[Literal["yes", "no"], Form()]) -> Response:
        with parts.writing("photos_allow", school=code, what=allowed) as session:
            if not allow(session, code, allowed=allowed == "yes"):
                raise HTTPException(404)
        return after(f"/schools/{quote(code, safe='')}", "photos-allowed" if allowed == "yes" else "photos-refused")

    return made


def _found(session: Session, number: int) -> tuple[Photo, str]:
    """The photo, and the page of its device; the entry of the audit log names both."""
    found = photos.by_id(session, number)
    if found is None:
        raise HTTPException(404)
    photo, school, device, index = found
    about(session, school=school, device=device, channel=index)
    return photo, address(school, device)
