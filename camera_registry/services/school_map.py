"""Schools on a map, by how many of their offered cameras are ready. Reading only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session

from camera_registry.store import sums
from standards.model import Text

State = Literal["all", "most", "few", "none_offered"]
STATES: Mapping[State, Text] = {
    "all": {"vi": "Sẵn sàng hết", "en": "All are ready"},
    "most": {"vi": "Sẵn sàng từ một nửa trở lên", "en": "Half or more are ready"},
    "few": {"vi": "Sẵn sàng dưới một nửa", "en": "Less than half are ready"},
    "none_offered": {"vi": "Chưa có camera thuộc diện kết nối", "en": "No camera is offered for connection"},
}
"""How ready a school is, in words: of its cameras that are offered for connection."""
HALF = 0.5


@dataclass(frozen=True)
class Point:
    """A site on the map, with the numbers of its school; `site` is empty for the main one."""

    code: str
    name: str
    site: str
    district_code: str
    district: str
    latitude: float
    longitude: float
    cameras: int
    offered: int
    ready: int
    unverified: int

    @property
    def state(self) -> State:
        """How ready the school is."""
        return state_of(self.ready, self.offered)


@dataclass(frozen=True)
class Unplaced:
    """A school of which no position is registered."""

    code: str
    name: str
    district: str


@dataclass(frozen=True)
class SchoolMap:
    """The sites that have a position, and the schools of which none has one."""

    points: tuple[Point, ...]
    unplaced: tuple[Unplaced, ...]


def school_map(session: Session) -> SchoolMap:
    """Everything that a map shows."""
    without = sums.without_position(session)
    return SchoolMap(
        tuple(_point(row) for row in sums.sites(session)),
        tuple(Unplaced(row.code, row.name, row.district) for row in without),
    )


def state_of(ready: int, offered: int) -> State:
    """How ready a school is that offers so many cameras."""
    if not offered:
        return "none_offered"
    if ready == offered:
        return "all"
    return "most" if ready >= HALF * offered else "few"


def _point(row: Any) -> Point:
    cameras = row.unverified + row.compliant + row.reconfigure + row.repair + row.replace
    return Point(row.code, row.name, row.site, row.district_code, row.district, row.latitude, row.longitude, cameras,
                 row.offered, row.ready, row.unverified)  # fmt: skip
