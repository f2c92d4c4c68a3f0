"""Sweeps over JSON: the newest ones, the summary of one; and figures in the text of Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from camera_registry.api.asked import NoSuchSweepError, Registry
from camera_registry.reports.prometheus import CONTENT_TYPE, prometheus_text
from camera_registry.services.figures import figures
from camera_registry.services.sweep_summary import SweepSummary, sweep_summary
from camera_registry.store import sweep_sums

LARGEST_ID = 2**63 - 1
LISTED = 50
"""So many of the newest sweeps are listed."""


@dataclass(frozen=True)
class SweepAnswer:
    """A sweep: which one, and how far it is."""

    id: int
    kind: str
    scope: str
    night: str
    state: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def add(made: APIRouter, registry: Registry, now: Callable[[], datetime]) -> None:
    """The routes are in `made`."""

    @made.get("/sweeps")
    def newest_sweeps() -> list[SweepAnswer]:
        """The newest sweeps, the last one first."""
        with registry() as session:
            return [
                SweepAnswer(s.id or 0, s.kind, s.scope, s.night, s.state, s.planned_at, s.started_at, s.ended_at)
                for s in sweep_sums.last(session, LISTED)
            ]

    @made.get("/sweeps/newest-night")
    def newest_night() -> SweepSummary:
        """What the newest nightly sweep has come to."""
        with registry() as session:
            found = sweep_summary(session, None, now())
        if found is None:
            raise NoSuchSweepError("there was no nightly sweep yet")
        return found

    @made.get("/sweeps/{sweep_id}")
    def one_sweep(sweep_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> SweepSummary:
        """What a sweep has come to: how devices ended and why, what it cost, what it changed."""
        with registry() as session:
            found = sweep_summary(session, sweep_id, now())
        if found is None:
            raise NoSuchSweepError(f"there is no sweep {sweep_id}")
        return found

    @made.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def metrics() -> Response:
        """Figures of the registry and of this process, in the text format of Prometheus."""
        with registry() as session:
            known = figures(session, now())
        return Response(prometheus_text(known), headers={"content-type": CONTENT_TYPE})
