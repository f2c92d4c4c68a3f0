"""Messages: mailboxes, what was sent, news and webhooks, schools out of reach, and when nothing is to be said."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0021_messages"
down_revision = "0020_handover"
branch_labels = None
depends_on = None
_INDEXES = {
    "newsitem": ("school_id", "district_id"),
    "webhook": ("district_id",),
    "delivery": ("webhook_id",),
    "maintenance": ("school_id", "district_id"),
}


def upgrade() -> None:
    """The tables and their indexes."""
    _table(
        "mailbox",
        _text("address", "kinds", "secret", "set_by"),
        _moments("set_at"),
        {"account_id": "account"},
        "account_id",
    )
    _table("mailed", _text("kind", "state"), [sa.Column("day", sa.Date(), nullable=False), _number("attempts")],
           _moments("at"), _moments("next_at", nullable=True), {"account_id": "account"},
           unique=("account_id", "kind", "day"))  # fmt: skip
    _table("newsitem", _text("key", "kind", "body"), _moments("at"), _moments("planned_at", nullable=True),
           {"school_id?": "school", "district_id?": "district"}, unique=("key",))  # fmt: skip
    _table("webhook", _text("name", "address", "kinds", "made_by"), _moments("made_at"), {"district_id?": "district"},
           [sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.Column("active", sa.Boolean(), nullable=False)])  # fmt: skip
    _table("delivery", _text("state", "error"), [_number("attempts"), _number("status", nullable=True)],
           _moments("next_at"), _moments("ended_at", nullable=True), {"news_id": "newsitem", "webhook_id": "webhook"},
           unique=("news_id", "webhook_id"))  # fmt: skip
    _table("outage", _moments("began_at", "noticed_at"), _moments("ended_at", "over_noticed_at", nullable=True),
           {"school_id": "school"})  # fmt: skip
    _table("maintenance", _text("why", "by"), _moments("begins", "ends", "at"),
           {"school_id?": "school", "district_id?": "district"})  # fmt: skip
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("outage_of_school", "outage", ["school_id", "began_at"])
    _part("outage_now", "outage", "school_id", "ended_at IS NULL", unique=True)
    _part("news_to_plan", "newsitem", "id", "planned_at IS NULL")
    _part("delivery_waiting", "delivery", "next_at", "state = 'waiting'")


def _table(name: str, *parts: Any, unique: tuple[str, ...] = ()) -> None:
    """A part is columns, keys of other tables (a name that ends in ? may be null), or the name of the primary key."""
    columns: list[Any] = []
    key, constraints = "id", list[Any]()
    for part in parts:
        if isinstance(part, str):
            key = part
        elif isinstance(part, dict):
            for column, to in part.items():
                plain = column.rstrip("?")
                columns.append(sa.Column(plain, sa.Integer(), nullable=column.endswith("?")))
                constraints.append(sa.ForeignKeyConstraint([plain], [f"{to}.id"], name=op.f(f"fk_{name}_{plain}_{to}")))
        else:
            columns += part
    if key == "id":
        columns.insert(0, _number("id"))
    if unique:
        constraints.append(sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}")))
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")), *constraints)


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _moments(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, UtcDateTime(), nullable=nullable) for name in names]


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _part(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    some = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=some, postgresql_where=some)
