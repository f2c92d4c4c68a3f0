"""What schools reply to findings, each perhaps with a photo."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0018_replies"
down_revision = "0017_sums"
branch_labels = None
depends_on = None

_INDEXES = {"reply": ("school_id", "device_id", "channel_id", "at"), "replyphoto": ("reply_id", "at")}


def upgrade() -> None:
    """The tables and their indexes."""
    op.create_table(
        "reply",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "school_id")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("device_id", "channel_id", "sweep_id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("rule", "note", "by")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        *(_points("reply", f"{to}_id", to) for to in ("school", "device", "channel")),
    )
    op.create_table(
        "replyphoto",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "reply_id", "width", "height")),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replyphoto")),
        _points("replyphoto", "reply_id", "reply"),
    )
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
