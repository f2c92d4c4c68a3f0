"""The work of a night, and its ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from camera_registry.models.table import LARGE, JsonList, Table, brief_moment, moment


class Sweep(Table, table=True):
    """One pass over many devices. `night` is a date for the nightly one (its uniqueness elects who plans it), else an
    id. `kind`: night, day (what has no power by night, or was silent), light (by day, for what needs light), asked
    (by a person) or bundle (looks that a laptop brought, `store.bundles`). `school_day`: it began on one, so that who
    is silent in it counts as silent. `scope` says which devices: all, district:CODE, school:CODE, device:SCHOOL/CODE,
    chosen:NUMBER/DIGEST.
    What has not begun at `ends_by` is skipped. State: planned, running, paused, cancelled, done.
    """

    id: int | None = Field(default=None, primary_key=True)
    night: str = Field(unique=True)
    kind: str = "night"
    state: str = Field(default="planned", index=True)
    scope: str = Field(default="all", sa_column_kwargs={"server_default": "all"})
    asked_by: str = ""
    ends_by: datetime | None = moment(default=None)
    school_day: bool = Field(default=True, sa_column_kwargs={"server_default": "1"})
    planned_at: datetime = moment()
    started_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)


class SweepSite(Table, table=True):
    """A lease: one worker has one site until `leased_until`. State: waiting (nobody takes it before `not_before`),
    leased, done. `sweep_site_open` holds those that are not done, in the order in which they are taken, so that it does
    not grow with the nights.
    """

    __table_args__ = (
        Index(
            "sweep_site_open",
            "state",
            "sweep_id",
            "rank",
            "site_id",
            sqlite_where=text("state <> 'done'"),
            postgresql_where=text("state <> 'done'"),
        ),
    )
    sweep_id: int = Field(primary_key=True, foreign_key="sweep.id")
    site_id: int = Field(primary_key=True, foreign_key="site.id")
    state: str = "waiting"
    owner: str = ""
    leased_until: datetime | None = moment(default=None)
    rank: int = 0
    not_before: datetime | None = moment(default=None)


class SweepItem(Table, table=True):
    """One device in one sweep, with what it cost the device. State: waiting, leased, done (it answered), failed
    (`reason` is a kind of failure), skipped (`reason` is one of `store.sweeps.SKIPPED`). `ended_at` is null until it
    has its final state; `item_to_do` holds those alone, so that it does not grow with the nights. In pass 2 it waits
    for another look, not before `not_before`; what the first one came to stands in `first_state`, `first_reason` and
    `first_ended_at`, and counts if there is no other. `step` is what a look that a person waits for has come to:
    parts apart by spaces, onvif, stream/N (the Nth) or picture, each with "@" and its second.
    """

    __table_args__ = (
        UniqueConstraint("sweep_id", "device_id"),
        Index("item_of_device", "device_id", "ended_at"),
        Index(
            "item_to_do",
            "sweep_id",
            "site_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    sweep_id: int = Field(foreign_key="sweep.id")
    site_id: int = Field(foreign_key="site.id")
    device_id: int = Field(foreign_key="device.id")
    state: str = "waiting"
    reason: str = ""
    attempts: int = 0
    started_at: datetime | None = brief_moment(default=None)
    ended_at: datetime | None = brief_moment(default=None)
    connections: int = 0
    logins: int = 0
    tries: int = 0
    refusals: int = 0
    session_s: float = 0.0
    bytes_in: int = Field(default=0, sa_type=LARGE)
    bytes_out: int = Field(default=0, sa_type=LARGE)
    failures: str = Field(default="[]", sa_type=JsonList)
    passes: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    not_before: datetime | None = moment(default=None)
    step: str | None = None
    first_state: str | None = None
    first_reason: str | None = None
    first_ended_at: datetime | None = brief_moment(default=None)
