"""The map: schools by how ready they are, and the same schools as a list for whoever does not use a map."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.services.listed import Page
from camera_registry.services.school_map import STATES, school_map
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

A_PAGE = 50
UNPLACED_SHOWN = 100


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of the map."""
    made = APIRouter()

    @made.get("/map")
    def show(request: Request) -> Response:
        state, number = request.query_params.get("state") or None, page_of(request.query_params)
        with parts.reading() as session:
            found = school_map(session)
        counted = Counter(point.state for point in found.points)
        wanted = [point for point in found.points if state not in STATES or point.state == state]
        shown = tuple(wanted[(number - 1) * A_PAGE : number * A_PAGE])
        values = {
            "total": len(found.points),
            "page": Page(shown, len(wanted), len(wanted), number, A_PAGE),
            "state": state if state in STATES else None,
            "map_states": STATES,
            "counted": counted,
            "unplaced": found.unplaced[:UNPLACED_SHOWN],
            "unplaced_total": len(found.unplaced),
            "tiles": parts.tiles,
        }
        return pages.page(request, "map.html", values)

    return made
