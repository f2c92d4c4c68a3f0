"""How what is registered came to be as it is: every change with what stood before, and changes that belong together."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Batch(Table, table=True):
    """Changes that were made in one go and can be undone in one go. `kind`: import, bulk (one change of many rows),
    entry (a visit with the register wizard). `name` and `sha256` are those of the file, `counts` JSON of how many rows
    are new, changed and the same by kind.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    by: str = ""
    at: datetime = moment()
    name: str = ""
    sha256: str = Field(default="", index=True)
    counts: str = "{}"
    undone_at: datetime | None = moment(default=None)
    undone_by: str = ""


class Edit(Table, table=True):
    """One row of what is registered was made (`what` is new), changed or deleted (gone). `kind`: school, site, device,
    channel; `row_id` is its id, which may be there no more. `before` and `after` are JSON of the columns that became
    others. `by` is empty for what a probe did (a channel that it found).
    """

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    device_id: int | None = Field(default=None, index=True)
    kind: str
    row_id: int
    what: str
    before: str = "{}"
    after: str = "{}"
    by: str = ""
    at: datetime = moment()


class GivenAnswer(Table, table=True):
    """What the API has answered to a request with an idempotency key: the same request with the same key gets the same
    answer, and nothing is done twice. `school_id` is null where it is about several schools. `digest` is the SHA-256 of
    method, path and body. It is kept for a day. That of a visit stands under `visit/SCHOOL/ID`; its digest is that of
    its body, and empty where a password was in it.
    """

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    key: str = Field(primary_key=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    digest: str
    status: int
    body: str
    at: datetime = moment(index=True)
