"""Replies of a school over JSON: those there are, and one more. The commit stands before the answer."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, Registry, Writing, there
from camera_registry.services.replies import LONGEST_NOTE, About, Replied, ReplyError, of_school, reply
from camera_registry.vault import Vault
from standards.model import Text


class ReplyBody(BaseModel):
    """A reply to `rule` on a channel, on a device (`channel` null), or on the school (`device` empty); `photo`: a JPEG
    in base64, at most 1280 pixels a side, where the school allows photos.
    """

    model_config = ConfigDict(extra="forbid")
    rule: str = Field(max_length=100)
    note: str = Field(max_length=LONGEST_NOTE)
    device: str = Field("", max_length=100)
    channel: int | None = Field(None, ge=1, le=10_000)
    photo: str = Field("", max_length=700_000)


class ReplyAnswer(BaseModel):
    """One reply; `result`: waits (for the look that was asked for), closed (the rule is met), stays, not_known."""

    number: int
    device_code: str | None
    channel_index: int | None
    channel_name: str | None
    rule: str
    title: Text
    note: str
    by: str
    at: datetime
    photo: bool
    result: str
    looked_at: datetime | None


class RepliesAnswer(BaseModel):
    """The replies of a school, open ones first."""

    replies: list[ReplyAnswer]


def add(
    made: APIRouter,
    registry: Registry,
    writing: Writing,
    editions: Asked,
    now: Callable[[], datetime],
    vault: Callable[[], Vault],
) -> None:
    """The routes are in `made`."""

    @made.get("/schools/{code}/replies")
    def all_replies(code: str) -> RepliesAnswer:
        """What the school replied, and what came of it."""
        with registry() as session:
            there(session, code)
            found = of_school(session, code, editions().decides)
        return RepliesAnswer(replies=[_answer(each) for each in found])

    @made.post("/schools/{code}/replies", status_code=201, response_model=RepliesAnswer)
    def one_reply(code: str, body: ReplyBody) -> RepliesAnswer | JSONResponse:
        """Keeps a reply, and asks for a look at the device at once."""
        about = About(code, body.rule, body.device, body.channel)
        try:
            photo = base64.b64decode(body.photo, validate=True) if body.photo else None
        except ValueError:  # what is no base64, and what is no ASCII
            return JSONResponse({"detail": ["photo: this is no base64"]}, 422)
        try:
            with writing("reply", school=code, device=body.device, rule=body.rule) as session:
                there(session, code)
                reply(session, vault(), about, body.note, photo, current().name, now())
        except ReplyError as error:
            return JSONResponse({"detail": [f"{error.kind}: {error}"]}, 422)
        return all_replies(code)


def _answer(each: Replied) -> ReplyAnswer:
    values: dict[str, Any] = asdict(each)
    return ReplyAnswer(**{name: values[name] for name in ReplyAnswer.model_fields})
