"""What lists are read from: kept beside what it is made of, so that a page over a city need not make it anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from camera_registry.models.table import Table, moment

_PLACE = ("school_code", "device_code", "channel_index", "finding_id")
_COUNTED = ("rule", "fix", "actor", "worst", "finding_id")
"""With these behind it, an index alone answers how many rows a list has within its filters."""


class ListedFinding(Table, table=True):
    """A row of the list of what is not compliant: a deciding finding that fails now, with what the list is narrowed,
    ordered and counted by. `store.kept` writes it with the finding, the verdict and the place it is made of.

    `camera` is the same for two channels that are one camera, and below zero for a device as a whole, whose
    `channel_index` is 0. `worst` is 1 for the worst verdict. `fix` is never empty. `model` are make and model as
    `lists.plain` has them, a line each: what a waiver for a model is for. `search` are the words of school, device and
    channel (`store.searched`). `nights` and `seen_at` become others every night, so no index has them: a night in which
    nothing changed writes the narrow row in its place, and no index.
    """

    __table_args__ = (
        Index("listed_worst", "worst", *_PLACE),
        Index("listed_district", "district_code", *_PLACE),
        Index("listed_school", *_PLACE),
        Index("listed_device", "device_code", "school_code", "channel_index", "finding_id"),
        Index("listed_rule", "rule", *_PLACE),
        Index("listed_fix", "fix", *_PLACE),
        Index("listed_actor", "actor", *_PLACE),
        Index("listed_since", "since", *_PLACE),
        Index("listed_of_unit", "district_id", *_COUNTED),
        Index("listed_camera", "camera", *_COUNTED),
        Index("listed_model", "model", "rule", "finding_id"),
        Index("listed_at_school", "school_id"),
        Index("listed_at_device", "device_id"),
        Index("listed_at_channel", "channel_id"),
    )
    finding_id: int = Field(primary_key=True, foreign_key="findingrecord.id")
    district_id: int = Field(foreign_key="district.id")
    district_code: str
    school_id: int = Field(foreign_key="school.id")
    school_code: str
    device_id: int = Field(foreign_key="device.id")
    device_code: str
    channel_id: int | None = Field(default=None, foreign_key="channel.id")
    channel_index: int
    camera: int
    worst: int
    rule: str
    fix: str
    actor: str
    nights: int
    seen_at: datetime | None = moment(default=None)
    since: datetime | None = moment(default=None)
    model: str
    search: str
