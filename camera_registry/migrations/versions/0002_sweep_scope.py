"""What a sweep covers and when it ends; tries of a login without an answer, counted."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0002_sweep_scope"
down_revision = "0001_registry"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A try that was under way counts as one without an answer, and as two when it was the one after a crash."""
    op.add_column("sweep", sa.Column("scope", sa.String(), nullable=False, server_default="all"))
    op.add_column("sweep", sa.Column("ends_by", UtcDateTime(), nullable=True))
    op.add_column("loginrecord", sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE loginrecord SET unanswered = CASE WHEN crash_try_used THEN 2 ELSE 1 END WHERE trying_since IS NOT NULL"
    )
    op.drop_column("loginrecord", "trying_since")
    op.drop_column("loginrecord", "crash_try_used")
