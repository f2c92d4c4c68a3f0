"""Looks that were carried here: whose laptops are trusted, and which bundles they have brought."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class LaptopKey(Table, table=True):
    """A person has compared the fingerprint of a laptop, and answers for what it signs from `since` until `ended_at`
    (null: still). Without an account: whoever calls at the server. `public` is the Ed25519 key.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    public: bytes = Field(sa_type=LargeBinary)
    fingerprint: str = Field(index=True)
    since: datetime = moment()
    ended_at: datetime | None = moment(default=None)


class BundleRecord(Table, table=True):
    """A bundle of a school that was taken at `at`, `by` a person; `sha256` is of its file, which is not kept. `looks`
    are in it, `taken` of them belong to a registered device by now. `made_at` and `made_by` are what the laptop said.
    """

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    key_id: int = Field(foreign_key="laptopkey.id", index=True)
    by: str
    at: datetime = moment()
    made_at: datetime = moment()
    made_by: str = ""
    looks: int
    taken: int
