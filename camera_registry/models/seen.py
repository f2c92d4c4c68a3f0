"""What was seen: the unit that stood there, merged facts, settings, numbers of a night, what a model can do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from camera_registry.models.table import Table, brief_moment, moment


class SheetRecord(Table, table=True):
    """The merged facts of a device: the newest of each path, with its time (compressed JSON of `facts.DeviceSheet`)."""

    device_id: int = Field(primary_key=True, foreign_key="device.id")
    at: datetime = moment()
    body: bytes = Field(sa_type=LargeBinary)


class UnitRecord(Table, table=True):
    """A unit that stood at the place of a device from `since`, seen last at `seen_at`: what it said of itself (empty:
    nothing). The newest row is the one that stands there now.
    """

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    since: datetime = moment()
    seen_at: datetime = moment()
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = Field(default="", index=True)
    mac: str = Field(default="", index=True)
    endpoint: str = Field(default="", index=True)


class Description(Table, table=True):
    """Identity, declared and capable of a device, stored when they changed."""

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    at: datetime = moment()
    digest: str
    body: bytes = Field(sa_type=LargeBinary)


class Measurement(Table, table=True):
    """The numbers of all streams of a device that the look at `at` has measured, packed: `store.numbers` says how, and
    what `words` are for. One row a device and look, because the row of a stream would be mostly its own keys.
    """

    device_id: int = Field(primary_key=True, foreign_key="device.id")
    at: datetime = brief_moment(primary_key=True)
    streams: bytes = Field(sa_type=LargeBinary)
    words: str = ""


class ModelEncoding(Table, table=True):
    """One encoding (JSON of `facts.Encoding`) that a device of this model has shown: before one of them is called too
    old, the others are asked.
    """

    __table_args__ = (UniqueConstraint("manufacturer", "model", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    manufacturer: str
    model: str
    digest: str
    body: str


class ChangeRecord(Table, table=True):
    """Something that happened to a device or one of its channels, told by comparing two looks (`kind` is one of
    `standards.changes`); `body` is JSON of what was and what is.
    """

    __table_args__ = (Index("change_of_device", "device_id", "at"), Index("change_at", "at"))
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    at: datetime = moment()
    kind: str
    body: str = "{}"
