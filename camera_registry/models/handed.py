"""What became of each camera that is offered to the operations centre."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from camera_registry.models.table import Table, moment

_NOW = text("until IS NULL")


class Handover(Table, table=True):
    """A camera is in this state of its handover since `at`, when it was written here, until another row of it follows
    (`until`; null: still). `state` is proposed, accepted, connected or returned; `day` is when it came about, as it was
    told; `reason` says why it was returned.
    """

    __table_args__ = (
        Index("handover_now", "channel_id", unique=True, sqlite_where=_NOW, postgresql_where=_NOW),
        Index("handover_of_channel", "channel_id", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    channel_id: int = Field(foreign_key="channel.id")
    state: str
    day: date
    reason: str = ""
    by: str
    at: datetime = moment()
    until: datetime | None = moment(default=None)
