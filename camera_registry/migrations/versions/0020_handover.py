"""What became of each camera that is offered to the operations centre."""

revision = "0020_handover"
down_revision = "0019_periods"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
