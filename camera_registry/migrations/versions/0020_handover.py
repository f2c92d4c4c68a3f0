"""What became of each camera that is offered to the operations centre."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0020_handover"
down_revision = "0019_periods"
branch_labels = None
depends_on = None
_NOW = sa.text("until IS NULL")


def upgrade() -> None:
    """The table and its indexes; a camera is in one state at a time."""
    op.create_table(
        "handover",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "school_id", "channel_id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "reason", "by")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        *(
            sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_handover_{to}_id_{to}"))
            for to in ("school", "channel")
        ),
    )
    op.create_index(op.f("ix_handover_school_id"), "handover", ["school_id"])
    op.create_index("handover_of_channel", "handover", ["channel_id", "at"])
    op.create_index("handover_now", "handover", ["channel_id"], unique=True, sqlite_where=_NOW, postgresql_where=_NOW)
