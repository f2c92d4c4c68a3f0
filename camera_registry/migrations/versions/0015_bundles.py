"""Bundles that were carried here, and the laptops whose signatures are trusted."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0015_bundles"
down_revision = "0014_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The two tables and their indexes."""
    op.create_table(
        "laptopkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laptopkey")),
        _points("laptopkey", "account_id", "account"),
    )
    op.create_table(
        "bundlerecord",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "school_id", "key_id", "looks", "taken")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sha256", "by", "made_by")),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("at", "made_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundlerecord")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bundlerecord_sha256")),
        _points("bundlerecord", "school_id", "school"),
        _points("bundlerecord", "key_id", "laptopkey"),
    )
    for table, columns in {"laptopkey": ("account_id", "fingerprint"), "bundlerecord": ("school_id", "key_id")}.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
