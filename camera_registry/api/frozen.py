"""Frozen figures over JSON: which there are, and the very bytes of which the SHA-256 is made."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from camera_registry.api.asked import NoSuchFrozenError, Registry
from camera_registry.services import periods
from camera_registry.store import periods as store


class FrozenAnswer(BaseModel):
    """Frozen figures without the figures; `unit` null is the city."""

    number: str
    replaces: str
    sha256: str
    school_year: str
    kind: str
    cut_off: date
    unit: str | None
    by: str
    at: datetime


def add(made: APIRouter, registry: Registry) -> None:
    """The routes of frozen figures are in `made`."""

    @made.get("/frozen")
    def all_frozen() -> list[FrozenAnswer]:
        """All that the asker sees, the newest first."""
        with registry() as session:
            return [
                FrozenAnswer(
                    number=row.number, replaces=row.replaces, sha256=row.sha256, school_year=row.school_year,
                    kind=row.kind, cut_off=row.cut_off, unit=row.unit_code, by=row.by, at=row.at,
                )
                for row in store.frozen_rows(session)
            ]  # fmt: skip

    @made.get("/frozen/{frozen}", response_class=Response)
    def one_frozen(frozen: str) -> Response:
        """The figures: canonical JSON, UTF-8; its SHA-256 stands in `ETag` and in the foot of every paper."""
        with registry() as session:
            found = periods.frozen(session, frozen)
        if found is None:
            raise NoSuchFrozenError(frozen)
        return Response(found.body, media_type="application/json", headers={"ETag": f'"{found.sha256}"'})
