"""Who did what: a chain, its values apart, and what was erased."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from camera_registry.models.table import Table, moment


class AuditRecord(Table, table=True):
    """One entry of the audit log: what was done and when, bound to its values by `digest` and to the entry before by
    `previous` (see `audit.chain`). The database itself refuses to change or delete one.
    """

    number: int = Field(primary_key=True)
    at: datetime = moment(index=True)
    action: str = Field(index=True)
    digest: str
    previous: str
    hash: str


class AuditValues(Table, table=True):
    """Who did it to what, from where (`body`, JSON), with the salt of its digest: what can be erased. `school` and
    `account` say by code and by name whose it is. The database refuses to change one, and to delete one before an
    `AuditErased` says so.
    """

    number: int = Field(primary_key=True, foreign_key="auditrecord.number")
    salt: str
    body: str
    school: str = Field(default="", index=True)
    account: str = Field(default="", index=True)


class AuditErased(Table, table=True):
    """The values of an entry were erased; the entry `erased_by` says when and why."""

    number: int = Field(primary_key=True, foreign_key="auditrecord.number")
    erased_by: int = Field(foreign_key="auditrecord.number", index=True)
