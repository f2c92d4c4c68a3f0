"""The web application: the watch, the guard and the gate, the pages, the files they need, and their error pages."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from camera_registry.api import routes
from camera_registry.api.visits import Visiting
from camera_registry.web.errors import add_error_pages
from camera_registry.web.gate import Gate, Keys
from camera_registry.web.guard import Guard
from camera_registry.web.pages import (
    account,
    accounts,
    agents,
    audit,
    bulk,
    bundles,
    channel,
    chosen,
    device,
    devices,
    differences,
    duplicates,
    edit_channels,
    edit_device,
    edit_school,
    explanation,
    found,
    handover,
    handover_list,
    handover_states,
    history,
    import_batches,
    imports,
    listing,
    login,
    login_steps,
    maintenance,
    map_page,
    messages,
    on_site,
    overview,
    paper_files,
    papers,
    photos,
    plan,
    privacy,
    register,
    remove,
    replies,
    school,
    school_sheet,
    schools,
    standards,
    survey,
    sweep,
    sweep_events,
    sweep_summary,
    waivers,
    watched,
    webhooks,
)
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.watch import Watch

PAGES = (
    login,
    login_steps,
    account,
    accounts,
    audit,
    privacy,
    overview,
    map_page,
    listing,
    chosen,
    plan,
    schools,
    edit_school,
    edit_device,
    edit_channels,
    bulk,
    remove,
    history,
    school,
    replies,
    school_sheet,
    devices,
    device,
    channel,
    differences,
    duplicates,
    found,
    on_site,
    explanation,
    register,
    photos,
    survey,
    papers,
    paper_files,
    standards,
    waivers,
    import_batches,
    imports,
    sweep,
    sweep_events,
    sweep_summary,
    bundles,
    handover,
    handover_list,
    handover_states,
    maintenance,
    messages,
    agents,
    webhooks,
    watched,
)
"""Every page; each has `router`, and its routes stand in `access.routes` too."""
STATIC = Path(__file__).with_name("static")


class OwnFiles(StaticFiles):
    """Files of this program: a browser may keep them, and asks each time whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the error of StaticFiles."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def application(parts: Parts) -> FastAPI:
    """The application made of these parts; nothing is opened or started by this call."""
    app = FastAPI(title="camera-registry", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(parts)
    app.mount("/static", OwnFiles(directory=STATIC), name="static")
    of_api = routes.router(
        parts.reading,
        parts.editions,
        parts.zone,
        parts.now,
        parts.sun_up,
        writing=parts.writing,
        rehearsing=parts.rehearsing,
        desk=parts.desk,
        visiting=Visiting(parts.vault, parts.outgoing, parts.now, parts.editions),
        prices=parts.prices,
        office=parts.importing,
        undo=partial(import_batches.undone, parts),
        outgoing=parts.outgoing,
    )
    app.include_router(of_api)
    for page in PAGES:
        app.include_router(page.router(parts, pages), include_in_schema=False)
    refuse = add_error_pages(app, pages, [route.path for route in of_api.routes if isinstance(route, APIRoute)])
    keys = Keys(parts.signing_in_reading, parts.signing_in, parts.access, parts.now, parts.zone, parts.cookie)
    app.add_middleware(Gate, keys=keys, refuse=refuse)
    app.add_middleware(Guard, hosts=parts.hosts, https=parts.https, images=parts.tiles.origin)
    app.add_middleware(Watch, parts=parts)
    return app
