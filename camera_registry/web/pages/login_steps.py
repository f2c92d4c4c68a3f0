"""What a session still waits for after the password: the code of a phone, a second factor to be set up, a new password.

Strategy: each step opens only for a session that waits for it; when it is done, the gate sends on to the next.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from camera_registry.access import passwords, second_factor
from camera_registry.access.viewer import Viewer
from camera_registry.audit.doing import Doing
from camera_registry.models import Account
from camera_registry.services import accounts as services
from camera_registry.services import signing_in
from camera_registry.services.accounts import AccountError
from camera_registry.services.audit import record
from camera_registry.services.signing_in import Known
from camera_registry.store import accounts, sessions
from camera_registry.web.gate import known_of
from camera_registry.web.parts import Parts, actor_of
from camera_registry.web.rendering import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these steps."""
    made = APIRouter()
    _add_code(made, parts, pages)
    _add_second_factor(made, parts, pages)
    _add_password(made, parts, pages)
    return made


def shown(pages: Pages, request: Request, step: str, status: int = 200, **values: Any) -> Response:
    """The page of a step."""
    known = {"step": step, "wrong": "", "until": None, "login": "", "next": "", "error": None}
    return pages.page(request, "sign_in.html", {**known, **values}, status)


def waiting(pages: Pages, request: Request, step: str, until: datetime, now: datetime, **values: Any) -> Response:
    """The page of a step where nothing is taken until then."""
    seconds = max(1, round((until - now).total_seconds()))
    answer = shown(pages, request, step, 429, until=seconds, **values)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def offered(login: str, typed: str = "") -> dict[str, Any]:
    """A second factor to take up: the secret that was `typed` back with a wrong code, else a new one, and its picture
    for a phone.
    """
    secret = typed if second_factor.is_secret(typed) else second_factor.new_secret()
    return {"secret": secret, "picture": second_factor.picture_of(secret, login)}


def _add_code(made: APIRouter, parts: Parts, pages: Pages) -> None:
    @made.get("/login/code")
    def ask_code(request: Request) -> Response:
        return _on() if _waiting(request, "code") is None else shown(pages, request, "code")

    @made.post("/login/code")
    def take_code(request: Request, code: Annotated[str, Form()] = "") -> Response:
        known, now = _waiting(request, "code"), parts.now()
        if known is None:
            return _on()
        login, address = known.viewer.login, known.viewer.address
        with parts.signing_in() as session:
            until = signing_in.counted(session, login, address, now)
        if until is not None:
            return waiting(pages, request, "code", until, now)
        with parts.signing_in() as session:
            account = _account(session, known)
            right = signing_in.code_is_right(session, parts.vault(), account, code, now)
            if not right:
                record(session, Doing(actor_of(known.viewer), "login_failed", details={"what": "code"}), now)
            if right:
                signing_in.forget(session, login, address)
                _goes_on(session, known, signing_in.after_code(account, parts.access))
                record(session, Doing(actor_of(known.viewer), "login", details={"what": "code"}), now)
        return _on() if right else shown(pages, request, "code", 401, error=services.WRONG_CODE)


def _add_second_factor(made: APIRouter, parts: Parts, pages: Pages) -> None:
    @made.get("/login/second-factor")
    def offer(request: Request) -> Response:
        known = _waiting(request, "second_factor")
        return _on() if known is None else shown(pages, request, "second_factor", **offered(known.viewer.login))

    @made.post("/login/second-factor")
    def take(  # an empty form  # nosec B107
        request: Request, secret: Annotated[str, Form()] = "", code: Annotated[str, Form()] = ""
    ) -> Response:
        known = _waiting(request, "second_factor")
        if known is None:
            return _on()
        now = parts.now()
        try:
            with parts.signing_in() as session:
                account = _account(session, known)
                if account.totp is not None:  # set up meanwhile by another session: its code is asked for
                    _goes_on(session, known, "code")
                    return _on()
                keep = known.viewer.session_id
                services.set_second_factor(session, parts.vault(), account, secret, code, now, keep)
                doing = Doing(actor_of(known.viewer), "account_change", details={"what": "second factor"})
                record(session, doing, now)
                _goes_on(session, known, "")
        except AccountError as error:
            again = offered(known.viewer.login, secret)
            return shown(pages, request, "second_factor", 422, error=error.said, **again)
        return _on()


def _add_password(made: APIRouter, parts: Parts, pages: Pages) -> None:
    @made.get("/login/password")
    def ask_password(request: Request) -> Response:
        return _on() if _waiting(request, "password") is None else shown(pages, request, "password")

    @made.post("/login/password")
    def take_password(request: Request, old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = "") -> Response:
        known, now = _waiting(request, "password"), parts.now()
        if known is None:
            return _on()
        try:
            kept, hashed = hash_of_new(parts, known.viewer, old, new)
            with parts.signing_in() as session:
                account = _account(session, known)
                services.change_password(session, account, kept, hashed, now, known.viewer.session_id)
                _goes_on(session, known, signing_in.after_code(account, parts.access))
                record(session, Doing(actor_of(known.viewer), "password_change"), now)
        except AccountError as error:
            return shown(pages, request, "password", 422, error=error.said)
        return _on()


def hash_of_new(parts: Parts, viewer: Viewer, old: str, new: str) -> tuple[str, str]:
    """The hash of the password of now, which `old` has, and that of the new one. Raises AccountError."""
    password_is_right(parts, viewer, old)
    with parts.signing_in_reading() as session:
        kept = signing_in.kept_of(session, viewer.login) or ""
    return kept, services.new_hash(viewer.login, old, new)


def password_is_right(parts: Parts, viewer: Viewer, password: str) -> None:
    """This is the password of the viewer. A wrong one counts as a failed login. Raises AccountError."""
    now = parts.now()
    with parts.signing_in() as session:
        if signing_in.counted(session, viewer.login, viewer.address, now) is not None:
            raise AccountError("old", services.TOO_MANY)
        kept = signing_in.kept_of(session, viewer.login)
    if not passwords.is_password(kept, password):
        with parts.signing_in() as session:
            record(session, Doing(actor_of(viewer), "login_failed", details={"what": "password"}), now)
        raise AccountError("old", services.WRONG_PASSWORD)
    with parts.signing_in() as session:
        signing_in.forget(session, viewer.login, viewer.address)


def _waiting(request: Request, what: str) -> Known | None:
    """Who asks, when the session waits for this."""
    known = known_of(request)
    return known if known is not None and known.waits_for == what else None


def _account(session: Session, known: Known) -> Account:
    found = accounts.by_id(session, known.viewer.account_id)
    assert found is not None  # noqa: S101  (for the type: the gate has just found it)  # nosec B101
    return found


def _goes_on(session: Session, known: Known, waits_for: str) -> None:
    row = sessions.by_id(session, known.viewer.session_id)
    if row is not None:
        row.waits_for = waits_for
        session.add(row)


def _on() -> Response:
    """To the overview, from where the gate sends on to what is still waited for."""
    return RedirectResponse("/", 303)
