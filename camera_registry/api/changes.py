"""Changes over JSON: what changed since a moment, the timeline of a channel, a device on a past day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from camera_registry.api import queries
from camera_registry.api.asked import Asked, NoSuchDeviceError, Registry
from camera_registry.services.timeline import Event, PastDay, past_day, timeline
from camera_registry.services.what_changed import Changed, what_changed


class ChangesQuery(queries.PlaceQuery):
    """Since when, with a zone, and of which unit or school."""

    since: queries.Moment


@dataclass(frozen=True)
class ChangesAnswer:
    """What changed since then, by kind."""

    since: datetime
    changes: tuple[Changed, ...]


def add(made: APIRouter, registry: Registry, editions: Asked) -> None:
    """The routes are in `made`."""

    @made.get("/changes")
    def all_changes(query: Annotated[ChangesQuery, Query()]) -> ChangesAnswer:
        """What newly fails, is resolved, is another value; which devices were replaced or reset."""
        with registry() as session:
            found = what_changed(session, editions(), query.since, query.district, query.school)
        return ChangesAnswer(query.since, found)

    @made.get("/schools/{school}/devices/{code}/channels/{index}/timeline")
    def of_channel(school: str, code: str, index: int) -> tuple[Event, ...]:
        """What happened to a channel, the newest first."""
        with registry() as session:
            found = timeline(session, school, code, index, editions())
        if found is None:
            raise NoSuchDeviceError(f"school {school[:50]} has no channel {code[:50]}/{index}")
        return found

    @made.get("/schools/{school}/devices/{code}/as-of")
    def as_of(school: str, code: str, at: queries.Moment) -> PastDay:
        """Verdicts and findings of a device as they stood at `at`."""
        with registry() as session:
            found = past_day(session, school, code, at, editions())
        if found is None:
            raise NoSuchDeviceError(f"school {school[:50]} has no device {code[:50]}")
        return found
