"""What a visit to a school needs: photos of mounting places, pairs that phones seal to, what a look is at just now."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0014_visits"
down_revision = "0013_registering"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The columns, the tables and their indexes."""
    op.add_column("school", sa.Column("photos", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("sweepitem", sa.Column("step", sa.String(), nullable=True))
    op.create_table(
        "photo",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "channel_id", "width", "height")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sha256", "by")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_photo_channel_id_channel")),
    )
    op.create_index(op.f("ix_photo_channel_id"), "photo", ["channel_id"])
    op.create_index(op.f("ix_photo_at"), "photo", ["at"])
    op.create_table(
        "sealingkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealingkey")),
    )
