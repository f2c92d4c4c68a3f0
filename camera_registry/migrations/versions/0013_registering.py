"""What registering by hand needs: versions, tags, positions of cameras, the history of changes, answers given once."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0013_registering"
down_revision = "0012_list_indexes"
branch_labels = None
depends_on = None

_INDEXES = {
    "batch": ("account_id", "sha256"),
    "edit": ("batch_id", "school_id", "device_id"),
    "givenanswer": ("school_id", "at"),
}


def upgrade() -> None:
    """The columns, the tables and their indexes."""
    for table in ("school", "site", "device", "channel"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for table in ("school", "device", "channel"):
        op.add_column(table, sa.Column("tags", sa.String(), nullable=False, server_default=sa.text("''")))
    for name in ("latitude", "longitude"):
        op.add_column("channel", sa.Column(name, sa.Float(), nullable=True))
    _make_history()
    _make_answers()
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _make_history() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("kind", "by", "name", "sha256", "counts", "undone_by"),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        _points("batch", "account_id", "account"),
    )
    op.create_table(
        "edit",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "school_id", "row_id")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("batch_id", "device_id")),
        *_texts("kind", "what", "before", "after", "by"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
        _points("edit", "batch_id", "batch"),
        _points("edit", "school_id", "school"),
    )


def _make_answers() -> None:
    op.create_table(
        "givenanswer",
        sa.Column("account_id", sa.Integer(), nullable=False),
        *_texts("key", "digest", "body"),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_givenanswer")),
        _points("givenanswer", "account_id", "account"),
        _points("givenanswer", "school_id", "school"),
    )


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in names)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
