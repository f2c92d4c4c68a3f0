"""Accounts, for administrators: who may sign in, where technicians work, and which passwords are to be changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.access.roles import ROLES
from camera_registry.access.viewer import current
from camera_registry.models import Account
from camera_registry.services import accounts as services
from camera_registry.services import assignments
from camera_registry.services.accounts import AccountError, Wanted
from camera_registry.services.audit import about
from camera_registry.services.days import day_of
from camera_registry.services.listed import LONGEST_WORDS
from camera_registry.store import accounts, districts, schools, sessions
from camera_registry.web.notices import after
from camera_registry.web.pages.messages import of_account
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
NOT_A_DAY = AccountError("ends", {"vi": "hãy chọn ngày theo lịch.", "en": "choose a day of the calendar."})


class Made(BaseModel):
    """The form of a new account as it was typed."""

    login: str = ""
    name: str = ""
    role: str = ""
    district: str = ""
    school: str = ""


class Assigned(BaseModel):
    """The form of an assignment as it was typed."""

    school: str = ""
    begins: str = ""
    ends: str = ""
    company: str = ""
    contract: str = ""


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    def listed(
        request: Request, form: Made | None = None, error: AccountError | None = None, first: tuple[str, str] = ("", "")
    ) -> Response:
        words = request.query_params.get("q", "")[:LONGEST_WORDS].strip()
        with parts.reading() as session:
            units, schools = accounts.places(session)
            values: dict[str, Any] = {
                "accounts": accounts.every(session, words),
                "units": units,
                "schools": schools,
                "districts": districts.every(session),
            }
        told = {"typed": (form or Made()).model_dump(), "error": error, "first": first, "roles": ROLES, "q": words}
        return pages.page(request, "accounts.html", {**values, **told}, 422 if error is not None else 200)

    @made.get("/accounts")
    def show(request: Request) -> Response:
        return listed(request)

    @made.post("/accounts")
    def make(request: Request, form: Annotated[Made, Form()]) -> Response:
        try:
            with parts.writing("account_create", account=form.login.strip().casefold(), role=form.role) as session:
                wanted = Wanted(**form.model_dump())
                account, first = services.make(session, wanted, current().name, parts.now())
        except AccountError as error:
            return listed(request, form, error)
        return listed(request, None, None, (account.login, first))

    @made.get("/accounts/passwords-to-change")
    def to_change(request: Request) -> Response:
        with parts.reading() as session:
            rows = assignments.to_change(session, day_of(parts.now(), parts.zone), parts.zone)
        return pages.page(request, "passwords_to_change.html", {"rows": rows})

    _add_one(made, parts, pages)
    return made


def _add_one(made: APIRouter, parts: Parts, pages: Pages) -> None:
    def shown(request: Request, number: int, **told: Any) -> Response:
        with parts.reading() as session:
            account = _found(session, number)
            units, schools = accounts.places(session)
            values: dict[str, Any] = {
                "account": account,
                "sessions": sessions.going_on(session, number),
                "tokens": sessions.programs(session, number),
                "assignments": accounts.assignments(session, number),
                "units": units,
                "schools": schools,
                "today": day_of(parts.now(), parts.zone),
                **of_account(session, account),
                "mail": parts.mail,
                "mail_at": parts.mail_at,
            }
        told = {"error": None, "first": "", "typed": Assigned().model_dump(), **told}
        return pages.page(request, "account_one.html", {**values, **told}, 422 if told["error"] is not None else 200)

    @made.get("/accounts/{number}")
    def one(request: Request, number: Number) -> Response:
        return shown(request, number)

    @made.post("/accounts/{number}/close")
    def close(request: Request, number: Number) -> Response:
        try:
            with parts.writing("account_close") as session:
                services.close(session, _changing(session, number), parts.now())
        except AccountError as error:
            return shown(request, number, error=error)
        return after(f"/accounts/{number}", "account-closed")

    @made.post("/accounts/{number}/reset")
    def reset(request: Request, number: Number) -> Response:
        try:
            with parts.writing("password_reset") as session:
                first = services.reset(session, _changing(session, number), parts.now())
        except AccountError as error:
            return shown(request, number, error=error)
        if number == current().account_id:
            return RedirectResponse("/login", 303)
        return shown(request, number, first=first)

    @made.post("/accounts/{number}/sessions/end")
    def end_sessions(number: Number) -> Response:
        with parts.writing("session_end") as session:
            sessions.end_all(session, _changing(session, number).id or 0, parts.now())
        return after(f"/accounts/{number}", "session-ended")

    _add_assignments(made, parts, shown)


def _add_assignments(made: APIRouter, parts: Parts, shown: Callable[..., Response]) -> None:
    @made.post("/accounts/{number}/assignments")
    def assign(request: Request, number: Number, form: Annotated[Assigned, Form()]) -> Response:
        try:
            begins, ends = _day(form.begins), _day(form.ends) if form.ends else None
            with parts.writing("assignment_add", school=form.school, begins=form.begins, ends=form.ends) as session:
                account = _changing(session, number)
                assignments.assign(session, account, form.school, begins, ends, form.company, form.contract)
        except AccountError as error:
            return shown(request, number, error=error, typed=form.model_dump())
        return after(f"/accounts/{number}", "assigned")

    @made.post("/accounts/{number}/assignments/{assignment}/end")
    def end(number: Number, assignment: Number) -> Response:
        """It ends with yesterday: from now on nothing of the school is seen."""
        with parts.writing("assignment_end") as session:
            row = accounts.assignment(session, assignment)
            if row is None or row.account_id != number:
                raise HTTPException(404)
            _changing(session, number)
            about(session, school=schools.code_of(session, row.school_id))
            accounts.end_now(session, row, day_of(parts.now(), parts.zone))
        return after(f"/accounts/{number}", "assignment-ended")


def _found(session: Session, number: int) -> Account:
    account = accounts.by_id(session, number)
    if account is None:
        raise HTTPException(404)
    return account


def _changing(session: Session, number: int) -> Account:
    """The account, which the entry of the audit log names."""
    account = _found(session, number)
    about(session, account=account.login)
    return account


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NOT_A_DAY from None
