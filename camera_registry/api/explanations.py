"""The JSON route of the reasoning of one verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from fastapi import APIRouter

from camera_registry.api.asked import Asked, NoSuchDeviceError, Registry
from camera_registry.daylight import SunUp
from camera_registry.services.checking import explanation


def add(
    made: APIRouter, registry: Registry, editions: Asked, zone: tzinfo, now: Callable[[], datetime], sun_up: SunUp
) -> None:
    """The route, added to `made`."""

    @made.get("/schools/{school}/devices/{code}/channels/{index}/explanation")
    def why(school: str, code: str, index: int) -> dict[str, Any]:
        """The whole reasoning of the verdict of a channel now: every condition, value, comparison, and their sum."""
        with registry() as session:
            found = explanation(session, school, code, index, editions().decides, now(), sun_up, zone)
        if found is None:
            raise NoSuchDeviceError(
                f"there is no channel {school[:50]}/{code[:50]}/{index}; use codes that are registered"
            )
        return found.to_json()
