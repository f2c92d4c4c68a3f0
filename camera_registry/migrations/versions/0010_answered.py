"""When a device last answered is kept as the ends of looks are, for both are compared."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime, UtcMilliseconds

revision = "0010_answered"
down_revision = "0009_units_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What stands there is taken over, to the millisecond."""
    op.add_column("device", sa.Column("answered_ms", UtcMilliseconds(), nullable=True))
    connection = op.get_bind()
    answered = sa.text("SELECT id, last_answered_at FROM device WHERE last_answered_at IS NOT NULL")
    known = [
        {"device": row.id, "at": row.last_answered_at}
        for row in connection.execute(answered.columns(last_answered_at=UtcDateTime()))
    ]
    if known:
        taking = sa.text("UPDATE device SET answered_ms = :at WHERE id = :device")
        connection.execute(taking.bindparams(sa.bindparam("at", type_=UtcMilliseconds())), known)
    op.drop_column("device", "last_answered_at")
    op.execute("ALTER TABLE device RENAME COLUMN answered_ms TO last_answered_at")
