"""Schools on a map, as GeoJSON (RFC 7946): one point for each site that has a position."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from camera_registry.api.asked import Registry
from camera_registry.services.school_map import Point, State, school_map


class PointAnswer(BaseModel):
    """A position: longitude, then latitude (WGS 84)."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class OfSchool(BaseModel):
    """The school and its numbers; `site` is empty for the main one. `state`: how many of the offered are ready."""

    code: str
    name: str
    site: str
    district_code: str
    district: str
    cameras: int
    offered: int
    ready: int
    unverified: int
    state: State


class FeatureAnswer(BaseModel):
    """One site."""

    type: Literal["Feature"] = "Feature"
    geometry: PointAnswer
    properties: OfSchool


class MapAnswer(BaseModel):
    """All sites with a position; `without_position`: schools of which none has one."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[FeatureAnswer]
    without_position: int


def add(made: APIRouter, registry: Registry) -> None:
    """The route is in `made`."""

    @made.get("/map")
    def all_points() -> MapAnswer:
        """The sites of the schools that are seen, with how ready each school is."""
        with registry() as session:
            found = school_map(session)
        return MapAnswer(features=[_feature(point) for point in found.points], without_position=len(found.unplaced))


def _feature(point: Point) -> FeatureAnswer:
    names = (name for name in OfSchool.model_fields)
    return FeatureAnswer(
        geometry=PointAnswer(coordinates=(point.longitude, point.latitude)),
        properties=OfSchool(**{name: getattr(point, name) for name in names}),
    )
