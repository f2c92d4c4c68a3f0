"""What people registered: places, devices, their channels and streams, and how to log in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from camera_registry.models.table import LARGE, Table, brief_moment, moment


def _version() -> Any:
    """One more with each change that a person makes to the row: whoever saves says which one they saw."""
    return Field(default=1, sa_column_kwargs={"server_default": "1"})


def _tags() -> Any:
    """Words that people gave the row, joined with "; "."""
    return Field(default="", sa_column_kwargs={"server_default": text("''")})


class District(Table, table=True):
    """A unit that manages schools: a ward committee or the Department."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    parent_id: int | None = Field(default=None, foreign_key="district.id")


class School(Table, table=True):
    """A school. `levels` are joined with "; ". `private` schools stay outside the budget total. `photos`: the school
    allows photos of mounting places to be kept. `search`: see `store.searched`.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    levels: str = ""
    kind: str = ""
    private: bool = False
    managed_by: int = Field(foreign_key="district.id", index=True)
    managed_since: date | None = None
    located_in: str = ""
    former_district: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    photos: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    tags: str = _tags()
    version: int = _version()
    search: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class Site(Table, table=True):
    """A place of a school; the main one has an empty name. `networks` are CIDR ranges joined with "; "; `uplink_mbps`
    is what the line sends. `day_window` marks a site whose power is cut at night.
    """

    __table_args__ = (UniqueConstraint("school_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    networks: str = ""
    uplink_mbps: float | None = None
    day_window: bool = False
    version: int = _version()


class Device(Table, table=True):
    """One box with one management address, as people registered it.

    An empty `host` means that it can only be seen through the maker's cloud. `stream_path` is the path of a device that
    is looked at over RTSP alone. `username` is the login people registered; its password is a `Credential`.
    `remembered` is what probes learned (JSON), handed back to them unread; login states stand in `LoginRecord`.
    `verdict` is the worst that holds now of the device and its channels (`store.kept`); `search`: see `store.searched`.
    """

    __table_args__ = (UniqueConstraint("school_id", "code"), Index("device_searched", "school_id", "code", "search"))
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    code: str
    kind: str
    make: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    host: str = ""
    onvif_port: int = 80
    rtsp_port: int | None = None
    stream_path: str = ""
    username: str = ""
    onvif_account: str = "same"
    basic_in_clear: bool = False
    owner: str = ""
    maintainer: str = ""
    in_use_since: int | None = None
    warranty_until: date | None = None
    funding: str = ""
    price: int | None = Field(default=None, sa_type=LARGE)
    tags: str = _tags()
    version: int = _version()
    remembered: str = "{}"
    last_answered_at: datetime | None = brief_moment(default=None)
    silent_nights: int = 0
    verdict: str = Field(default="unverified", sa_column_kwargs={"server_default": "unverified"})
    search: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class Channel(Table, table=True):
    """One video source of a device. `token` is what the device calls it, `scope` whether it is offered to the city.
    `found` is true for one that a probe found and nobody registered. `verdict` is the one that holds now
    (`store.kept`); `search`: see `store.searched`.
    """

    __table_args__ = (UniqueConstraint("device_id", "index"), Index("channel_verdict", "verdict", "device_id"))
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    index: int
    token: str | None = None
    name: str = ""
    found: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    area: str = ""
    scope: str = "undecided"
    scope_by: str = ""
    scope_at: datetime | None = moment(default=None)
    scope_why: str = ""
    recorded_as: int | None = Field(default=None, foreign_key="channel.id", index=True)
    signal: str = ""
    outdoor: bool | None = None
    heading: int | None = None
    height_m: float | None = None
    scene_width_m: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    note: str = ""
    tags: str = _tags()
    version: int = _version()
    verdict: str = Field(default="unverified", sa_column_kwargs={"server_default": "unverified"})
    search: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class Stream(Table, table=True):
    """One encoded flow of a channel, by the id the device gives it."""

    __table_args__ = (UniqueConstraint("channel_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    key: str
    role: str = ""
    uri: str = ""


class Credential(Table, table=True):
    """One version of a login of a device; `sealed` is the password under AES-GCM, never shown again.

    `doors` says where it may go, joined with ",". `made_by` is the account that typed it.
    """

    __table_args__ = (UniqueConstraint("device_id", "doors", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    doors: str = "onvif,rtsp,https"
    version: int
    username: str
    sealed: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = moment()
    retired_at: datetime | None = moment(default=None)
    made_by: int | None = Field(default=None, foreign_key="account.id", index=True)


class LoginRecord(Table, table=True):
    """The doors of a device for one version of its login; `unanswered` tries are counted before a password leaves."""

    credential_id: int = Field(primary_key=True, foreign_key="credential.id")
    onvif: str = "unknown"
    rtsp: str = "unknown"
    https: str = "unknown"
    zone_try_used: bool = False
    unanswered: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
