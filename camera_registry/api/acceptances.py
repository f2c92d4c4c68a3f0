"""Acceptances over JSON: start one, what the looks came to, freeze it, give it up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, Registry, Writing
from camera_registry.api.queries import LanguageQuery
from camera_registry.models import Acceptance
from camera_registry.reports.acceptance_file import acceptance_csv
from camera_registry.reports.listing_columns import Shown
from camera_registry.services import acceptance as services
from camera_registry.services.edition_texts import known
from camera_registry.store import acceptances


class AcceptanceAnswer(BaseModel):
    """An acceptance; its result is at its own address."""

    code: str
    name: str
    state: str
    asked_by: str
    edition_sha256: str
    begins: datetime
    ends: datetime
    looks: int
    closed_at: datetime | None
    closed_by: str
    result_sha256: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_Body):
    """What is wanted; `standard` is `id` or `id@version`; without it the edition that decides."""

    code: str
    name: str
    channels: list[str]
    standard: str = ""
    looks: int = 4
    hours: float = 24.0


def add_acceptances(
    made: APIRouter,
    registry: Registry,
    writing: Writing,
    editions: Asked,
    zone: tzinfo,
    now: Callable[[], datetime],
) -> None:
    """The routes of acceptances are in `made`."""

    @made.get("/acceptances")
    def all_acceptances() -> list[AcceptanceAnswer]:
        """All acceptances, the newest first."""
        with registry() as session:
            return [_told(row) for row in acceptances.every(session)]

    @made.post("/acceptances", status_code=201)
    def start(body: StartBody) -> AcceptanceAnswer:
        """The looks begin as soon as the planner comes by."""
        given, in_force = body.model_dump(exclude={"standard", "channels"}), editions()
        with writing("acceptance_start", acceptance=body.code, count=len(body.channels)) as session:
            edition = known(session, body.standard, in_force) if body.standard else in_force.decides
            asked = services.Asked(**given, by=current().name, channels=tuple(body.channels), standard=edition)
            return _told(services.start(session, asked, now()))

    @made.get("/acceptances/{code}")
    def one_acceptance(code: str) -> dict[str, Any]:
        """The result with every look, finding and value."""
        with registry() as session:
            return services.show(session, code, now())

    @made.get("/acceptances/{code}/values.csv", response_class=Response)
    def file_of_acceptance(code: str, query: Annotated[LanguageQuery, Query()]) -> Response:
        """One row for each channel, rule and look, for a spreadsheet."""
        with registry() as session:
            content = acceptance_csv(services.show(session, code, now()), Shown(query.lang, zone))
        headers = {"Content-Disposition": 'attachment; filename="acceptance.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    @made.post("/acceptances/{code}/close")
    def close(code: str) -> dict[str, Any]:
        """The result for ever, with its SHA-256."""
        with writing("acceptance_close", acceptance=code) as session:
            return services.close(session, code, current().name, now())

    @made.post("/acceptances/{code}/cancel")
    def cancel(code: str) -> dict[str, Any]:
        """It is given up; what was seen stays."""
        with writing("acceptance_cancel", acceptance=code) as session:
            services.cancel(session, code, current().name, now())
            return services.show(session, code, now())


def _told(row: Acceptance) -> AcceptanceAnswer:
    return AcceptanceAnswer(**{name: getattr(row, name) for name in AcceptanceAnswer.model_fields})
