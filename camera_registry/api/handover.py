"""The handover over the API: what the operations centre is told of each camera, as JSON, CSV, XLSX and GeoJSON.

No answer holds a login.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from camera_registry.api import queries
from camera_registry.api.asked import Registry
from camera_registry.reports.handover import handover_csv, handover_geojson, handover_xlsx, told
from camera_registry.reports.register_files import XLSX
from camera_registry.services.handover import every
from camera_registry.store.handover import Wanted

GEOJSON = "application/geo+json"


class HandoverQuery(queries.PlaceQuery):
    """Of which unit or school, and in which state: new, proposed, accepted, connected, returned, lost."""

    state: str | None = None

    def wanted(self) -> Wanted:
        """The cameras that are asked for."""
        return Wanted(district=self.district, school=self.school, state=self.state)


class HandoverFileQuery(HandoverQuery):
    """The same as a file with headings in this language."""

    lang: Literal["vi", "en"] = "vi"


class StreamAnswer(BaseModel):
    """A stream: its address without a login (empty: not known), and what was measured newest."""

    address: str
    codec: str | None
    width: int | None
    height: int | None
    fps: float | None
    bitrate_kbps: float | None
    measured_at: datetime | None


class CameraAnswer(BaseModel):
    """A camera; see docs/handover.md."""

    camera: str
    district_code: str
    district: str
    school_code: str
    school: str
    site: str
    device_code: str
    index: int
    name: str
    area: str
    latitude: float | None
    longitude: float | None
    position_of: Literal["channel", "site"] | None
    heading: int | None
    networks: str
    way: Literal["direct", "recorder"]
    through: str
    sessions: int | None
    contact_name: str
    contact_phone: str
    contact_email: str
    ready: bool
    ready_since: datetime | None
    edition: str
    main: StreamAnswer
    sub: StreamAnswer
    state: Literal["proposed", "accepted", "connected", "returned"] | None
    state_since: date | None
    reason: str
    lost: bool


class HandoverAnswer(BaseModel):
    """The cameras that are ready or were handed over, as of a moment."""

    as_of: datetime
    cameras: list[CameraAnswer]


class PointAnswer(BaseModel):
    """A position: longitude, latitude."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class FeatureAnswer(BaseModel):
    """A camera as a feature; without a position no geometry."""

    type: Literal["Feature"]
    id: str
    geometry: PointAnswer | None
    properties: CameraAnswer


class CollectionAnswer(BaseModel):
    """RFC 7946."""

    type: Literal["FeatureCollection"]
    features: list[FeatureAnswer]


def add(made: APIRouter, registry: Registry, zone: tzinfo, now: Callable[[], datetime]) -> None:
    """The routes are in `made`."""

    @made.get("/handover.json", response_model=HandoverAnswer)
    def as_json(query: Annotated[HandoverQuery, Query()]) -> Any:
        """Every camera that is ready to be connected, or was handed over."""
        with registry() as session:
            cameras = [told(row) for row in every(session, query.wanted())]
        as_of = now().isoformat().replace("+00:00", "Z")
        return JSONResponse({"as_of": as_of, "cameras": cameras})

    @made.get("/handover.geojson", response_class=Response, responses={
        200: {"content": {GEOJSON: {"schema": CollectionAnswer.model_json_schema()}}},
    })  # fmt: skip
    def as_geojson(query: Annotated[HandoverQuery, Query()]) -> Response:
        """The same as features with positions."""
        with registry() as session:
            return _file(handover_geojson(every(session, query.wanted())), "handover.geojson", GEOJSON)

    @made.get("/handover.csv", response_class=Response)
    def as_csv(query: Annotated[HandoverFileQuery, Query()]) -> Response:
        """The same for a spreadsheet, as text."""
        with registry() as session:
            content = handover_csv(every(session, query.wanted()), query.lang, zone)
        return _file(content, "handover.csv", "text/csv; charset=utf-8")

    @made.get("/handover.xlsx", response_class=Response)
    def as_workbook(query: Annotated[HandoverFileQuery, Query()]) -> Response:
        """The same as a workbook, whose state the centre fills in and sends back."""
        with registry() as session:
            content = handover_xlsx(every(session, query.wanted()), query.lang, zone)
        return _file(content, "handover.xlsx", XLSX)


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
