"""The second pass of a sweep, when a site may begin, and whether a night counts for who was silent in it."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime, UtcMilliseconds

revision = "0008_sweep"
down_revision = "0007_nights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was swept before had one pass, and counted."""
    op.add_column("sweep", sa.Column("school_day", sa.Boolean(), nullable=False, server_default="1"))
    op.add_column("sweepsite", sa.Column("not_before", UtcDateTime(), nullable=True))
    op.add_column("sweepitem", sa.Column("passes", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("sweepitem", sa.Column("not_before", UtcDateTime(), nullable=True))
    op.add_column("sweepitem", sa.Column("first_state", sa.String(), nullable=True))
    op.add_column("sweepitem", sa.Column("first_reason", sa.String(), nullable=True))
    op.add_column("sweepitem", sa.Column("first_ended_at", UtcMilliseconds(), nullable=True))
