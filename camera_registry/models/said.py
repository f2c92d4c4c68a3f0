"""What people said: answers, "seen on site", exceptions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class AnswerRecord(Table, table=True):
    """What a person said to a manual rule about a school, a site, a device or a channel (`subject`; its id stands in
    the column of that kind, and the ids of what it stands in beside it). `met` null: the person could not tell. Never
    changed: a newer answer is a new row.
    """

    __table_args__ = (Index("answer_by_rule", "rule", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    rule: str
    subject: str
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    met: bool | None = None
    by: str
    at: datetime = moment()
    note: str = ""
    attachment_name: str = ""
    attachment_sha256: str = ""


class OnSiteRecord(Table, table=True):
    """A technician stood before this camera and saw that it has to be replaced ("Đã xác nhận tại chỗ")."""

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    by: str
    at: datetime = moment()
    note: str = ""
    attachment_name: str = ""
    attachment_sha256: str = ""


class WaiverRecord(Table, table=True):
    """An exception with an end: one rule, for a channel, a device, a model, a school or a district (`scope`; what it is
    stands in the column of that kind). `begins` and `ends` are days, both included, in `zone`. State: asked, approved,
    refused, withdrawn; whether it is in force, about to lapse or lapsed is worked out when it is read. `level` is who
    was asked first: school, district, city. Each thing happens once and is never changed: who decided, when and why
    stays when it is withdrawn.
    """

    __table_args__ = (Index("waiver_by_rule", "rule", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    rule: str
    scope: str
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    make: str = ""
    model: str = ""
    reason: str
    begins: date
    ends: date
    zone: str
    level: str
    asked_by: str
    asked_at: datetime = moment()
    state: str = "asked"
    decided_by: str = ""
    decided_level: str = ""
    decided_at: datetime | None = moment(default=None)
    note: str = ""
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = moment(default=None)
    withdrawn_note: str = ""
