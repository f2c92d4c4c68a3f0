"""Which unit stood at a device, since when; which channels nobody registered."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0003_units"
down_revision = "0002_sweep_scope"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Channels that are there count as registered by people: they stay judged."""
    op.add_column("channel", sa.Column("found", sa.Boolean(), nullable=False, server_default="0"))
    texts = ("manufacturer", "model", "firmware", "serial", "mac", "endpoint")
    op.create_table(
        "unitrecord",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_unitrecord_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unitrecord")),
    )
    for column in ("device_id", "serial"):
        op.create_index(op.f(f"ix_unitrecord_{column}"), "unitrecord", [column])
