"""What a visit to a school leaves beside the register: photos of mounting places, and the pairs that phones seal to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Photo(Table, table=True):
    """A photo of the mounting place of a channel: `sealed` is the JPEG (base64) under the key of the registry. It is
    kept for `keep.photos_days`, where the school allows photos.
    """

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    sha256: str
    width: int
    height: int
    sealed: bytes = Field(sa_type=LargeBinary)
    by: str = ""
    at: datetime = moment(index=True)


class SealingKey(Table, table=True):
    """A pair that browsers seal passwords to while they have no signal: the `public` point (base64), and the private
    number under the key of the registry. The newest is given out; the others open what was sealed before.
    """

    id: int | None = Field(default=None, primary_key=True)
    public: str
    sealed: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = moment()
