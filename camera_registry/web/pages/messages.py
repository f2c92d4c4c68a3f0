"""E-mail of a person: address and kinds, on the own account and on the page of an administrator; ending a kind by the
link of a mail, without signing in.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.audit.doing import Actor, Doing
from camera_registry.models import Account
from camera_registry.numbers import LARGEST
from camera_registry.services import mailboxes
from camera_registry.services.accounts import role_of
from camera_registry.services.audit import about, record
from camera_registry.services.mailboxes import KIND_WORDS, OF_ROLE, MailboxError
from camera_registry.store import accounts, messages
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

Number = Annotated[int, Path(ge=1, le=LARGEST)]
NOT_AN_ADDRESS = 422


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.post("/account/messages")
    def own(
        address: Annotated[str, Form(max_length=300)] = "", kind: Annotated[list[str] | None, Form()] = None
    ) -> Response:
        return _put(parts, current().account_id, address, kind or [], "/account")

    @made.post("/accounts/{number}/messages")
    def of_another(
        number: Number,
        address: Annotated[str, Form(max_length=300)] = "",
        kind: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        return _put(parts, number, address, kind or [], f"/accounts/{number}")

    @made.get("/unsubscribe/{number}/{kind}/{signature}")
    def ask(request: Request, number: Number, kind: str, signature: str) -> Response:
        with parts.signing_in_reading() as session:
            box = mailboxes.is_link(session, number, kind, signature)
            wanted = kind in mailboxes.kinds_of(box)
        if box is None:
            raise HTTPException(404)
        return pages.page(request, "unsubscribe.html", {"kind": KIND_WORDS[kind], "over": not wanted})

    @made.post("/unsubscribe/{number}/{kind}/{signature}")
    def end(request: Request, number: Number, kind: str, signature: str) -> Response:
        with parts.signing_in() as session:
            box = mailboxes.is_link(session, number, kind, signature)
            account = accounts.by_id(session, number) if box is not None else None
            if box is None or account is None:
                raise HTTPException(404)
            if kind in mailboxes.kinds_of(box):
                mailboxes.end(session, box, kind)
                who = Actor(account.login, account.name, account.role, "mail")
                record(session, Doing(who, "mail_unsubscribe", {"account": account.login}, {"what": kind}), parts.now())
        return pages.page(request, "unsubscribe.html", {"kind": KIND_WORDS[kind], "over": True})

    return made


def of_account(session: Session, account: Account) -> dict[str, Any]:
    """What the form of the e-mail of an account is made of."""
    box = messages.mailbox(session, account.id or 0)
    offered = {kind: KIND_WORDS[kind] for kind in OF_ROLE[role_of(account)]}
    return {"box": box, "box_kinds": mailboxes.kinds_of(box), "mail_kinds": offered}


def _put(parts: Parts, number: int, address: str, kinds: list[str], back: str) -> Response:
    try:
        with parts.writing("mailbox_change") as session:
            account = accounts.by_id(session, number)
            if account is None:
                raise HTTPException(404)
            about(session, account=account.login)
            mailboxes.put(session, number, role_of(account), address, kinds, current().name, parts.now())
    except MailboxError:
        return after(back, "not-messages")
    return after(back, "messages")
