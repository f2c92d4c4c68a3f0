"""What it is worth, as intervals, and by which text it was judged."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from camera_registry.models.table import Table, moment

_ENDED = text("until IS NOT NULL")
"""What holds now is never looked for by its end: an index of all would be taken for that."""


class FindingRecord(Table, table=True):
    """One rule on one subject from `since` until `until` (null: still). A row begins when outcome, expected value, fix
    or edition changes. `subject` is `device`, `channel`, `stream`, `site` or `school`; `stream` its id. Texts are
    {vi, en} JSON. `nights` counts the nights in which a failure was seen, `night` is the last of them; `fails_since` is
    when it began, whatever edition judged it since.

    `seen`, `seen_at`, `how` and `why` are of the look that began the interval; while a rule fails or does not apply,
    they are kept fresh, because the lists show them.
    """

    __table_args__ = (
        Index("finding_now", "device_id", "until"),
        Index("finding_by_rule", "rule", "outcome", "until"),
        Index("finding_since", "since"),
        Index("finding_ended", "until", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )
    id: int | None = Field(default=None, primary_key=True)
    device_id: int | None = Field(default=None, foreign_key="device.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    subject: str
    stream: str = ""
    rule: str
    edition: str
    sha256: str
    outcome: str
    decides: bool
    fix: str | None = None
    actor: str = ""
    fact: str | None = None
    expected: str = "{}"
    seen: str = "null"
    seen_at: datetime | None = moment(default=None)
    how: str = ""
    why: str = "{}"
    state: str = "A"
    nights: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    night: date | None = None
    fails_since: datetime | None = moment(default=None)
    since: datetime = moment()
    until: datetime | None = moment(default=None)


class VerdictRecord(Table, table=True):
    """The verdict of a channel (of a device without channels: null) from `since` until `until` (null: still)."""

    __table_args__ = (Index("verdict_now", "device_id", "until"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    edition: str
    name: str
    complete: bool
    since: datetime = moment()
    until: datetime | None = moment(default=None)


class EditionRecord(Table, table=True):
    """The text of an edition that judged something or was made here, by the SHA-256 of its bytes: kept for ever, so
    that every finding can be explained by the text it was judged with. `made_from` is the SHA-256 of the edition that
    a confirmation changed; null for one that came with the product or from a file.
    """

    sha256: str = Field(primary_key=True)
    edition: str = Field(index=True)
    version: str
    body: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = moment()
    made_from: str | None = None


class ConfirmationRecord(Table, table=True):
    """A person with the document in hand confirms a rule of the edition with the SHA-256 `of`: clause, quoted sentence,
    `value` (JSON of the keys of the rule that become others), SHA-256 of the scan. State: asked, approved, refused; who
    decides is another person. `made` is the SHA-256 of the edition that came of it.
    """

    id: int | None = Field(default=None, primary_key=True)
    of: str = Field(index=True)
    edition: str
    rule: str
    clause: str
    quote: str
    value: str = "{}"
    scan_sha256: str
    asked_by: str
    asked_at: datetime = moment()
    state: str = "asked"
    decided_by: str = ""
    decided_at: datetime | None = moment(default=None)
    note: str = ""
    made: str | None = None
