"""Who may sign in, where they work, and from where they did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Account(Table, table=True):
    """A person who may sign in. `login` is unique and never changes; `name` is what others see, and `seen_name` the
    same as it is compared: no two people of the registry look like one. `password` is an Argon2id hash; `totp` the
    sealed secret of the second factor, `totp_step` the newest time step that was used. An account is never erased
    while something was done by it: it is closed.
    """

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    seen_name: str = Field(unique=True)
    role: str
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    password: str
    must_change: bool = False
    totp: bytes | None = Field(default=None, sa_type=LargeBinary)
    totp_step: int = 0
    made_by: str = ""
    made_at: datetime = moment()
    closed_at: datetime | None = moment(default=None)


class Assignment(Table, table=True):
    """A technician works at a school from `begins` until `ends` (days, both included; null: until it is ended), for a
    company, by a contract.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    begins: date
    ends: date | None = None
    company: str = ""
    contract: str = ""


class LoginSession(Table, table=True):
    """Someone has signed in at a browser: `token` is the SHA-256 of what the browser holds. `waits_for` is what is
    still to be done before anything else: `code`, `second_factor`, `password`; empty: nothing.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token: str = Field(unique=True)
    waits_for: str = ""
    begun_at: datetime = moment()
    seen_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    address: str = ""
    browser: str = ""


class ApiToken(Table, table=True):
    """A program may ask in the name of a person until `ends_at`: `token` is the SHA-256 of what it holds. Scope: read,
    write (what the person may), or metrics (the figures alone).
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    token: str = Field(unique=True)
    scope: str = "read"
    made_at: datetime = moment()
    ends_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    used_at: datetime | None = moment(default=None)


class LoginThrottle(Table, table=True):
    """How often signing in failed of late, for a login that was typed or an address it came from (`key`: a digest)."""

    key: str = Field(primary_key=True)
    failures: int = 0
    last_at: datetime = moment()
    until: datetime | None = moment(default=None)
