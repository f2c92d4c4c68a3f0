"""What stands in networks of schools, as discovery found it, and what people said about things that look alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class FoundUnit(Table, table=True):
    """One camera or recorder that answered a discovery at a site: where, and what it said of itself. `ports` is JSON of
    its open ports, `said` JSON of everything (`probes.discovery.found`). Which registered device it is, is worked out
    when it is read. One that somebody has dismissed is not proposed again.
    """

    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    address: str
    onvif_port: int | None = None
    ports: str = "[]"
    make: str = ""
    model: str = ""
    mac: str = ""
    endpoint: str = ""
    said: str = "{}"
    first_seen_at: datetime = moment()
    last_seen_at: datetime = moment()
    dismissed_at: datetime | None = moment(default=None)
    dismissed_by: str = ""
    dismissed_why: str = ""


class Discovery(Table, table=True):
    """One look through the networks of a site. State: waiting, running (by `owner`, who has it until `leased_until`),
    done, failed (`reason` says why). `checked` of `addresses` were asked; `found` cameras and recorders answered.
    """

    __table_args__ = (Index("discovery_of_site", "site_id", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    by: str = ""
    asked_at: datetime = moment()
    state: str = Field(default="waiting", index=True)
    owner: str = ""
    attempts: int = 0
    leased_until: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    addresses: int = 0
    checked: int = 0
    found: int = 0
    reason: str = ""


class ProposedPair(Table, table=True):
    """A camera and a channel of a recorder that may be one (`services.same_camera`), as of the newest sweep at their
    school: the list of all schools is made of these, and whoever confirms one has it looked at again.
    """

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    recorded_id: int = Field(foreign_key="channel.id", index=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    reason: str
    said: str
    at: datetime = moment()


class NotSame(Table, table=True):
    """A person said that two devices, or a channel of each, are not the same: they are not proposed again."""

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    other_id: int = Field(foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    other_channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    by: str = ""
    at: datetime = moment()
