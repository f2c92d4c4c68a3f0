"""Messages: who wants which, what happened that is worth one, what was sent, and when nothing is to be said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from camera_registry.models.table import Table, moment

_WAITING = text("state = 'waiting'")
_OPEN = text("ended_at IS NULL")


class Mailbox(Table, table=True):
    """Where a person gets e-mail, and the kinds that are wanted, joined with "; ". `secret` signs the links that end a
    kind.
    """

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    address: str
    kinds: str = ""
    secret: str
    set_by: str
    set_at: datetime = moment()


class Mailed(Table, table=True):
    """The message of a kind for a person on a `day`: state sending, sent, quiet (nothing was to be said), waiting (for
    another try at `next_at`) or failed. `at` is until when its news were told.
    """

    __table_args__ = (UniqueConstraint("account_id", "kind", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    kind: str
    day: date
    state: str
    attempts: int = 0
    next_at: datetime | None = moment(default=None)
    at: datetime = moment()


class NewsItem(Table, table=True):
    """Something happened that webhooks are told: once, by its `key`. Of a school, of a unit, or of all; `body` is JSON.
    `planned_at`: it was handed to the webhooks of then.
    """

    __table_args__ = (Index("news_to_plan", "id", sqlite_where=text("planned_at IS NULL"),
                            postgresql_where=text("planned_at IS NULL")),)  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    at: datetime = moment()
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    body: str = "{}"
    planned_at: datetime | None = moment(default=None)


class Webhook(Table, table=True):
    """An address that is told of news of these `kinds` (joined with "; "), of one unit or of all. `sealed` is the
    secret that signs them.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    address: str
    sealed: bytes = Field(default=b"", sa_type=LargeBinary)
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    kinds: str = ""
    active: bool = True
    made_by: str
    made_at: datetime = moment()


class Delivery(Table, table=True):
    """A piece of news on its way to a webhook: waiting (not before `next_at`), sent or failed; `status` is the newest
    answer, `error` why there was none.
    """

    __table_args__ = (
        UniqueConstraint("news_id", "webhook_id"),
        Index("delivery_waiting", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
    id: int | None = Field(default=None, primary_key=True)
    news_id: int = Field(foreign_key="newsitem.id")
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    state: str = "waiting"
    attempts: int = 0
    next_at: datetime = moment()
    status: int | None = None
    error: str = ""
    ended_at: datetime | None = moment(default=None)


class Outage(Table, table=True):
    """No device of a school could be reached from `began_at` until `ended_at` (null: still). Those are moments of
    looks; `noticed_at` and `over_noticed_at` are when the program knew it, by which it is news.
    """

    __table_args__ = (
        Index("outage_now", "school_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("outage_of_school", "school_id", "began_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id")
    began_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    noticed_at: datetime = moment()
    over_noticed_at: datetime | None = moment(default=None)


class Maintenance(Table, table=True):
    """From `begins` until `ends` nothing that is seen is news: of a school, of a unit, or (neither is named) of all."""

    id: int | None = Field(default=None, primary_key=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    begins: datetime = moment()
    ends: datetime = moment()
    why: str
    by: str
    at: datetime = moment()
