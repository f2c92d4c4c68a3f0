"""Periods of reports, who has sent, and the figures that are frozen."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0019_periods"
down_revision = "0018_replies"
branch_labels = None
depends_on = None

_INDEXES = {"sending": ("period_id", "district_id", "school_id"), "frozen": ("period_id", "district_id")}


def upgrade() -> None:
    """The tables and their indexes."""
    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("school_year", "kind"),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("cut_off", "due_unit", "due_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("school_year", "kind", name=op.f("uq_period_school_year_kind")),
    )
    op.create_table(
        "sending",
        *_keys("id", "period_id"),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("district_id", "school_id")),
        *_texts("by"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
        *(_points("sending", f"{table}_id", table) for table in ("period", "district", "school")),
    )
    op.create_table(
        "frozen",
        *_keys("id", "period_id"),
        sa.Column("district_id", sa.Integer(), nullable=True),
        *_texts("number", "replaces", "sha256", "sha256_before", "by"),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen")),
        sa.UniqueConstraint("number", name=op.f("uq_frozen_number")),
        *(_points("frozen", f"{table}_id", table) for table in ("period", "district")),
    )
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _keys(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in names)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
