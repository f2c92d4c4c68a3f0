"""One's own account: password, second factor, where one is signed in, and tokens of programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.models import Account
from camera_registry.services import accounts as services
from camera_registry.services.accounts import AccountError
from camera_registry.services.audit import detail
from camera_registry.store import accounts, sessions
from camera_registry.web.notices import after
from camera_registry.web.pages.login_steps import hash_of_new, offered, password_is_right
from camera_registry.web.pages.login_steps import shown as step
from camera_registry.web.pages.messages import of_account
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    def shown(  # without a new token  # nosec B107
        request: Request, error: AccountError | None = None, token: str = ""
    ) -> Response:
        viewer = current()
        with parts.reading() as session:
            mine = _mine(session)
            values: dict[str, Any] = {
                "account": mine,
                "sessions": sessions.going_on(session, viewer.account_id),
                "tokens": sessions.programs(session, viewer.account_id),
                "places": _places(session, mine),
                **of_account(session, mine),
                "mail": parts.mail,
                "mail_at": parts.mail_at,
            }
        told: Text | None = error.said if error else None
        return pages.page(
            request, "account.html", {**values, "error": told, "token": token}, 422 if error is not None else 200
        )

    @made.get("/account")
    def show(request: Request) -> Response:
        return shown(request)

    @made.post("/account/password")
    def change(request: Request, old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = "") -> Response:
        viewer, now = current(), parts.now()
        try:
            kept, hashed = hash_of_new(parts, viewer, old, new)
            with parts.writing("password_change") as session:
                services.change_password(session, _mine(session), kept, hashed, now, viewer.session_id)
        except AccountError as error:
            return shown(request, error)
        return after("/account", "password")

    @made.get("/account/second-factor")
    def offer(request: Request) -> Response:
        return step(pages, request, "own_second_factor", **offered(current().login))

    @made.post("/account/second-factor")
    def take(  # an empty form  # nosec B107
        request: Request,
        secret: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
    ) -> Response:
        viewer, now = current(), parts.now()
        try:
            password_is_right(parts, viewer, password)
            with parts.writing("account_change", what="second factor") as session:
                keep = viewer.session_id
                services.set_second_factor(session, parts.vault(), _mine(session), secret, code, now, keep)
        except AccountError as error:
            again = offered(viewer.login, secret)
            return step(pages, request, "own_second_factor", 422, error=error.said, **again)
        return after("/account", "second-factor")

    @made.post("/account/sessions/{number}/end")
    def end(number: Number) -> Response:
        with parts.writing("session_end") as session:
            row = sessions.by_id(session, number)
            if row is None or row.account_id != current().account_id:
                raise HTTPException(404)
            row.ended_at = row.ended_at or parts.now()
            session.add(row)
        return after("/account", "session-ended")

    _add_tokens(made, parts, shown)
    return made


def _add_tokens(made: APIRouter, parts: Parts, shown: Callable[..., Response]) -> None:
    @made.post("/account/tokens")
    def give(
        request: Request,
        name: Annotated[str, Form()] = "",
        scope: Annotated[str, Form()] = "read",
        days: Annotated[int, Form()] = 90,
    ) -> Response:
        try:
            with parts.writing("token_create", what=name, scope=scope) as session:
                token = services.make_token(session, _mine(session), name, scope, days, parts.now())
        except AccountError as error:
            return shown(request, error)
        return shown(request, None, token)

    @made.post("/account/tokens/{number}/end")
    def end_token(number: Number) -> Response:
        with parts.writing("token_end") as session:
            mine = sessions.programs(session, current().account_id)
            row = next((token for token in mine if token.id == number), None)
            if row is None:
                raise HTTPException(404)
            detail(session, what=row.name)
            row.ended_at = row.ended_at or parts.now()
            session.add(row)
        return after("/account", "token-ended")


def _mine(session: Session) -> Account:
    found = accounts.by_id(session, current().account_id)
    assert found is not None  # noqa: S101  (for the type: the gate has just found it)  # nosec B101
    return found


def _places(session: Session, mine: Account) -> list[str]:
    """The names of the unit or the schools of this account."""
    districts, schools = accounts.places(session)
    if mine.district_id is not None:
        return [districts.get(mine.district_id, "")]
    return sorted(schools.get(number, "") for number in current().school_ids)
