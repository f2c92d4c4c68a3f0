"""What schools reply to findings, each perhaps with a photo."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Reply(Table, table=True):
    """A reply to a finding: of the rule on a channel, on a device, or (neither) on the school or one of its sites.
    `sweep_id` is the check that was asked for at once; null where there is no device to look at. What came of it is
    read from the look that followed (`services.replies`). The device and the channel may be registered no more.
    """

    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    rule: str
    note: str
    by: str
    at: datetime = moment(index=True)
    sweep_id: int | None = None


class ReplyPhoto(Table, table=True):
    """The photo of a reply: `sealed` is the JPEG (base64) under the key of the registry. It is kept for
    `keep.photos_days`, where the school allows photos.
    """

    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", index=True)
    sha256: str
    width: int
    height: int
    sealed: bytes = Field(sa_type=LargeBinary)
    at: datetime = moment(index=True)
