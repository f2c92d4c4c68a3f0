"""The summary of a sweep on a page: how its devices ended and why, what it cost, what it changed; the newest ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.services.sweep_summary import sweep_summary
from camera_registry.store import sweep_sums
from camera_registry.web.pages.sweep import LARGEST_ID
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import over

OTHERS = 14
"""So many of the newest sweeps are named below."""


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of this page."""
    made = APIRouter()

    @made.get("/sweeps/{sweep_id}")
    def show(request: Request, sweep_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> Response:
        with parts.reading() as session:
            found = sweep_summary(session, sweep_id, parts.now())
            if found is None:
                raise HTTPException(404)
            newest = [(each, over(session, each.scope)) for each in sweep_sums.last(session, OTHERS)]
            values = {
                "s": found,
                "over": over(session, found.scope),
                "newest": [(each.id, each.kind, name, each.planned_at, each.state) for each, name in newest],
                "part": not current().sees_all,  # whether there is more is not said
            }
        return pages.page(request, "sweep_summary.html", values)

    return made
