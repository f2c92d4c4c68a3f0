"""Readiness over JSON: two percentages, each with numerator and denominator, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from camera_registry.api.asked import Asked, Registry
from camera_registry.api.queries import PlaceQuery
from camera_registry.services.readiness import Readiness, Ready, readiness
from standards.readiness import Document, Share


class ShareAnswer(BaseModel):
    """A part of a whole; `percent` null: of nothing."""

    numerator: int
    denominator: int
    percent: float | None


class ReadyAnswer(BaseModel):
    """Cameras, each counted once; see `services.readiness.Ready`."""

    compliant_of_checked: ShareAnswer
    ready_of_offered: ShareAnswer
    not_checked: int
    slow_line: int
    line_not_known: int


class SchoolAnswer(BaseModel):
    """One school."""

    code: str
    name: str
    district: str
    ready: ReadyAnswer


class ReadinessAnswer(BaseModel):
    """The place as a whole, and its schools; `document` of one school alone."""

    edition: str
    ready: ReadyAnswer
    document: Document | None
    schools: list[SchoolAnswer]


def add(made: APIRouter, registry: Registry, editions: Asked, now: Callable[[], datetime]) -> None:
    """The route is in `made`."""

    @made.get("/readiness")
    def ready_to_be_connected(query: Annotated[PlaceQuery, Query()]) -> ReadinessAnswer:
        """How many of the cameras offered for connection are ready."""
        with registry() as session:
            return _answer(readiness(session, editions(), now(), query.district, query.school))


def _answer(found: Readiness) -> ReadinessAnswer:
    schools = [
        SchoolAnswer(code=s.code, name=s.name, district=s.district, ready=_ready(s.ready)) for s in found.schools
    ]
    return ReadinessAnswer(edition=found.edition, ready=_ready(found.ready), document=found.document, schools=schools)


def _ready(of: Ready) -> ReadyAnswer:
    return ReadyAnswer(
        compliant_of_checked=_share(of.compliant_of_checked),
        ready_of_offered=_share(of.ready_of_offered),
        not_checked=of.not_checked,
        slow_line=of.slow_line,
        line_not_known=of.line_not_known,
    )


def _share(share: Share) -> ShareAnswer:
    return ShareAnswer(numerator=share.numerator, denominator=share.denominator, percent=share.percent)
