"""Units are found by what they say of themselves: at every look, over all of them."""

from alembic import op

revision = "0009_units_found"
down_revision = "0008_sweep"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index on each key by which a clone is found; the serial number had one."""
    for name in ("mac", "endpoint"):
        op.create_index(op.f(f"ix_unitrecord_{name}"), "unitrecord", [name])
