"""What people said, over JSON: answers to manual rules, and that a camera was seen on site. The commit stands before
the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, Registry, Writing, there
from camera_registry.daylight import SunUp
from camera_registry.services.attachments import Attachment
from camera_registry.services.manual_answers import MET, Question, Where, answer, questions
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.said import Said


class SaidBody(BaseModel):
    """A note, and the name and SHA-256 of a paper; who says it is who asks."""

    model_config = ConfigDict(extra="forbid")
    note: str = ""
    attachment_name: str = ""
    attachment_sha256: str = ""

    def said(self, at: datetime) -> Said:
        """The same as a value. Raises AttachmentError."""
        return Said(current().name, at, self.note, Attachment(self.attachment_name, self.attachment_sha256))


class AnswerBody(SaidBody):
    """An answer to `rule`: of the school, of a site (by name), of a device, or of a channel of it."""

    rule: str
    met: Literal["yes", "no", "unknown"]
    device: str = ""
    channel: int | None = None
    site: str = ""


class QuestionsAnswer(BaseModel):
    """What a school is asked: `open` was never answered, or is asked again after its age."""

    open: list[Question]
    given: list[Question]


def add(
    made: APIRouter,
    registry: Registry,
    writing: Writing,
    editions: Asked,
    now: Callable[[], datetime],
    sun_up: SunUp,
    zone: tzinfo,
) -> None:
    """The routes are in `made`."""

    @made.get("/schools/{code}/answers")
    def all_answers(code: str) -> QuestionsAnswer:
        """What the school is asked and what was answered, with all answers ever given."""
        with registry() as session:
            there(session, code)
            found = questions(session, code, editions(), now())
        given = [question for question in found if question.state == "given"]
        return QuestionsAnswer(open=[q for q in found if q.state != "given"], given=given)

    @made.post("/schools/{code}/answers", status_code=201)
    def one_answer(code: str, body: AnswerBody) -> QuestionsAnswer:
        """Keeps an answer, and judges again what it is about."""
        where = Where(code, body.device, body.channel, body.site)
        with writing("answer", school=code, device=body.device, rule=body.rule, met=body.met) as session:
            there(session, code)
            answer(session, where, body.rule, MET[body.met], body.said(now()), editions(), sun_up, zone)
        return all_answers(code)

    @made.post("/devices/{school}/{code}/channels/{index}/seen-on-site", status_code=201)
    def on_site(school: str, code: str, index: int, body: SaidBody) -> SaidBody:
        """Keeps that a technician saw this camera."""
        with writing("seen_on_site", school=school, device=code, channel=index) as session:
            there(session, school, code)
            seen_on_site(session, school, code, index, body.said(now()))
        return body
