"""Replies of a school: the page on which one is written, the list of all, and the photo of one."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.models import FindingRecord
from camera_registry.numbers import index_of
from camera_registry.services.audit import about
from camera_registry.services.explained import NO_TEXT, find_rule, title
from camera_registry.services.photos import MOST_BYTES
from camera_registry.services.replies import LONGEST_NOTE, RESULTS, About, ReplyError, every, of_school, picture, reply
from camera_registry.store import channels, devices, replies, schools
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
_UNPROCESSABLE = 422


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of replies."""
    made = APIRouter()

    def page(request: Request, asked: About, note: str = "", wrong: Text | None = None) -> Response:
        with parts.reading() as session:
            values = _values(session, asked, parts)
        said = {"note": note, "wrong": wrong, "rule": asked.rule, "results": RESULTS}
        return pages.page(request, "reply.html", {**values, **said}, 200 if wrong is None else _UNPROCESSABLE)

    @made.get("/schools/{code}/reply")
    def write(request: Request, code: str, rule: str = "", device: str = "", channel: str = "") -> Response:
        return page(request, About(code, rule, device, index_of(channel)))

    @made.post("/schools/{code}/replies")
    def send(
        request: Request,
        code: str,
        rule: Annotated[str, Form(max_length=100)],
        note: Annotated[str, Form(max_length=2 * LONGEST_NOTE)] = "",
        device: Annotated[str, Form(max_length=100)] = "",
        channel: Annotated[str, Form(max_length=10)] = "",
        photo: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        asked = About(code, rule, device, index_of(channel))
        data = photo.file.read(MOST_BYTES + 1) if photo is not None else b""
        try:
            with parts.writing("reply", school=code, device=device, rule=rule) as session:
                if schools.by_code(session, code) is None:
                    raise HTTPException(404)
                reply(session, parts.vault(), asked, note, data or None, current().name, parts.now())
        except ReplyError as error:
            return page(request, asked, note, error.words)
        return after(f"/schools/{quote(code, safe='')}", "replied")

    @made.get("/replies")
    def show_all(request: Request) -> Response:
        with parts.reading() as session:
            found = every(session, parts.edition)
        return pages.page(request, "replies.html", {"replies": found, "results": RESULTS})

    @made.get("/replies/{number}/photo")
    def show_photo(number: Number) -> Response:
        with parts.writing("photo_see") as session:
            found = replies.photo(session, number)
            if found is None:
                raise HTTPException(404)
            about(session, school=found[1])
            return Response(picture(parts.vault(), found[0]), media_type="image/jpeg")

    return made


def _values(session: Session, asked: About, parts: Parts) -> dict[str, Any]:
    """What the page says of the finding, and the replies to it. Raises HTTPException 404 for a place there is not."""
    school = schools.by_code(session, asked.school)
    device = devices.by_code(session, asked.school, asked.device) if asked.device else None
    if school is None or (asked.device and device is None):
        raise HTTPException(404)
    known = channels.of_devices(session, [device.id or 0]) if device else {}
    channel = known.get((device.id or 0, asked.channel)) if device and asked.channel else None
    found = _found(session, school.id or 0, device.id if device else None, channel.id if channel else None, asked.rule)
    every_reply = of_school(session, asked.school, parts.edition)
    same = (asked.device or None, asked.channel, asked.rule)
    mine = [each for each in every_reply if (each.device_code, each.channel_index, each.rule) == same]
    return {
        "school": school,
        "device": asked.device,
        "channel": asked.channel,
        "name": channel.name if channel else "",
        "title": title(find_rule(parts.edition, asked.rule), asked.rule),
        "why": json.loads(found.why) or NO_TEXT if found else NO_TEXT,
        "seen_at": found.seen_at if found else None,
        "still": found is not None,
        "replies": mine,
    }


def _found(
    session: Session, school_id: int, device_id: int | None, channel_id: int | None, rule: str
) -> FindingRecord | None:
    """What holds now of this rule there and is not met."""
    if device_id is None:
        rows = replies.open_at_places(session, [school_id], [rule])
    else:
        rows = [row for row in replies.open_now(session, [device_id], [rule]) if row.channel_id == channel_id]
    rows = [row for row in rows if row.outcome in ("fail", "unknown")]
    return next(iter(sorted(rows, key=lambda row: row.outcome)), None)
