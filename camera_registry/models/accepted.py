"""Several looks over a day, before a contractor is paid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Acceptance(Table, table=True):
    """Chosen channels looked at several times from `begins` until `ends` and judged by one edition. `looks` is how many
    looks at each device are wanted. State: running, closed, cancelled; a closed one has its result (compressed
    canonical JSON) with the SHA-256 of the JSON, and never changes.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    edition_sha256: str
    asked_by: str
    begins: datetime = moment()
    ends: datetime = moment()
    looks: int
    state: str = Field(default="running", index=True)
    closed_at: datetime | None = moment(default=None)
    closed_by: str = ""
    result: bytes | None = Field(default=None, sa_type=LargeBinary)
    result_sha256: str = ""


class AcceptanceChannel(Table, table=True):
    """A channel that an acceptance is about."""

    acceptance_id: int = Field(primary_key=True, foreign_key="acceptance.id")
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")


class AcceptanceLook(Table, table=True):
    """One look at a device for an acceptance: every finding and value of it (compressed JSON), judged by itself."""

    __table_args__ = (UniqueConstraint("acceptance_id", "device_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    acceptance_id: int = Field(foreign_key="acceptance.id")
    device_id: int = Field(foreign_key="device.id")
    at: datetime = moment()
    body: bytes = Field(sa_type=LargeBinary)
