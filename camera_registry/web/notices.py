"""What a page says after something was done: a closed list, named in the address of the page that follows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse

from camera_registry.web.language import N_

CHANGED = N_("The check has changed in the meantime; see how it stands now.")
NOTICES = {
    "login": N_("The login was saved. It is tried at the next check."),
    "try-again": N_("The login will be sent once more at the next check."),
    "asked": N_("The check was asked for. It begins in a moment."),
    "not-asked": N_("There is no device to check."),
    "pause": N_("The check is paused: what is under way ends, nothing more begins."),
    "resume": N_("The check goes on."),
    "cancel": N_("The check was cancelled."),
    "not-pause": CHANGED,
    "not-resume": CHANGED,
    "not-cancel": CHANGED,
}


def notice(request: Request) -> str | None:
    """The message id of what has just been done; None when nothing was."""
    return NOTICES.get(request.query_params.get("done", ""))


def after(address: str, done: str) -> RedirectResponse:
    """Sends the browser to the page at `address`, which says what was done; reading it again does nothing again."""
    return RedirectResponse(f"{address}?done={done}", 303)
