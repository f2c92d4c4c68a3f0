"""Webhooks: programs of others that are told what happened; their secrets are shown once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.models import Webhook
from camera_registry.numbers import LARGEST
from camera_registry.sending.post import PostError, check
from camera_registry.sending.signature import new_secret
from camera_registry.services.audit import detail
from camera_registry.services.deliveries import EVENTS
from camera_registry.store import districts, webhooks
from camera_registry.store.webhooks import WebhookPlace
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

NEWEST = 50
LONGEST_NAME = 100
OF_ALL_UNITS = {"sweep_ended"}
"""Kinds of news that are of no unit."""
KIND_WORDS: dict[str, Text] = {
    "sweep_ended": {"vi": "Đợt kiểm tra kết thúc", "en": "A sweep has ended"},
    "digest": {"vi": "Bản tin sáng", "en": "Morning digest"},
    "school_unreachable": {"vi": "Mất liên lạc toàn trường", "en": "A whole school is out of reach"},
    "school_back": {"vi": "Trường liên lạc lại được", "en": "A school is back"},
    "period_frozen": {"vi": "Chốt số liệu kỳ báo cáo", "en": "Figures of a period are frozen"},
    "handover_changed": {"vi": "Đổi trạng thái bàn giao", "en": "States of the handover have changed"},
}
_ADDRESS: Text = {
    "vi": "Địa chỉ không dùng được: cần bắt đầu bằng https://, không có tài khoản và dấu #.",
    "en": "This address cannot be used: it begins with https:// and has no login and no #.",
}
_UNIT: Text = {"vi": "Không có đơn vị quản lý nào mang mã này.", "en": "No managing unit has this code."}
_OF_ALL: Text = {
    "vi": "Tin “Đợt kiểm tra kết thúc” là của mọi đơn vị: chọn “Tất cả”, hoặc bỏ loại tin này.",
    "en": "“A sweep has ended” is news of all units: choose “All”, or leave this kind out.",
}
_NAME: Text = {"vi": "Cần tên và ít nhất một loại tin.", "en": "It needs a name and at least one kind of news."}


class Typed(BaseModel):
    """The form as it was typed."""

    name: str = ""
    address: str = ""
    district: str = ""
    kind: list[str] = []


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(request: Request, typed: Typed | None = None, wrong: Text | None = None, fresh: str = "") -> Response:
        with parts.reading() as session:
            values: dict[str, Any] = {
                "hooks": webhooks.every(session),
                "newest": webhooks.newest(session, NEWEST),
                "units": districts.every(session),
            }
        values |= {"typed": typed or Typed(), "wrong": wrong, "secret": fresh, "kinds": KIND_WORDS, "events": EVENTS}
        return pages.page(request, "webhooks.html", values, 422 if wrong else 200)

    @made.get("/webhooks")
    def show(request: Request) -> Response:
        return shown(request)

    @made.post("/webhooks")
    def add(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        kinds = [kind for kind in KIND_WORDS if kind in typed.kind]
        wrong = _wrong(parts, typed, kinds)
        if wrong is not None:
            return shown(request, typed, wrong)
        secret = new_secret()
        with parts.writing("webhook_change", what=typed.name.strip()) as session:
            unit = districts.by_code(session, typed.district) if typed.district else None
            hook = Webhook(
                name=typed.name.strip(),
                address=typed.address.strip(),
                district_id=unit.id if unit is not None else None,
                kinds="; ".join(kinds),
                made_by=current().name,
                made_at=parts.now(),
            )
            session.add(hook)
            session.flush()
            _seal(session, parts, hook, secret)
        return shown(request, fresh=secret)

    @made.post("/webhooks/{number}/switch")
    def switch(number: Annotated[int, Path(ge=1, le=LARGEST)]) -> Response:
        with parts.writing("webhook_change") as session:
            hook = _found(session, number)
            detail(session, what=hook.name, outcome="off" if hook.active else "on")
            hook.active = not hook.active
            session.add(hook)
        return after("/webhooks", "webhook-switched")

    @made.post("/webhooks/{number}/secret")
    def renew(request: Request, number: Annotated[int, Path(ge=1, le=LARGEST)]) -> Response:
        secret = new_secret()
        with parts.writing("webhook_change") as session:
            hook = _found(session, number)
            detail(session, what=hook.name, outcome="new secret")
            _seal(session, parts, hook, secret)
        return shown(request, fresh=secret)

    return made


def _wrong(parts: Parts, typed: Typed, kinds: list[str]) -> Text | None:
    """What is wrong with the form; None: nothing."""
    if not kinds or not 0 < len(typed.name.strip()) <= LONGEST_NAME or "\0" in typed.name:
        return _NAME
    try:
        check(typed.address.strip(), parts.posting)
    except PostError:
        return _ADDRESS
    if not typed.district:
        return None
    with parts.reading() as session:
        if "\0" in typed.district or districts.by_code(session, typed.district) is None:
            return _UNIT  # one of all units was not meant
    return _OF_ALL if set(kinds) & OF_ALL_UNITS else None


def _found(session: Session, number: int) -> Webhook:
    hook = webhooks.by_id(session, number)
    if hook is None:
        raise HTTPException(404)
    return hook


def _seal(session: Session, parts: Parts, hook: Webhook, secret: str) -> None:
    hook.sealed = parts.vault().seal(secret, WebhookPlace(hook.id or 0))
    session.add(hook)
