"""Error pages: in the layout of the other pages, with what happened and what to do. The API answers in JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camera_registry.database import DatabaseUnusableError
from camera_registry.services.listed import ListingError
from camera_registry.vault import VaultError
from camera_registry.web.gate import Refuse
from camera_registry.web.guard import SAID_ALWAYS
from camera_registry.web.language import N_
from camera_registry.web.rendering import Pages
from camera_registry.web.watch import HEADER

API = "/api/"
API_SAID = {
    404: "there is no such address; use one of: {addresses}",
    405: "this address does not answer to this method; the lists answer to GET",
    500: "an error of this program, written to its log; try again, or tell the administrator",
}
"""What the API says of an error that has no words of its own."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """What an error page says: message ids of its title and of what to do."""

    title: str
    advice: str


TROUBLES: Mapping[int, Trouble] = {
    400: Trouble(N_("Something in the address or the form cannot be used"), N_("Correct it and send it again.")),
    401: Trouble(
        N_("This is for programs with a token"),
        N_("The city or an administrator makes one on the page of the own account, “Tokens of programs”."),
    ),
    404: Trouble(N_("There is no such page"), N_("Check the address, or begin at the overview.")),
    403: Trouble(N_("This may not be done"), N_("Begin again at the overview.")),
    405: Trouble(N_("This cannot be done here"), N_("Begin again at the overview.")),
    422: Trouble(N_("Something in the address or the form cannot be used"), N_("Correct it and send it again.")),
    500: Trouble(
        N_("An error of this program"), N_("It was written to the log. Try again, or tell the administrator.")
    ),
    503: Trouble(N_("The registry cannot be used at the moment"), N_("Tell the administrator what stands here.")),
}


def add_error_pages(app: FastAPI, pages: Pages, addresses: Iterable[str]) -> Refuse:
    """Every error of `app` is answered with a page, or with JSON under /api/, where there are these `addresses`; the
    function that makes such an answer.
    """
    known = ", ".join(addresses)
    of_api = {status: [words.format(addresses=known)] for status, words in API_SAID.items()}

    def answer(request: Request, status: int, details: list[str]) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse({"detail": details or of_api.get(status, [])}, status)
        word = request.scope.get("request_id", "")
        values = {"trouble": TROUBLES.get(status, TROUBLES[500]), "status": status, "details": details, "word": word}
        return pages.page(request, "error.html", values, status)

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  (for the type: it is registered for this class)  # nosec B101
        answered = answer(request, error.status_code, [])
        answered.headers.update(error.headers or {})
        return answered

    def wrong(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  (as above)  # nosec B101
        return answer(request, 422, [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()])

    def unlisted(request: Request, error: Exception) -> Response:
        assert isinstance(error, ListingError)  # noqa: S101  (as above)  # nosec B101
        return answer(request, 422, [f"{error.field}: {error.text[pages.language(request)]}"])

    def unusable(request: Request, error: Exception) -> Response:
        _log.error("%s", error)
        return answer(request, 503, [str(error)])

    def ours(request: Request, _error: Exception) -> Response:
        """Starlette answers this one outside the watch and the guard, and hands the error on to the server's log."""
        answered = answer(request, 500, [])
        answered.headers.update({**SAID_ALWAYS, "Cache-Control": "no-store"})
        answered.headers[HEADER] = request.scope.get("request_id", "")
        return answered

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(ListingError, unlisted)
    app.add_exception_handler(DatabaseUnusableError, unusable)
    app.add_exception_handler(VaultError, unusable)
    app.add_exception_handler(Exception, ours)
    return answer
